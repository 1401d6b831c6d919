import { v } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import {
  memberMutation,
  moderatorMutation,
  moderatorQuery,
  publicQuery,
  unblockedUserMutation,
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

// The queue at an event. Authorization is checked here; the rules are in `model/queue`.

const ofEvent = { eventId: v.string() };

async function titleOf(ctx: MutationCtx, { eventId }: Doc<"queues">): Promise<string> {
  return (await ctx.db.get("events", eventId))?.title ?? "";
}

/** Adds the caller to the end of the queue; an existing entry is kept (`isNew` is false). */
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

/** The caller leaves the queue. Refused without an entry. */
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

/** The caller confirms the call. Refused when the entry is not called (any more). */
export const confirmTurn = unblockedUserMutation({
  args: ofEvent,
  returns: ownPosition,
  handler: async (ctx, { eventId }) => {
    const now = Date.now();
    const { user, chat } = ctx.caller;
    const queue = await requireQueue(ctx, eventId);
    const entry = await activeEntry(ctx, queue.eventId, user._id);
    if (entry?.status !== "called") throw refusal("not-called");
    await touchLastSeen(ctx, chat?.account, now);
    await confirm(ctx, queue, entry, { isByPerson: true }, now);
    const place = await ownPositionOf(ctx, { ...entry, confirmedAt: now }, now);
    if (!place) throw refusal("not-called");
    return place;
  },
});

/** The caller's entries in all queues. `now`: Unix milliseconds, rounded. */
export const getUserQueue = userQuery({
  args: { now: v.number() },
  returns: v.array(ownPosition),
  handler: async (ctx, { now }) => {
    const entries = await entriesOf(ctx, ctx.caller.user._id);
    const places = entries.map(async (entry) => await ownPositionOf(ctx, entry, now));
    return (await Promise.all(places)).filter((place) => place !== null);
  },
});

/** Queues to choose from: open ones, and closed ones with entries. Contains no names. */
export const getQueues = publicQuery({
  args: { orgId: v.optional(v.id("organizations")) },
  returns: v.array(queueCard),
  handler: async (ctx, { orgId }) => await queuesOf(ctx, orgId),
});

/** The queue for hosts: called entries with their hosts, and the first waiting ones. */
export const getEventQueue = moderatorQuery({
  args: ofEvent,
  returns: hostQueue,
  handler: async (ctx, { eventId }) =>
    await hostQueueOf(ctx, await requireQueue(ctx, eventId), ctx.caller.user?._id),
});

/** Opens or reopens an event's queue; given settings are changed. */
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
 * Closes the queue: nobody can join, entries in it are still served. With `sendsHome` the waiting
 * entries are removed and notified.
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

/** The result of a host's action: the entry that is called now, and whether anything changed. */
const turn = v.object({
  eventId: v.id("events"),
  isNew: v.boolean(),
  /** The person of the entry that was acted on. */
  name: v.optional(v.string()),
  called: v.union(calledPerson, v.null()),
});

/** Completes the entry that the calling host serves, and calls the first waiting one. */
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

/** The entry of a button, and the number of the call that the button belongs to. */
const ofTicket = { positionId: v.string(), call: v.optional(v.number()) };
type Pressed = { positionId: string; call?: number };

/**
 * Applies a host's action to a called entry; a button of an earlier call changes nothing. `act`
 * returns the entry that it called instead, if any.
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
 * A host confirms that a called person is here.
 * For other clients of the deployment: no bot calls it.
 */
export const confirmEntry = moderatorMutation({
  args: ofTicket,
  returns: turn,
  handler: async (ctx, args) =>
    await aboutCalled(ctx, args, async ({ queue, entry }, now) => {
      await confirm(ctx, queue, entry, { isByPerson: false }, now);
      return null;
    }),
});

/**
 * Completes a called entry.
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

/** Records a no-show: the next entry is called for the host of the call. */
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

/** Removes an entry from the queue and notifies its person. An ended entry is left alone. */
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

/** Two minutes after a call: expires it, unless it was confirmed or the entry was called again. */
export const expireCall = internalMutation({
  args: { positionId: v.id("queuePositions"), call: v.number() },
  returns: v.null(),
  handler: async (ctx, { positionId, call }) => {
    await expire(ctx, positionId, call, Date.now());
    return null;
  },
});

/** Continues removing the waiting entries of a closed queue, see `model/queue/members.ts`. */
export const sendMoreHome = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const queue = await queueOf(ctx, eventId);
    if (queue) await sendHome(ctx, queue, Date.now());
    return null;
  },
});

/**
 * Renumbers a queue. All functions of the queue do that with each change, so this normally changes
 * nothing.
 */
export const updateQueuePositions = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const queue = await queueOf(ctx, eventId);
    if (queue) await numberAnew(ctx, queue, Date.now());
    return null;
  },
});
