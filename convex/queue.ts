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
import { eventMeant } from "./model/events/meant.ts";
import {
  callNext as callNextPerson,
  complete,
  confirm,
  drop,
  noShow,
} from "./model/queue/calls.ts";
import {
  activeTicket,
  lengthOf,
  queueMeant,
  queueOf,
  ticketMeant,
  ticketsOf,
} from "./model/queue/line.ts";
import { join } from "./model/queue/members.ts";
import { updateQueuePositions as numberAnew } from "./model/queue/places.ts";
import { close as closeLine, open as openLine, sendHome } from "./model/queue/settings.ts";
import { nameOf, tellInLine } from "./model/queue/telling.ts";
import {
  calledPerson,
  calledPersonOf,
  hostLine,
  hostLineOf,
  lineCard,
  linesOf,
  ownPlace,
  ownPlaceOf,
} from "./model/queue/views.ts";
import { noteHere } from "./model/callers/chatAccounts.ts";
import { refusal } from "./model/refusal.ts";

// The line at an event. Who may is decided here; the rules are in `model/live/queue*.ts`.

const ofEvent = { eventId: v.string() };

async function titleOf(ctx: MutationCtx, { eventId }: Doc<"queues">): Promise<string> {
  return (await ctx.db.get("events", eventId))?.title ?? "";
}

/** The caller takes a place at the end of the line; who has one keeps it (`isNew` is false). */
export const joinQueue = memberMutation({
  args: ofEvent,
  returns: v.object({ isNew: v.boolean(), place: ownPlace }),
  handler: async (ctx, { eventId }) => {
    const now = Date.now();
    const event = await eventMeant(ctx, eventId);
    const { ticket, isNew } = await join(ctx, ctx.caller, event, now);
    const place = await ownPlaceOf(ctx, ticket, now);
    if (!place) throw refusal("no-line");
    return { isNew, place };
  },
});

/** The caller gives up their place. Refuses who has none. */
export const leaveQueue = userMutation({
  args: ofEvent,
  returns: v.object({ title: v.string() }),
  handler: async (ctx, { eventId }) => {
    const now = Date.now();
    const { user, chat } = ctx.caller;
    const queue = await queueMeant(ctx, eventId);
    const ticket = await activeTicket(ctx, queue.eventId, user._id);
    if (!ticket) throw refusal("not-in-line");
    await noteHere(ctx, chat?.account, now);
    await drop(ctx, queue, ticket, user._id, now);
    return { title: await titleOf(ctx, queue) };
  },
});

/** The caller was called and is coming. Refuses who is not being called (any more). */
export const confirmTurn = userMutation({
  args: ofEvent,
  returns: ownPlace,
  handler: async (ctx, { eventId }) => {
    const now = Date.now();
    const { user, chat } = ctx.caller;
    const queue = await queueMeant(ctx, eventId);
    const ticket = await activeTicket(ctx, queue.eventId, user._id);
    if (ticket?.status !== "called") throw refusal("not-called");
    await noteHere(ctx, chat?.account, now);
    await confirm(ctx, queue, ticket, { isOwnWord: true }, now);
    const place = await ownPlaceOf(ctx, { ...ticket, confirmedAt: now }, now);
    if (!place) throw refusal("not-called");
    return place;
  },
});

/** The caller's own places, in whatever lines. `now`: Unix milliseconds, rounded. */
export const getUserQueue = userQuery({
  args: { now: v.number() },
  returns: v.array(ownPlace),
  handler: async (ctx, { now }) => {
    const tickets = await ticketsOf(ctx, ctx.caller.user._id);
    const places = tickets.map(async (ticket) => await ownPlaceOf(ctx, ticket, now));
    return (await Promise.all(places)).filter((place) => place !== null);
  },
});

/** Lines that can be meant: open ones, and closed ones with people in them. Without any names. */
export const getLines = publicQuery({
  args: { orgId: v.optional(v.id("organizations")) },
  returns: v.array(lineCard),
  handler: async (ctx, { orgId }) => await linesOf(ctx, orgId),
});

/** The line as its hosts see it: who was called by whom, and the first of those who wait. */
export const getEventQueue = moderatorQuery({
  args: ofEvent,
  returns: hostLine,
  handler: async (ctx, { eventId }) =>
    await hostLineOf(ctx, await queueMeant(ctx, eventId), ctx.caller.user?._id),
});

/** Opens an event's line, or opens it again; with settings, changes them. */
export const openQueue = moderatorMutation({
  args: { ...ofEvent, slotMinutes: v.optional(v.number()), capacity: v.optional(v.number()) },
  returns: v.object({
    title: v.string(),
    isNew: v.boolean(),
    slotMinutes: v.number(),
    capacity: v.number(),
  }),
  handler: async (ctx, { eventId, ...settings }) => {
    const event = await eventMeant(ctx, eventId);
    const { queue, isNew } = await openLine(ctx, ctx.caller, event, settings, Date.now());
    const { slotMinutes, capacity } = queue;
    return { title: event.title, isNew, slotMinutes, capacity };
  },
});

/**
 * Closes the line: nobody joins, those in it are still served. With `sendsHome` those who wait are
 * told that it is over, too.
 */
export const closeQueue = moderatorMutation({
  args: { ...ofEvent, sendsHome: v.optional(v.boolean()) },
  returns: v.object({ title: v.string(), isNew: v.boolean(), count: v.number() }),
  handler: async (ctx, { eventId, sendsHome = false }) => {
    const now = Date.now();
    const queue = await queueMeant(ctx, eventId);
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
    const queue = await queueMeant(ctx, eventId);
    await noteHere(ctx, ctx.caller.chat?.account, Date.now());
    const { called, done } = await callNextPerson(ctx, queue, host, Date.now());
    return {
      eventId: queue.eventId,
      isNew: called !== null || done !== null,
      called: called && (await calledPersonOf(ctx, called, host)),
    };
  },
});

/** Somebody's place, and which of their calls the button was for. */
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
  const { ticket, queue } = await ticketMeant(ctx, positionId);
  await noteHere(ctx, ctx.caller.chat?.account, now);
  const isMeant = ticket.status === "called" && (call === undefined || ticket.calls === call);
  const called = isMeant ? await act({ queue, ticket, host }, now) : null;
  return {
    eventId: queue.eventId,
    isNew: isMeant,
    name: await nameOf(ctx, ticket.userId),
    called: called && (await calledPersonOf(ctx, called, host)),
  };
}

type Turn = { queue: Doc<"queues">; ticket: Doc<"queuePositions">; host: Id<"users"> };

/** Somebody who was called is here: a host sees them. */
export const confirmEntry = moderatorMutation({
  args: ofTicket,
  returns: turn,
  handler: async (ctx, args) =>
    await aboutCalled(ctx, args, async ({ queue, ticket }, now) => {
      await confirm(ctx, queue, ticket, { isOwnWord: false }, now);
      return null;
    }),
});

/** Somebody who was called is done. */
export const completeEntry = moderatorMutation({
  args: ofTicket,
  returns: turn,
  handler: async (ctx, args) =>
    await aboutCalled(ctx, args, async ({ queue, ticket }, now) => {
      await complete(ctx, queue, ticket, now);
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
      async ({ queue, ticket, host }, now) => await noShow(ctx, queue, ticket, host, now),
    ),
});

/** A host takes somebody out of the line; they are told. Who is out already stays out. */
export const cancelEntry = moderatorMutation({
  args: { positionId: v.string() },
  returns: turn,
  handler: async (ctx, { positionId }) => {
    const now = Date.now();
    const host = ctx.caller.user._id;
    const { ticket, queue } = await ticketMeant(ctx, positionId);
    const isIn = ticket.status === "waiting" || ticket.status === "called";
    const called = isIn ? await drop(ctx, queue, ticket, host, now) : null;
    if (isIn) await tellInLine(ctx, ticket, "removed", now);
    const name = await nameOf(ctx, ticket.userId);
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
    const ticket = await ctx.db.get("queuePositions", positionId);
    if (ticket?.status !== "called" || ticket.calls !== call || ticket.confirmedAt) return null;
    const queue = await queueOf(ctx, ticket.eventId);
    if (queue) await noShow(ctx, queue, ticket, undefined, Date.now());
    return null;
  },
});

/** Goes on sending people home, see `model/live/queueSettings.ts`. */
export const sendMoreHome = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const queue = await queueOf(ctx, eventId);
    if (queue) await sendHome(ctx, queue, Date.now());
    return null;
  },
});

/** Numbers a line anew; its own functions do that with each change, so this finds nothing to do. */
export const updateQueuePositions = internalMutation({
  args: { eventId: v.id("events") },
  returns: v.null(),
  handler: async (ctx, { eventId }) => {
    const queue = await queueOf(ctx, eventId);
    if (queue) await numberAnew(ctx, queue, Date.now());
    return null;
  },
});
