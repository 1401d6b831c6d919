import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Obsolete } from "../deliveries/kind.ts";
import { publicEvent, toPublic } from "../events/eventViews.ts";
import { announcement } from "../fields.ts";
import type { DeliveryOf } from "./defaults.ts";

// An announcement of events in a channel: new, moved, cancelled, a reminder, an agenda.

export const task = v.object({
  kind: v.literal("announce"),
  announcementId: v.id("announcements"),
});

export const payload = v.object({
  kind: v.literal("announce"),
  announcement: announcement.pick("kind", "events", "total", "previousStart", "minutesBefore"),
  event: v.union(publicEvent, v.null()),
  /** When it is leased (Unix milliseconds): what "tomorrow" and "this year" mean. */
  at: v.number(),
});

export async function load(
  ctx: MutationCtx,
  { task }: DeliveryOf<"announce">,
  now: number,
): Promise<Infer<typeof payload> | Obsolete> {
  const row = await ctx.db.get("announcements", task.announcementId);
  if (!row) return { state: "cancelled", reason: "the announcement is gone" };
  const event = row.eventId ? await ctx.db.get("events", row.eventId) : null;
  if (isSuperseded(row, event)) return { state: "suppressed", reason: "superseded" };
  const { kind, events, total, previousStart, minutesBefore } = row;
  const shown = {
    kind,
    events,
    total,
    ...(previousStart !== undefined && { previousStart }),
    ...(minutesBefore !== undefined && { minutesBefore }),
  };
  return {
    kind: "announce",
    announcement: shown,
    event: event && toPublic(event),
    at: now,
  };
}

function isSuperseded({ kind, moves }: Doc<"announcements">, event: Doc<"events"> | null) {
  if (!event) return false;
  const isOff = event.status === "cancelled";
  if (kind === "cancelled") return !isOff;
  return (
    isOff ||
    !event.isPublished ||
    ((kind === "moved" || kind === "reminder") && event.moves > moves)
  );
}

export async function title(ctx: QueryCtx, { task }: DeliveryOf<"announce">): Promise<string> {
  const row = await ctx.db.get("announcements", task.announcementId);
  return row?.events[0]?.facts.title ?? "";
}

/** It is deleted with its announcement. */
export async function isKept(
  ctx: Pick<QueryCtx, "db">,
  { task }: DeliveryOf<"announce">,
): Promise<boolean> {
  return (await ctx.db.get("announcements", task.announcementId)) !== null;
}
