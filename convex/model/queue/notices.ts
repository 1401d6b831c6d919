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

// Urgent notices of a queue to its people and its hosts. What they say is read when they are sent:
// nobody is told that they are third who has been called meanwhile.

type Said = Infer<typeof queueSaid>;
type HostSaid = Infer<typeof hostSaid>;

/** How long somebody who was called has to say that they are coming. */
export const confirmMs = 2 * 60_000;

/** How long each is worth saying (milliseconds). */
const worth: Record<Said, number> = {
  third: 15 * 60_000,
  next: 15 * 60_000,
  turn: confirmMs,
  back: 15 * 60_000,
  out: 60 * 60_000,
  removed: 60 * 60_000,
  closed: 60 * 60_000,
};
const hostWorthMs = 5 * 60_000;

/**
 * Notifies somebody in the queue about their position. "You are third" is sent once for each entry,
 * "you are next" once before each call, everything else once for each call.
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
    { subjectKey, isUrgent: true, expiresAt: now + worth[said] },
    now,
  );
}

/** Notifies the host who called somebody of what became of the call. */
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
    { subjectKey, isUrgent: true, expiresAt: now + hostWorthMs },
    now,
  );
}

const place = { eventId: v.id("events"), title: v.string() };

/** The payload: a person in the queue gets their own position, a host gets names. */
export const shownQueueNotice = v.union(
  v.object({
    to: v.literal("person"),
    ...place,
    said: queueSaid,
    position: v.number(),
  }),
  v.object({
    to: v.literal("host"),
    ...place,
    said: hostSaid,
    positionId: v.id("queuePositions"),
    call: v.number(),
    name: v.string(),
    /** Whom the host has called now. */
    next: v.optional(
      v.object({ positionId: v.id("queuePositions"), call: v.number(), name: v.string() }),
    ),
  }),
);
export type ShownQueueNotice = Infer<typeof shownQueueNotice>;

type QueueNotice = Infer<typeof queueNotice>;

const late = { state: "suppressed", reason: "the line has moved on" } as const;

/** Reads what is to be said, or why it need not be said any more. */
export async function queueNoticeOf(
  ctx: QueryCtx,
  told: QueueNotice,
): Promise<ShownQueueNotice | Obsolete> {
  const entry = await ctx.db.get("queuePositions", told.positionId);
  const event = entry && (await ctx.db.get("events", entry.eventId));
  if (!event) return { state: "cancelled", reason: "the line is gone" };
  const about = { eventId: event._id, title: event.title };
  if (told.kind === "queue")
    return isSo(entry, told)
      ? { to: "person", ...about, said: told.said, position: entry.position }
      : late;
  const { positionId, said, call } = told;
  if (said === "coming" && !isHere(entry, call)) return late;
  const next = said === "coming" ? null : await nextOf(ctx, entry, call);
  return {
    to: "host",
    ...about,
    said,
    positionId,
    call,
    name: await nameOf(ctx, entry.userId),
    ...(next && {
      next: { positionId: next._id, call: next.calls, name: await nameOf(ctx, next.userId) },
    }),
  };
}

/** Whom the host has called since; nobody where somebody else has called this one again. */
async function nextOf(ctx: QueryCtx, { eventId, calls, calledBy: host }: Entry, call: number) {
  return host && calls === call ? await calledBy(ctx, eventId, host) : null;
}

function isHere({ status, calls, confirmedAt }: Entry, call: number): boolean {
  return status === "called" && calls === call && confirmedAt !== undefined;
}

function isSo(
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

/** As hosts know them; empty for who has deleted themselves. */
export async function nameOf(ctx: Pick<QueryCtx, "db">, userId: Id<"users">): Promise<string> {
  const user = await userOf(ctx, userId);
  return user ? (await toPersonView(ctx, user)).name : "";
}

/** Webhook events are written for the first positions only, not for hundreds of rows at each step. */
const front = 3;

/**
 * Numbers those who wait from position `first` on, 1..n without a gap, in the order in which they
 * stand; a position between two (1.5) puts somebody there. Only rows whose position has changed are
 * written. Who has moved up to the third or the first position is told.
 */
export async function updateQueuePositions(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
  first = 1,
): Promise<void> {
  const { eventId } = queue;
  // Those who come back may be more than a queue takes.
  const waiting = await waitingFrom(ctx, eventId, first, maxWaiting + maxCalled);
  const timeAt = await estimatedTimes(ctx, queue, now);
  for (const [index, entry] of waiting.entries()) {
    const position = first + index;
    if (position === entry.position) continue;
    const place = { position, estimatedTime: timeAt(position) };
    await ctx.db.patch("queuePositions", entry._id, place);
    await noteMove(ctx, entry, { ...entry, ...place }, now);
  }
}

/** When somebody at each position is expected to be called. */
export async function estimatedTimes(
  ctx: MutationCtx,
  queue: Doc<"queues">,
  now: number,
): Promise<(position: number) => number> {
  const since = (await calledIn(ctx, queue.eventId)).map(({ calledAt = now }) => calledAt);
  const pace = paceOf(queue);
  return (position) => middleOf(waitOf(position, pace, since, now), now);
}

async function noteMove(ctx: MutationCtx, before: Entry, after: Entry, now: number) {
  if (after.position > front) return;
  await emitPosition(ctx, after, now);
  // Who was put between two has just been told where.
  if (after.position > before.position || !Number.isInteger(before.position)) return;
  if (after.position === 3) await notifyEntry(ctx, after, "third", now);
  if (after.position === 1) await notifyEntry(ctx, after, "next", now);
}

/** Writes a webhook event for a position at the front. */
export async function emitPosition(
  ctx: MutationCtx,
  { userId, eventId, position, estimatedTime, status }: Entry,
  now: number,
): Promise<void> {
  if (position > front) return;
  const data = { position, estimatedTime, status };
  await emit(ctx, { type: "queue.position.updated", userId, eventId, data }, now);
}
