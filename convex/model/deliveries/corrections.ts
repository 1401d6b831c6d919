import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { end, owe } from "./queue.ts";
import { mostListings } from "../events/listings.ts";
import { named } from "../events/named.ts";

// What was told a moment ago and is no longer true is corrected where it stands: nobody needs two
// messages about an event that moved twice while somebody was typing.

/** Within this time of a first word, a correction changes the message instead of adding one. */
const correctionMs = 60_000;

/** What an organization's channels were last told of an event, if that was only just now. */
export async function recentlyTold(
  ctx: MutationCtx,
  eventId: Id<"events">,
  orgId: Id<"organizations">,
  now: number,
) {
  const latest = await ctx.db
    .query("announcements")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .order("desc")
    .take(mostListings);
  const last = latest.find((told) => told.orgId === orgId && told.kind !== "reminder");
  const isFresh = last && last.kind !== "cancelled" && now - last.createdAt < correctionMs;
  return isFresh ? last : null;
}

/** Replaces the facts of an announcement, and of its messages that are out already. */
export async function correct(
  ctx: MutationCtx,
  announcement: Doc<"announcements">,
  event: Doc<"events">,
  now: number,
): Promise<void> {
  const version = announcement.version + 1;
  await ctx.db.patch("announcements", announcement._id, {
    events: named([event]),
    moves: event.moves,
    version,
    expiresAt: Math.max(announcement.expiresAt, event.startDate),
  });
  await ctx.scheduler.runAfter(0, internal.announcements.correctSent, {
    announcementId: announcement._id,
    version,
    cursor: null,
    now,
  });
}

/**
 * What a correction means for one message: one that still waits will be rendered with the new facts
 * anyway; one that is out, or on its way out, is owed an edit. An older edit need not be made.
 */
export async function correctOne(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  { version, expiresAt }: { version: number; expiresAt: number },
  now: number,
): Promise<void> {
  const { topic, work, part: corrected } = delivery;
  const part = `edit-${version}`;
  if (corrected === part) return;
  if (corrected !== "message") {
    if (delivery.state === "pending") await end(ctx, delivery, "cancelled", "superseded");
    return;
  }
  // One that was sent without an answer may be out as it was, and a repeat of it is the same message.
  const mayBeOut = ["leased", "sending", "sent"].includes(delivery.state) || delivery.unheard > 0;
  if (!mayBeOut) return;
  await owe(ctx, delivery, { topic, part, work, expiresAt }, now);
}
