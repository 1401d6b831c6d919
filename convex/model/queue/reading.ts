import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";

// Reading a queue: whose it is, who waits, who was called. Everything by an index, and bounded by
// the queue itself.

type Reading = Pick<QueryCtx, "db">;
export type Entry = Doc<"queuePositions">;

/** Nobody may open a queue for more than this. */
export const maxWaiting = 1000;
/** Hosts who can have called somebody at once. */
export const maxCalled = 50;

export async function queueOf(ctx: Reading, eventId: Id<"events">): Promise<Doc<"queues"> | null> {
  return await ctx.db
    .query("queues")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .unique();
}

/**
 * The queue with the event id in an argument, also of an event that is not shown any more: its queue
 * may still be served.
 *
 * @throws no-line
 */
export async function requireQueue(ctx: Reading, eventId: string): Promise<Doc<"queues">> {
  const id = ctx.db.normalizeId("events", eventId);
  const queue = id && (await queueOf(ctx, id));
  if (!queue) throw refusal("no-line");
  return queue;
}

/** Somebody's position, by an id from a button, and its queue. */
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

/** Whether people may come to it now. */
export function isOver({ status, endsBy }: Doc<"events">, now: number): boolean {
  return status === "cancelled" || status === "past" || endsBy <= now;
}

/** A person's one active position in a queue. */
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

/** How many queues a person can be in at once. */
export const maxQueues = 5;

/** All active positions of a person, in all queues. */
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

/** Who waits, in their order, from position `first` on. */
export async function waitingFrom(
  ctx: Reading,
  eventId: Id<"events">,
  first: number,
  limit: number,
): Promise<Entry[]> {
  return await waitingIn(ctx, eventId, first).take(limit);
}

/** How many wait: the last one's position. */
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

/** Who was called and is not done. */
export async function calledIn(ctx: Reading, eventId: Id<"events">): Promise<Entry[]> {
  return await ctx.db
    .query("queuePositions")
    .withIndex("by_event_status", (q) => q.eq("eventId", eventId).eq("status", "called"))
    .take(maxCalled);
}

/** Whom a host has called in a queue and is not done with. */
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

// How fast a queue moves, from how long its last ones took. Numbers in, numbers out.

/** A range of milliseconds. */
export type Range = { from: number; to: number };

/** How many of the last ones are remembered. */
export const maxPaces = 20;
/** Until so many were served, the expected length stands in for those who are missing. */
const enough = 5;
/** Nobody takes longer than this: the host has forgotten to say that they are done. */
const longestMs = 3 * 60 * 60_000;

/** How long one person takes: the middle half of the last ones, never narrower than a fifth each way. */
export function paceOf({
  paces,
  slotMinutes,
}: Pick<Doc<"queues">, "paces" | "slotMinutes">): Range {
  const missing = Math.max(0, enough - paces.length);
  const expected = Array.from({ length: missing }, () => slotMinutes * 60_000);
  const all = [...paces, ...expected].toSorted((a, b) => a - b);
  const at = (share: number) => all[Math.round((all.length - 1) * share)] ?? 0;
  const middle = at(0.5);
  return { from: Math.min(at(0.25), 0.8 * middle), to: Math.max(at(0.75), 1.2 * middle) };
}

/** The last ones with one more; what cannot be true is left out. */
export function withPace(paces: readonly number[], tookMs: number): number[] {
  if (tookMs > longestMs) return [...paces];
  return [...paces, Math.max(0, tookMs)].slice(-maxPaces);
}

/**
 * How long somebody at `position` still waits. `since`: when each of those who are served now was
 * called; as many are served at once. Never less than nothing, and always a range.
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

/** When the next one is called: who was called first is done first. */
function firstFree({ from, to }: Range, since: readonly number[], now: number): Range {
  if (since.length === 0) return { from: 0, to };
  const served = Math.max(0, now - Math.min(...since));
  // Who takes longer than others did may still take a while.
  return { from: Math.max(0, from - served), to: Math.max(to - served, to / 2) };
}

/** The moment in the middle of a wait that begins now. */
export function middleOf({ from, to }: Range, now: number): number {
  return Math.round(now + (from + to) / 2);
}

/** In minutes as people say them: whole ones, above twenty in steps of five. */
export function inMinutes({ from, to }: Range): Range {
  const low = from / 60_000;
  const high = Math.max(1, to / 60_000);
  return {
    from: low < 20 ? Math.floor(low) : Math.floor(low / 5) * 5,
    to: high <= 20 ? Math.ceil(high) : Math.ceil(high / 5) * 5,
  };
}
