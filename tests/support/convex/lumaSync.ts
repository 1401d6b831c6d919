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

/** The emulator's calendar page: the source with the fewest fields, which has the calendar's id. */
export const byPage = "luma.com/plaza";
/** The calendar's id, with which the keyless JSON is used. */
export const byId = "cal-PlazaSandbox0001";

/** An event to put into the emulator's calendar. */
export function entry(slug: string, startDate: number, more: Partial<EventChange> = {}) {
  return { slug, title: `Event ${slug}`, start: new Date(startDate).toISOString(), ...more };
}

/** A Plaza with one organization whose calendar is served by a Luma emulator. */
export async function plazaWithLuma(luma: string | null = byId, events: EventChange[] = []) {
  const t = startPlaza();
  const emulator = await startLumaEmulator();
  vi.stubEnv("LUMA_ORIGIN", emulator.url);
  onTestFinished(() => emulator.close());
  for (const event of events) emulator.put(event);
  const orgId = await makeOrganization(t, luma === null ? {} : { luma });
  return { t, emulator, orgId };
}

/** The same with three upcoming events after a first sync, whose digest is announced. */
export async function syncedPlaza(luma: string = byId) {
  const events = ["one", "two", "three"].map((slug, index) =>
    entry(slug, begin + (index + 1) * day, { timezone: "Europe/Madrid" }),
  );
  const plaza = await plazaWithLuma(luma, events);
  await sync(plaza.t, plaza.orgId);
  return plaza;
}

/** Runs an admin's `/sync` and everything that it schedules. */
export async function sync(t: Plaza, orgId: Id<"organizations">, acceptEmpty = false) {
  const report = await as(t, leo).action(api.events.sync.syncNow, { orgId, acceptEmpty });
  await settled(t);
  return report;
}

export function emptyCalendar(emulator: LumaEmulator, calendar = SANDBOX_CALENDAR) {
  for (const { slug } of emulator.events(calendar)) emulator.remove(slug, calendar);
}
