import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { isOpen } from "../fields/eventStatus.ts";
import { toPersonView } from "../people/people.ts";
import { profileOf, userOf } from "../callers/users.ts";
import {
  calledIn,
  type Entry,
  inMinutes,
  lengthOf,
  paceOf,
  queueOf,
  waitingFrom,
  waitOf,
} from "./reading.ts";
import { confirmMs, nameOf } from "./notices.ts";

// Views of a queue: an attendee sees their own position, a host sees the next entries.

const minutes = v.object({ from: v.number(), to: v.number() });

/** An attendee's own position. */
export const ownPosition = v.object({
  eventId: v.id("events"),
  title: v.string(),
  status: v.union(v.literal("waiting"), v.literal("called")),
  /** 1 is next; 0 after the call. */
  position: v.number(),
  /** Estimated minutes until the call, as a range. */
  wait: minutes,
  /** Whether anybody has been called in this queue yet. */
  isMoving: v.boolean(),
  isConfirmed: v.boolean(),
  /** Deadline for confirming the call (Unix milliseconds). */
  confirmBy: v.optional(v.number()),
});
export type OwnPosition = Infer<typeof ownPosition>;

export async function ownPositionOf(
  ctx: Pick<QueryCtx, "db">,
  entry: Entry,
  now: number,
): Promise<OwnPosition | null> {
  const { eventId, status, position, confirmedAt, calledAt = now } = entry;
  const [queue, event] = [await queueOf(ctx, eventId), await ctx.db.get("events", eventId)];
  if (!queue || !event || (status !== "waiting" && status !== "called")) return null;
  const since = (await calledIn(ctx, eventId)).map((one) => one.calledAt ?? now);
  const wait =
    status === "called" ? { from: 0, to: 0 } : waitOf(position, paceOf(queue), since, now);
  return {
    eventId,
    title: event.title,
    status,
    position,
    wait: inMinutes(wait),
    isMoving: since.length + queue.paces.length > 0,
    isConfirmed: confirmedAt !== undefined,
    ...(status === "called" && confirmedAt === undefined && { confirmBy: calledAt + confirmMs }),
  };
}

const named = {
  positionId: v.id("queuePositions"),
  name: v.string(),
  handle: v.optional(v.string()),
};

/** A called entry, as hosts see it. */
export const calledPerson = v.object({
  ...named,
  /** Number of the call: a button of an earlier call changes nothing. */
  call: v.number(),
  calledAt: v.number(),
  isConfirmed: v.boolean(),
  /** The host's name, and whether the host is the caller. */
  by: v.string(),
  isMine: v.boolean(),
});

/** The queue, as hosts see it. */
export const hostQueue = v.object({
  eventId: v.id("events"),
  title: v.string(),
  isOpen: v.boolean(),
  capacity: v.number(),
  pace: minutes,
  /** How many entries wait, and the first of them. */
  count: v.number(),
  first: v.array(v.object({ ...named, position: v.number() })),
  called: v.array(calledPerson),
});
export type HostQueue = Infer<typeof hostQueue>;

const maxShown = 20;

export async function hostQueueOf(
  ctx: QueryCtx,
  queue: Doc<"queues">,
  host: Id<"users"> | undefined,
): Promise<HostQueue> {
  const { eventId, isOpen, capacity } = queue;
  const event = await ctx.db.get("events", eventId);
  const first = await waitingFrom(ctx, eventId, 1, maxShown);
  const called = await calledIn(ctx, eventId);
  return {
    eventId,
    title: event?.title ?? "",
    isOpen,
    capacity,
    pace: inMinutes(paceOf(queue)),
    count: await lengthOf(ctx, eventId),
    first: await Promise.all(
      first.map(async (one) => ({ ...(await personOf(ctx, one)), position: one.position })),
    ),
    called: await Promise.all(called.map(async (one) => await calledPersonOf(ctx, one, host))),
  };
}

export async function calledPersonOf(
  ctx: Pick<QueryCtx, "db">,
  entry: Entry,
  host: Id<"users"> | undefined,
): Promise<Infer<typeof calledPerson>> {
  const { calls: call, calledAt = 0, calledBy, confirmedAt } = entry;
  return {
    ...(await personOf(ctx, entry)),
    call,
    calledAt,
    isConfirmed: confirmedAt !== undefined,
    by: calledBy ? await nameOf(ctx, calledBy) : "",
    isMine: calledBy !== undefined && calledBy === host,
  };
}

async function personOf(ctx: Pick<QueryCtx, "db">, { _id: positionId, userId }: Entry) {
  const user = await userOf(ctx, userId);
  const { name, handle } = user ? await toPersonView(ctx, user) : { name: "" };
  return { positionId, name, ...(handle !== undefined && { handle }) };
}

/** A queue as a choice for a command without an argument. Contains no names of people. */
export const queueCard = v.object({
  eventId: v.id("events"),
  title: v.string(),
  startDate: v.number(),
  isOpen: v.boolean(),
  /** How many entries wait. */
  count: v.number(),
});
export type QueueCard = Infer<typeof queueCard>;

const maxOpen = 15;
const maxClosed = 5;

/**
 * The queues of one organization or of all, newest first: open ones whose event is not over, and
 * closed ones that still have entries.
 */
export async function queuesOf(
  ctx: QueryCtx,
  orgId: Id<"organizations"> | undefined,
): Promise<QueueCard[]> {
  const lines = async (isOpen: boolean, limit: number) =>
    orgId
      ? await ctx.db
          .query("queues")
          .withIndex("by_org_and_open", (q) => q.eq("orgId", orgId).eq("isOpen", isOpen))
          .order("desc")
          .take(limit)
      : await ctx.db
          .query("queues")
          .withIndex("by_open", (q) => q.eq("isOpen", isOpen))
          .order("desc")
          .take(limit);
  const found = [...(await lines(true, maxOpen)), ...(await lines(false, maxClosed))];
  const cards = await Promise.all(found.map(async (queue) => await cardOf(ctx, queue)));
  return cards.filter((card) => card !== null);
}

async function cardOf(ctx: QueryCtx, queue: Doc<"queues">): Promise<QueueCard | null> {
  const { eventId } = queue;
  const event = await ctx.db.get("events", eventId);
  if (!event?.isPublished) return null;
  const count = await lengthOf(ctx, eventId);
  const isBusy = count > 0 || (await calledIn(ctx, eventId)).length > 0;
  const isOn = queue.isOpen && isOpen(event);
  if (!isOn && !isBusy) return null;
  return { eventId, title: event.title, startDate: event.startDate, isOpen: queue.isOpen, count };
}

// The public view of a queue, for boards. Names only users whose profile is public, because anyone
// in the chat can read a board.

/** Absent for a user whose profile is not public. */
const person = v.object({ name: v.optional(v.string()) });

export const queueBoard = v.object({
  view: v.literal("queue"),
  /** The queue's event. */
  title: v.string(),
  isOpen: v.boolean(),
  /** The called entries, and whether they have confirmed. */
  serving: v.array(person.extend({ isConfirmed: v.boolean() })),
  /** The first waiting entries, and how many there are. */
  waiting: v.array(person),
  count: v.number(),
  /** Minutes per entry: an absolute time would become false without a change of data. */
  pace: v.object({ from: v.number(), to: v.number() }),
});

/** More rows do not fit into a message of either platform. */
const maxOnBoard = 60;

/** The board of an event's queue; null when the event or its queue is gone. */
export async function queueBoardOf(
  ctx: QueryCtx,
  eventId: Id<"events">,
): Promise<Infer<typeof queueBoard> | null> {
  const event = await ctx.db.get("events", eventId);
  const queue = event && (await queueOf(ctx, eventId));
  if (!queue) return null;
  const called = await calledIn(ctx, eventId);
  const first = await waitingFrom(ctx, eventId, 1, maxOnBoard);
  return {
    view: "queue",
    title: event.title,
    isOpen: queue.isOpen,
    serving: await Promise.all(
      called.map(async ({ userId, confirmedAt }) => ({
        ...(await publicName(ctx, userId)),
        isConfirmed: confirmedAt !== undefined,
      })),
    ),
    waiting: await Promise.all(first.map(async ({ userId }) => await publicName(ctx, userId))),
    count: await lengthOf(ctx, eventId),
    pace: inMinutes(paceOf(queue)),
  };
}

async function publicName(ctx: QueryCtx, userId: Id<"users">): Promise<{ name?: string }> {
  const profile = await profileOf(ctx, userId);
  if (profile?.profileVisibility !== "public") return {};
  const user = await userOf(ctx, userId);
  const name = user ? (await toPersonView(ctx, user)).name : "";
  return name === "" ? {} : { name };
}
