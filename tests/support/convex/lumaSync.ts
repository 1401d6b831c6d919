import { onTestFinished, vi } from "vitest";
import {
  type LumaEmulator,
  SANDBOX_CALENDAR,
  type EventChange,
  startLumaEmulator,
} from "../../../bots/sandbox/services/luma/index.ts";
import { api } from "../../../convex/_generated/api.js";
import type { Id } from "../../../convex/_generated/dataModel.js";
import { as, begin, day, leo, makeOrganization, type Plaza, settled, startPlaza } from "./plaza.ts";

/** The calendar page of the emulator: the source that knows least, and names the calendar's id. */
export const byPage = "luma.com/plaza";
/** The calendar's id: the keyless JSON. */
export const byId = "cal-PlazaSandbox0001";

/** An event to put into the emulator's calendar. */
export function entry(slug: string, startDate: number, more: Partial<EventChange> = {}) {
  return { slug, title: `Event ${slug}`, start: new Date(startDate).toISOString(), ...more };
}

/** A Plaza with one organization whose calendar is served by a Luma of its own. */
export async function plazaWithLuma(luma: string | null = byId, events: EventChange[] = []) {
  const t = startPlaza();
  const stage = await startLumaEmulator();
  vi.stubEnv("LUMA_ORIGIN", stage.url);
  onTestFinished(() => stage.close());
  for (const event of events) stage.put(event);
  const orgId = await makeOrganization(t, luma === null ? {} : { luma });
  return { t, stage, orgId };
}

/** The same with three coming events that a first sync has read; the digest of it is told. */
export async function syncedPlaza(luma: string = byId) {
  const events = ["one", "two", "three"].map((slug, index) =>
    entry(slug, begin + (index + 1) * day, { timezone: "Europe/Madrid" }),
  );
  const plaza = await plazaWithLuma(luma, events);
  await sync(plaza.t, plaza.orgId);
  return plaza;
}

/** An admin's `/sync`, and what follows from it at once. */
export async function sync(t: Plaza, orgId: Id<"organizations">, acceptEmpty = false) {
  const report = await as(t, leo).action(api.events.sync.syncNow, { orgId, acceptEmpty });
  await settled(t);
  return report;
}

export function emptyCalendar(stage: LumaEmulator, calendar = SANDBOX_CALENDAR) {
  for (const { slug } of stage.events(calendar)) stage.remove(slug, calendar);
}
