import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { hostSaid, type queueNotice, queueSaid } from "../fields.ts";
import type { Obsolete } from "../deliveries/kind.ts";
import { notifyUser } from "../people/notices.ts";
import { toPersonView } from "../people/people.ts";
import { userOf } from "../callers/users.ts";
import {
  calledBy,
  calledIn,
  type Entry,
  middleOf,
  maxCalled,
  maxWaiting,
  paceOf,
  waitingFrom,
  waitOf,
} from "./reading.ts";
import { emit } from "../people/webhookEvents.ts";

// Urgent notices of a queue to attendees and hosts. Their text is read when they are sent, so that
// an entry that has been called meanwhile is not notified that it is third.

type Said = Infer<typeof queueSaid>;
type HostSaid = Infer<typeof hostSaid>;

/** Milliseconds that a called person has to confirm. */
export const confirmMs = 2 * 60_000;

/** Milliseconds after which each notice is obsolete. */
const expiresAfterMs: Record<Said, number> = {
  third: 15 * 60_000,
  next: 15 * 60_000,
  turn: confirmMs,
  back: 15 * 60_000,
  out: 60 * 60_000,
  removed: 60 * 60_000,
  closed: 60 * 60_000,
};
const hostExpiresAfterMs = 5 * 60_000;

/**
 * Notifies the person of an entry. "third" is sent once per entry, "next" once before each call,
 * every other notice once per call.
 */
export async function notifyEntry(
  ctx: MutationCtx,
  { _id: positionId, userId, calls }: Entry,
  said: Said,
  now: number,
): Promise<void> {
  const subjectKey =
    said === "third" ? `queue:${positionId}:third` : `queue:${positionId}:${said}:${calls}`;
  const notice = { kind: "queue" as const, positionId, said, call: calls };
  await notifyUser(
    ctx,
    userId,
    notice,
    { subjectKey, isUrgent: true, expiresAt: now + expiresAfterMs[said] },
    now,
  );
}

/** Notifies the host who called an entry of the outcome of the call. */
export async function notifyHost(
  ctx: MutationCtx,
  { _id: positionId, calls, calledBy: host }: Entry,
  said: HostSaid,
  now: number,
): Promise<void> {
  if (!host) return;
  const subjectKey = `queue:${positionId}:host-${said}:${calls}`;
  const notice = { kind: "queue-host" as const, positionId, said, call: calls };
  await notifyUser(
    ctx,
    host,
    notice,
    { subjectKey, isUrgent: true, expiresAt: now + hostExpiresAfterMs },
    now,
  );
}

const eventFields = { eventId: v.id("events"), title: v.string() };

/** The payload: an attendee gets their own position, a host gets names. */
export const shownQueueNotice = v.union(
  v.object({
    to: v.literal("person"),
    ...eventFields,
    said: queueSaid,
    position: v.number(),
  }),
  v.object({
    to: v.literal("host"),
    ...eventFields,
    said: hostSaid,
    positionId: v.id("queuePositions"),
    call: v.number(),
    name: v.string(),
    /** The entry that the host has called now. */
    next: v.optional(
      v.object({ positionId: v.id("queuePositions"), call: v.number(), name: v.string() }),
    ),
  }),
);
export type ShownQueueNotice = Infer<typeof shownQueueNotice>;

type QueueNotice = Infer<typeof queueNotice>;

const obsolete = { state: "suppressed", reason: "the line has moved on" } as const;

/** Reads what a queue notice says now, or why it is obsolete. */
export async function queueNoticeOf(
  ctx: QueryCtx,
  notice: QueueNotice,
): Promise<ShownQueueNotice | Obsolete> {
  const entry = await ctx.db.get("queuePositions", notice.positionId);
  const event = entry && (await ctx.db.get("events", entry.eventId));
  if (!event) return { state: "cancelled", reason: "the line is gone" };
  const shownEvent = { eventId: event._id, title: event.title };
  if (notice.kind === "queue")
    return isCurrent(entry, notice)
      ? { to: "person", ...shownEvent, said: notice.said, position: entry.position }
      : obsolete;
  const { positionId, said, call } = notice;
  if (said === "coming" && !isConfirmedCall(entry, call)) return obsolete;
  const next = said === "coming" ? null : await nextOf(ctx, entry, call);
  return {
    to: "host",
    ...shownEvent,
    said,
    positionId,
    call,
    name: await nameOf(ctx, entry.userId),
    ...(next && {
      next: { positionId: next._id, call: next.calls, name: await nameOf(ctx, next.userId) },
    }),
  };
}

/** The entry that the host is serving now; null when this entry was called again since. */
async function nextOf(ctx: QueryCtx, { eventId, calls, calledBy: host }: Entry, call: number) {
  return host && calls === call ? await calledBy(ctx, eventId, host) : null;
}

function isConfirmedCall({ status, calls, confirmedAt }: Entry, call: number): boolean {
  return status === "called" && calls === call && confirmedAt !== undefined;
}

function isCurrent(
  { status, position, calls, confirmedAt }: Entry,
  { said, call }: { said: Said; call: number },
): boolean {
  switch (said) {
    case "third":
      return status === "waiting" && position === 3;
    case "next":
      return status === "waiting" && position === 1;
    case "turn":
      return status === "called" && calls === call && confirmedAt === undefined;
    case "back":
      return status === "waiting" && calls === call;
    case "out":
      return status === "noShow";
    case "removed":
    case "closed":
      return status === "cancelled";
  }
}

/** The name that hosts see; empty for a deleted user. */
export async function nameOf(ctx: Pick<QueryCtx, "db">, userId: Id<"users">): Promise<string> {
  const user = await userOf(ctx, userId);
  return user ? (await toPersonView(ctx, user)).name : "";
}

/**
 * Webhook events are written for positions up to this one only, not for hundreds of rows per move.
 */
const maxFrontPosition = 3;

/**
 * Renumbers the waiting entries from position `first` on, 1..n without a gap, in their order; a
 * fraction (1.5) is a position between two. Writes only rows whose position has changed. Entries
 * that move up to the third or the first position are notified.
 */
export async function updateQueuePositions(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
  first = 1,
): Promise<void> {
  const { eventId } = queue;
  // Entries that come back after a no-show can exceed the queue's capacity.
  const waiting = await waitingFrom(ctx, eventId, first, maxWaiting + maxCalled);
  const timeAt = await estimatedTimes(ctx, queue, now);
  for (const [index, entry] of waiting.entries()) {
    const position = first + index;
    if (position === entry.position) continue;
    const moved = { position, estimatedTime: timeAt(position) };
    await ctx.db.patch("queuePositions", entry._id, moved);
    await notifyMove(ctx, entry, { ...entry, ...moved }, now);
  }
}

/** Returns the expected time (Unix milliseconds) of the call for each position. */
export async function estimatedTimes(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
): Promise<(position: number) => number> {
  const since = (await calledIn(ctx, queue.eventId)).map(({ calledAt = now }) => calledAt);
  const pace = paceOf(queue);
  return (position) => middleOf(waitOf(position, pace, since, now), now);
}

async function notifyMove(ctx: MutationCtx, before: Entry, after: Entry, now: number) {
  if (after.position > maxFrontPosition) return;
  await emitPosition(ctx, after, now);
  // An entry that was inserted between two was notified of its position already.
  if (after.position > before.position || !Number.isInteger(before.position)) return;
  if (after.position === 3) await notifyEntry(ctx, after, "third", now);
  if (after.position === 1) await notifyEntry(ctx, after, "next", now);
}

/** Writes a webhook event for one of the first positions. */
export async function emitPosition(
  ctx: MutationCtx,
  { userId, eventId, position, estimatedTime, status }: Entry,
  now: number,
): Promise<void> {
  if (position > maxFrontPosition) return;
  const data = { position, estimatedTime, status };
  await emit(ctx, { type: "queue.position.updated", userId, eventId, data }, now);
}
