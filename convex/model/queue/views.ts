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

// What a queue shows to whom: to a member their own position, to a host who is next.

const minutes = v.object({ from: v.number(), to: v.number() });

/** Somebody's own position. */
export const ownPosition = v.object({
  eventId: v.id("events"),
  title: v.string(),
  status: v.union(v.literal("waiting"), v.literal("called")),
  /** 1 is next; 0 for who was called. */
  position: v.number(),
  /** How long it takes until they are called, in minutes: a range, and no promise. */
  wait: minutes,
  /** Somebody is being served, or has been. */
  isMoving: v.boolean(),
  isConfirmed: v.boolean(),
  /** Until when they must say that they are coming (Unix milliseconds). */
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

/** Somebody who was called, as hosts see them. */
export const calledPerson = v.object({
  ...named,
  /** Which of their calls it is: a button of an earlier one changes nothing. */
  call: v.number(),
  calledAt: v.number(),
  isConfirmed: v.boolean(),
  /** The host's name, and whether that is who asks. */
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
  /** How many wait, and the first of them. */
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

/** A queue that can be meant by somebody who does not name it. Nobody's name is in it. */
export const queueCard = v.object({
  eventId: v.id("events"),
  title: v.string(),
  startDate: v.number(),
  isOpen: v.boolean(),
  /** How many wait. */
  count: v.number(),
});
export type QueueCard = Infer<typeof queueCard>;

const maxOpen = 15;
const maxClosed = 5;

/**
 * The queues of an organization, or of all: open ones whose event is not over, and closed ones in
 * which people are still to be served. The newest first.
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

// The queue as everybody in a chat may see it. Only whose profile is public is named there: what is
// for members, or for nobody, is not for who happens to be in a chat.

/** Absent: somebody who has not chosen to be shown to everybody. */
const person = v.object({ name: v.optional(v.string()) });

export const queueBoard = v.object({
  view: v.literal("queue"),
  /** The event whose line it is. */
  title: v.string(),
  isOpen: v.boolean(),
  /** Who was called, and whether they have come. */
  serving: v.array(person.extend({ isConfirmed: v.boolean() })),
  /** The first of those who wait, and how many there are. */
  waiting: v.array(person),
  count: v.number(),
  /** How long one person takes, in minutes: nothing here becomes false by the passing of time. */
  pace: v.object({ from: v.number(), to: v.number() }),
});

/** More do not fit into a message of either platform. */
const maxOnBoard = 60;

/** The queue at an event; null for an event that is gone, or has no line. */
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
