import { v } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import {
  memberMutation,
  moderatorMutation,
  moderatorQuery,
  publicQuery,
  userMutation,
  userQuery,
} from "./functions.ts";
import type { UserCaller } from "./model/callers/caller.ts";
import { requireEvent } from "./model/events/lookup.ts";
import {
  callNext as callNextPerson,
  complete,
  confirm,
  drop,
  expireCall as expire,
  noShow,
} from "./model/queue/calls.ts";
import {
  activeEntry,
  entriesOf,
  lengthOf,
  queueOf,
  requireEntry,
  requireQueue,
} from "./model/queue/reading.ts";
import { close as closeLine, join, open as openLine, sendHome } from "./model/queue/members.ts";
import { nameOf, notifyEntry, updateQueuePositions as numberAnew } from "./model/queue/notices.ts";
import {
  calledPerson,
  calledPersonOf,
  hostQueue,
  hostQueueOf,
  ownPosition,
  ownPositionOf,
  queueCard,
  queuesOf,
} from "./model/queue/views.ts";
import { touchLastSeen } from "./model/callers/chatAccounts.ts";
import { refusal } from "./model/refusal.ts";

// The queue at an event. Who may is decided here; the rules are in `model/queue`.

const ofEvent = { eventId: v.string() };

async function titleOf(ctx: MutationCtx, { eventId }: Doc<"queues">): Promise<string> {
  return (await ctx.db.get("events", eventId))?.title ?? "";
}

/** The caller takes a position at the end of the queue; who has one keeps it (`isNew` is false). */
export const joinQueue = memberMutation({
  args: ofEvent,
  returns: v.object({ isNew: v.boolean(), place: ownPosition }),
  handler: async (ctx, { eventId }) => {
    const now = Date.now();
    const event = await requireEvent(ctx, eventId);
    const { entry, isNew } = await join(ctx, ctx.caller, event, now);
    const place = await ownPositionOf(ctx, entry, now);
    if (!place) throw refusal("no-line");
    return { isNew, place };
  },
});

/** The caller gives up their position. Refuses who has none. */
export const leaveQueue = userMutation({
  args: ofEvent,
  returns: v.object({ title: v.string() }),
  handler: async (ctx, { eventId }) => {
    const now = Date.now();
    const { user, chat } = ctx.caller;
    const queue = await requireQueue(ctx, eventId);
    const entry = await activeEntry(ctx, queue.eventId, user._id);
    if (!entry) throw refusal("not-in-line");
    await touchLastSeen(ctx, chat?.account, now);
    await drop(ctx, queue, entry, user._id, now);
    return { title: await titleOf(ctx, queue) };
  },
});

/** The caller was called and is coming. Refuses who is not being called (any more). */
export const confirmTurn = userMutation({
  args: ofEvent,
  returns: ownPosition,
  handler: async (ctx, { eventId }) => {
    const now = Date.now();
    const { user, chat } = ctx.caller;
    const queue = await requireQueue(ctx, eventId);
    const entry = await activeEntry(ctx, queue.eventId, user._id);
    if (entry?.status !== "called") throw refusal("not-called");
    await touchLastSeen(ctx, chat?.account, now);
    await confirm(ctx, queue, entry, { isOwnWord: true }, now);
    const place = await ownPositionOf(ctx, { ...entry, confirmedAt: now }, now);
    if (!place) throw refusal("not-called");
    return place;
  },
});

/** The caller's own positions, in all queues. `now`: Unix milliseconds, rounded. */
export const getUserQueue = userQuery({
  args: { now: v.number() },
  returns: v.array(ownPosition),
  handler: async (ctx, { now }) => {
    const entries = await entriesOf(ctx, ctx.caller.user._id);
    const places = entries.map(async (entry) => await ownPositionOf(ctx, entry, now));
    return (await Promise.all(places)).filter((place) => place !== null);
  },
});

/** Queues that can be meant: open ones, and closed ones with people in them. Without any names. */
export const getQueues = publicQuery({
  args: { orgId: v.optional(v.id("organizations")) },
  returns: v.array(queueCard),
  handler: async (ctx, { orgId }) => await queuesOf(ctx, orgId),
});

/** The queue as its hosts see it: who was called by whom, and the first of those who wait. */
export const getEventQueue = moderatorQuery({
  args: ofEvent,
  returns: hostQueue,
  handler: async (ctx, { eventId }) =>
    await hostQueueOf(ctx, await requireQueue(ctx, eventId), ctx.caller.user?._id),
});

/** Opens an event's queue, or opens it again; with settings, changes them. */
export const openQueue = moderatorMutation({
  args: { ...ofEvent, slotMinutes: v.optional(v.number()), capacity: v.optional(v.number()) },
  returns: v.object({
    title: v.string(),
    isNew: v.boolean(),
    slotMinutes: v.number(),
    capacity: v.number(),
  }),
  handler: async (ctx, { eventId, ...settings }) => {
    const event = await requireEvent(ctx, eventId);
    const { queue, isNew } = await openLine(ctx, ctx.caller, event, settings, Date.now());
    const { slotMinutes, capacity } = queue;
    return { title: event.title, isNew, slotMinutes, capacity };
  },
});

/**
 * Closes the queue: nobody joins, those in it are still served. With `sendsHome` those who wait are
 * told that it is over, too.
 */
export const closeQueue = moderatorMutation({
  args: { ...ofEvent, sendsHome: v.optional(v.boolean()) },
  returns: v.object({ title: v.string(), isNew: v.boolean(), count: v.number() }),
  handler: async (ctx, { eventId, sendsHome = false }) => {
    const now = Date.now();
    const queue = await requireQueue(ctx, eventId);
    const isNew = await closeLine(ctx, queue, now);
    const count = await lengthOf(ctx, queue.eventId);
    if (sendsHome) await sendHome(ctx, { ...queue, isOpen: false }, now);
    return { title: await titleOf(ctx, queue), isNew, count };
  },
});

/** What became of a host's press: who is called now, if anybody, and whether it changed anything. */
const turn = v.object({
  eventId: v.id("events"),
  isNew: v.boolean(),
  /** Whom it was about. */
  name: v.optional(v.string()),
  called: v.union(calledPerson, v.null()),
});

/** The calling host is done with whom they served, and calls the first who waits. */
export const callNext = moderatorMutation({
  args: ofEvent,
  returns: turn,
  handler: async (ctx, { eventId }) => {
    const host = ctx.caller.user._id;
    const queue = await requireQueue(ctx, eventId);
    await touchLastSeen(ctx, ctx.caller.chat?.account, Date.now());
    const { called, done } = await callNextPerson(ctx, queue, host, Date.now());
    return {
      eventId: queue.eventId,
      isNew: called !== null || done !== null,
      called: called && (await calledPersonOf(ctx, called, host)),
    };
  },
});

/** Somebody's position, and which of their calls the button was for. */
const ofTicket = { positionId: v.string(), call: v.optional(v.number()) };
type Pressed = { positionId: string; call?: number };

/**
 * What a host does about somebody who was called; a button of an earlier call changes nothing.
 * `act` gives whom it has called instead, if anybody.
 */
async function aboutCalled(
  ctx: MutationCtx & { caller: UserCaller },
  { positionId, call }: Pressed,
  act: (turn: Turn, now: number) => Promise<Doc<"queuePositions"> | null>,
) {
  const now = Date.now();
  const host = ctx.caller.user._id;
  const { entry, queue } = await requireEntry(ctx, positionId);
  await touchLastSeen(ctx, ctx.caller.chat?.account, now);
  const isMeant = entry.status === "called" && (call === undefined || entry.calls === call);
  const called = isMeant ? await act({ queue, entry, host }, now) : null;
  return {
    eventId: queue.eventId,
    isNew: isMeant,
    name: await nameOf(ctx, entry.userId),
    called: called && (await calledPersonOf(ctx, called, host)),
  };
}

type Turn = { queue: Doc<"queues">; entry: Doc<"queuePositions">; host: Id<"users"> };

/**
 * Somebody who was called is here: a host sees them.
 * For other clients of the deployment: no bot calls it.
 */
export const confirmEntry = moderatorMutation({
  args: ofTicket,
  returns: turn,
  handler: async (ctx, args) =>
    await aboutCalled(ctx, args, async ({ queue, entry }, now) => {
      await confirm(ctx, queue, entry, { isOwnWord: false }, now);
      return null;
    }),
});

/**
 * Somebody who was called is done.
 * For other clients of the deployment: no bot calls it.
 */
export const completeEntry = moderatorMutation({
  args: ofTicket,
  returns: turn,
  handler: async (ctx, args) =>
    await aboutCalled(ctx, args, async ({ queue, entry }, now) => {
      await complete(ctx, queue, entry, now);
      return null;
    }),
});

/** Somebody who was called did not come: the next one is called for the host who called them. */
export const noShowEntry = moderatorMutation({
  args: ofTicket,
  returns: turn,
  handler: async (ctx, args) =>
    await aboutCalled(
      ctx,
      args,
      async ({ queue, entry, host }, now) => await noShow(ctx, queue, entry, host, now),
    ),
});

/** A host takes somebody out of the queue; they are told. Who is out already stays out. */
export const cancelEntry = moderatorMutation({
  args: { positionId: v.string() },
  returns: turn,
  handler: async (ctx, { positionId }) => {
    const now = Date.now();
    const host = ctx.caller.user._id;
    const { entry, queue } = await requireEntry(ctx, positionId);
    const isIn = entry.status === "waiting" || entry.status === "called";
    const called = isIn ? await drop(ctx, queue, entry, host, now) : null;
    if (isIn) await notifyEntry(ctx, entry, "removed", now);
    const name = await nameOf(ctx, entry.userId);
    const { eventId } = queue;
    const shown = called && (await calledPersonOf(ctx, called, host));
    return { eventId, isNew: isIn, name, called: shown };
  },
});

/** Two minutes after a call. Who has said that they are coming, or was called again, is left alone. */
export const expireCall = internalMutation({
  args: { positionId: v.id("queuePositions"), call: v.number() },
  returns: v.null(),
  handler: async (ctx, { positionId, call }) => {
    await expire(ctx, positionId, call, Date.now());
    return null;
  },
});

/** Goes on sending people home, see `model/queue/members.ts`. */
export const sendMoreHome = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const queue = await queueOf(ctx, eventId);
    if (queue) await sendHome(ctx, queue, Date.now());
    return null;
  },
});

/** Numbers a queue anew; its own functions do that with each change, so this finds nothing to do. */
export const updateQueuePositions = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const queue = await queueOf(ctx, eventId);
    if (queue) await numberAnew(ctx, queue, Date.now());
    return null;
  },
});
