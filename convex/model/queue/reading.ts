import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";

// Reading a queue and its entries: always by an index, bounded by the queue's capacity.

type Reading = Pick<QueryCtx, "db">;
export type Entry = Doc<"queuePositions">;

/** The largest capacity that a host can set. */
export const maxWaiting = 1000;
/** Entries that can be in the called state at once, one per host. */
export const maxCalled = 50;

export async function queueOf(ctx: Reading, eventId: Id<"events">): Promise<Doc<"queues"> | null> {
  return await ctx.db
    .query("queues")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .unique();
}

/**
 * The queue of the event id in an argument. The event itself may be unlisted: its queue is still
 * served.
 *
 * @throws no-line
 */
export async function requireQueue(ctx: Reading, eventId: string): Promise<Doc<"queues">> {
  const id = ctx.db.normalizeId("events", eventId);
  const queue = id && (await queueOf(ctx, id));
  if (!queue) throw refusal("no-line");
  return queue;
}

/**
 * An entry by an id from a button, and its queue.
 *
 * @throws no-such-place
 */
export async function requireEntry(
  ctx: Reading,
  positionId: string,
): Promise<{ entry: Entry; queue: Doc<"queues"> }> {
  const id = ctx.db.normalizeId("queuePositions", positionId);
  const entry = id && (await ctx.db.get("queuePositions", id));
  const queue = entry && (await queueOf(ctx, entry.eventId));
  if (!queue) throw refusal("no-such-place");
  return { entry, queue };
}

/** Whether an event has passed or is cancelled, so that nobody can join its queue. */
export function isOver({ status, endsBy }: Doc<"events">, now: number): boolean {
  return status === "cancelled" || status === "past" || endsBy <= now;
}

/** A user's one active entry in a queue. */
export async function activeEntry(
  ctx: Reading,
  eventId: Id<"events">,
  userId: Id<"users">,
): Promise<Entry | null> {
  for (const status of ["called", "waiting"] as const) {
    const found = await ctx.db
      .query("queuePositions")
      .withIndex("by_event_and_user", (q) =>
        q.eq("eventId", eventId).eq("userId", userId).eq("status", status),
      )
      .first();
    if (found) return found;
  }
  return null;
}

/** Queues that a user can be in at once. */
export const maxQueues = 5;

/** All active entries of a user, in all queues. */
export async function entriesOf(ctx: Reading, userId: Id<"users">): Promise<Entry[]> {
  const found: Entry[] = [];
  for (const status of ["called", "waiting"] as const)
    found.push(
      ...(await ctx.db
        .query("queuePositions")
        .withIndex("by_user", (q) => q.eq("userId", userId).eq("status", status))
        .take(2 * maxQueues)),
    );
  return found;
}

/** The waiting entries in their order, from position `first` on. */
export async function waitingFrom(
  ctx: Reading,
  eventId: Id<"events">,
  first: number,
  limit: number,
): Promise<Entry[]> {
  return await waitingIn(ctx, eventId, first).take(limit);
}

/** How many entries wait: the position of the last one. */
export async function lengthOf(ctx: Reading, eventId: Id<"events">): Promise<number> {
  const last = await waitingIn(ctx, eventId, 0).order("desc").first();
  return last?.position ?? 0;
}

function waitingIn(ctx: Reading, eventId: Id<"events">, first: number) {
  return ctx.db
    .query("queuePositions")
    .withIndex("by_event_status", (q) =>
      q.eq("eventId", eventId).eq("status", "waiting").gte("position", first),
    );
}

/** The entries that are called and not completed. */
export async function calledIn(ctx: Reading, eventId: Id<"events">): Promise<Entry[]> {
  return await ctx.db
    .query("queuePositions")
    .withIndex("by_event_status", (q) => q.eq("eventId", eventId).eq("status", "called"))
    .take(maxCalled);
}

/** The entry that a host has called in a queue and not completed. */
export async function calledBy(
  ctx: Reading,
  eventId: Id<"events">,
  host: Id<"users">,
): Promise<Entry | null> {
  return await ctx.db
    .query("queuePositions")
    .withIndex("by_caller", (q) =>
      q.eq("calledBy", host).eq("eventId", eventId).eq("status", "called"),
    )
    .first();
}

// Estimates of how fast a queue moves, from the durations of its last entries. Pure functions.

/** A range of milliseconds. */
export type Range = { from: number; to: number };

/** Durations that are kept per queue. */
export const maxPaces = 20;
/** Until this many durations are known, the expected duration fills in for the missing ones. */
const minDurations = 5;
/** A duration above this is a host who forgot to complete the entry; it is ignored. */
const maxDurationMs = 3 * 60 * 60_000;

/**
 * The range of one entry's duration: the middle half of the kept ones, at least 20 % to each side.
 */
export function paceOf({
  paces,
  slotMinutes,
}: Pick<Doc<"queues">, "paces" | "slotMinutes">): Range {
  const missing = Math.max(0, minDurations - paces.length);
  const expected = Array.from({ length: missing }, () => slotMinutes * 60_000);
  const all = [...paces, ...expected].toSorted((a, b) => a - b);
  const at = (share: number) => all[Math.round((all.length - 1) * share)] ?? 0;
  const middle = at(0.5);
  return { from: Math.min(at(0.25), 0.8 * middle), to: Math.max(at(0.75), 1.2 * middle) };
}

/** The kept durations with one more; an implausible one is left out. */
export function withPace(paces: readonly number[], tookMs: number): number[] {
  if (tookMs > maxDurationMs) return [...paces];
  return [...paces, Math.max(0, tookMs)].slice(-maxPaces);
}

/**
 * The range of milliseconds until the entry at `position` is called. `since`: when each called
 * entry was called; that many are served in parallel. Never negative.
 */
export function waitOf(
  position: number,
  pace: Range,
  since: readonly number[],
  now: number,
): Range {
  const atOnce = Math.max(1, since.length);
  const before = (position - 1) / atOnce;
  const first = firstFree(pace, since, now);
  return {
    from: first.from + Math.floor(before) * pace.from,
    to: first.to + Math.ceil(before) * pace.to,
  };
}

/** When the next entry is called: the entry that was called first is expected to complete first. */
function firstFree({ from, to }: Range, since: readonly number[], now: number): Range {
  if (since.length === 0) return { from: 0, to };
  const served = Math.max(0, now - Math.min(...since));
  // An entry that takes longer than the pace is expected to take some time more.
  return { from: Math.max(0, from - served), to: Math.max(to - served, to / 2) };
}

/** The middle (Unix milliseconds) of a wait that begins at `now`. */
export function middleOf({ from, to }: Range, now: number): number {
  return Math.round(now + (from + to) / 2);
}

/** Minutes for display: whole ones, above twenty in steps of five. */
export function inMinutes({ from, to }: Range): Range {
  const low = from / 60_000;
  const high = Math.max(1, to / 60_000);
  return {
    from: low < 20 ? Math.floor(low) : Math.floor(low / 5) * 5,
    to: high <= 20 ? Math.ceil(high) : Math.ceil(high / 5) * 5,
  };
}
