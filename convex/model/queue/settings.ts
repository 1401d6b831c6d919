import { internal } from "../../_generated/api.js";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { UserCaller } from "../callers/caller.ts";
import { refusal } from "../refusal.ts";
import { changed } from "./calls.ts";
import { isOver, mostWaiting, queueOf, type Entry } from "./line.ts";
import { notifyEntry } from "./notices.ts";

// Opening and closing a line.

const usual = { slotMinutes: 5, capacity: 200 };
const longestSlot = 240;

export type Settings = { slotMinutes?: number | undefined; capacity?: number | undefined };

/** Opens the line of an event, or opens it again; with settings, changes them. */
export async function open(
  ctx: MutationCtx,
  { user }: UserCaller,
  event: Doc<"events">,
  { slotMinutes, capacity }: Settings,
  now: number,
): Promise<{ queue: Doc<"queues">; isNew: boolean }> {
  if (isOver(event, now)) throw refusal("event-over");
  const wanted = {
    ...(slotMinutes !== undefined && { slotMinutes: within(slotMinutes, longestSlot) }),
    ...(capacity !== undefined && { capacity: within(capacity, mostWaiting) }),
  };
  const known = await queueOf(ctx, event._id);
  const isNew = known?.isOpen !== true;
  if (known) {
    const opened = isNew ? { isOpen: true, openedBy: user._id, changedAt: now } : {};
    await ctx.db.patch("queues", known._id, { ...wanted, ...opened });
  } else
    await ctx.db.insert("queues", {
      ...usual,
      ...wanted,
      eventId: event._id,
      orgId: event.orgId,
      isOpen: true,
      paces: [],
      openedAt: now,
      openedBy: user._id,
      changedAt: now,
    });
  const queue = await queueOf(ctx, event._id);
  if (!queue) throw new Error("a line that was just opened is not there");
  await changed(ctx, queue, now);
  return { queue, isNew };
}

function within(number: number, most: number): number {
  if (!Number.isSafeInteger(number) || number < 1 || number > most) throw refusal("bad-line");
  return number;
}

/** Nobody can join any more; those in the line are still served. */
export async function close(ctx: MutationCtx, queue: Doc<"queues">, now: number): Promise<boolean> {
  if (!queue.isOpen) return false;
  await ctx.db.patch("queues", queue._id, { isOpen: false, changedAt: now });
  await changed(ctx, queue, now);
  return true;
}

/** So many are sent home in one transaction. */
const batch = 100;

/**
 * Sends home those who wait, the last ones first, so that the places of the others stay true
 * meanwhile; each is told. Where the line is opened again, it stops.
 */
export async function sendHome(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
): Promise<Entry[]> {
  if (queue.isOpen) return [];
  const { eventId } = queue;
  const last = await ctx.db
    .query("queuePositions")
    .withIndex("by_event_status", (q) => q.eq("eventId", eventId).eq("status", "waiting"))
    .order("desc")
    .take(batch);
  for (const entry of last) {
    const gone = { status: "cancelled" as const, position: 0, endedAt: now };
    await ctx.db.patch("queuePositions", entry._id, gone);
    await notifyEntry(ctx, entry, "closed", now);
  }
  if (last.length === batch)
    await ctx.scheduler.runAfter(0, internal.queue.sendMoreHome, { eventId });
  await changed(ctx, queue, now);
  return last;
}
