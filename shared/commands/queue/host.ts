import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import type { Button, Line } from "../../messages/message.ts";
import { cleanName, cut } from "../../messages/sanitize.ts";
import { queueButton, nameOf, callButton } from "../../messages/queue.ts";
import {
  eventToOpen,
  queuesHere,
  resolveQueue,
  type QueueOf,
  type QueueVerb,
  readClosing,
} from "./resolveQueue.ts";
import { readCount, readMinutes } from "../args.ts";
import { continueInPrivate, isPublicHere, reply } from "../reply.ts";
import type { CommandContext, Reply } from "../command.ts";

// What hosts do with a queue. Names are shown only where moderators alone read them; Convex decides
// who is a host.

type HostQueue = FunctionReturnType<typeof api.queue.getEventQueue>;
type Turn = FunctionReturnType<typeof api.queue.callNext>;
type Told = FunctionReturnType<typeof api.queue.noShowEntry>;
type Called = HostQueue["called"][number];
type HostVerb = Exclude<QueueVerb, "join" | "leave" | "coming" | "status">;

/** Runs what a host typed: `/queue next`, `/queue open Demo night slot=7`. */
export async function runHost(
  ctx: CommandContext,
  { verb, typed }: { verb: HostVerb; typed: string },
): Promise<Reply> {
  if (verb === "open") {
    const resolved = await eventToOpen(ctx, typed);
    return "ask" in resolved ? resolved.ask : await open(ctx, resolved.found.eventId);
  }
  const queues = await queuesHere(ctx, typed);
  if (verb === "close") return await closeNamed(ctx, queues, typed);
  const resolved = await resolveQueue(ctx, queues, verb, typed);
  return "ask" in resolved ? resolved.ask : await act(ctx, verb, resolved.found.eventId);
}

/** "close demo" closes; "close all demo", which cannot be undone, asks first. */
async function closeNamed(
  ctx: CommandContext,
  queues: readonly QueueOf[],
  typed: string,
): Promise<Reply> {
  const closing = readClosing(queues, typed);
  const verb = closing.isAll ? "ask" : "close";
  const resolved = await resolveQueue(ctx, queues, verb, closing.typed);
  if ("ask" in resolved) return resolved.ask;
  const { eventId } = resolved.found;
  return closing.isAll ? await askHome(ctx, eventId) : await close(ctx, eventId, false);
}

async function askHome(ctx: CommandContext, eventId: string): Promise<Reply> {
  if (isPublicHere(ctx, "moderators")) return continueInPrivate(ctx, { name: "queue" });
  const { t } = ctx;
  const { title, count } = await ctx.backend.query(api.queue.getEventQueue, { eventId });
  const event = cleanName(title, 100);
  return reply(
    {
      lines: [[t("queue.home.ask", { event, count })]],
      buttons: [
        [
          queueButton("home", eventId, t),
          { label: t("button.cancel"), action: `queue|line|${eventId}` },
        ],
      ],
    },
    { ephemeral: true },
  );
}

/** A host's button, about a queue or about one call of an entry. */
export async function hostPress(
  ctx: CommandContext,
  word: string,
  id: string,
  number: string | undefined,
): Promise<Reply> {
  const { backend, t } = ctx;
  switch (word) {
    case "open":
      return await open(ctx, id);
    case "close":
    case "home":
      return reply(await close(ctx, id, word === "home"), { editsMessage: true });
    case "ask":
      return reply(await askHome(ctx, id), { editsMessage: true });
    case "out":
      return await unlessPublic(ctx, async () =>
        said(ctx, "removed", await backend.mutation(api.queue.cancelEntry, { positionId: id })),
      );
    case "here":
    case "done":
    case "noshow":
      if (number === undefined) return await act(ctx, word, id);
      return await unlessPublic(
        ctx,
        async () => await turn(ctx, word, { positionId: id, call: Number(number) }),
      );
    case "next":
    case "remove":
    case "line":
      return await act(ctx, word, id);
    default:
      return reply({ lines: [[t("unknown.button")]] }, { ephemeral: true });
  }
}

/** Sends the host to the private chat where others would read names. */
async function unlessPublic(ctx: CommandContext, work: () => Promise<Reply>): Promise<Reply> {
  if (isPublicHere(ctx, "moderators")) return continueInPrivate(ctx, { name: "queue" });
  return reply(await work(), { editsMessage: true });
}

async function act(
  ctx: CommandContext,
  verb: Exclude<HostVerb, "open" | "close">,
  eventId: string,
): Promise<Reply> {
  return await unlessPublic(ctx, async () => {
    if (verb === "line") return await hostPanel(ctx, eventId);
    if (verb === "next") return await next(ctx, eventId);
    const queue = await ctx.backend.query(api.queue.getEventQueue, { eventId });
    if (verb === "remove") return whom(ctx, queue);
    const mine = queue.called.find(({ isMine }) => isMine);
    if (mine) return await turn(ctx, verb, mine);
    return queue.called.length > 0 ? whose(ctx, queue.called, verb) : noneCalled(ctx, queue);
  });
}

async function next(ctx: CommandContext, eventId: string): Promise<Reply> {
  const { called } = await ctx.backend.mutation(api.queue.callNext, { eventId });
  return await hostPanel(ctx, eventId, [calledText(ctx, called)]);
}

function calledText({ t }: CommandContext, called: Turn["called"]): Line {
  if (!called) return [t("queue.host.nobody")];
  return [t("queue.host.next", { name: nameOf(called, t) })];
}

/** An entry that was called is confirmed, completed, or a no-show. */
async function turn(
  ctx: CommandContext,
  verb: "here" | "done" | "noshow",
  { positionId, call: number }: { positionId: string; call: number },
): Promise<Reply> {
  const which = { here: "confirmEntry", done: "completeEntry", noshow: "noShowEntry" } as const;
  const words = { here: "is-here", done: "done", noshow: "noshow" } as const;
  const about = { positionId, call: number };
  return await said(ctx, words[verb], await ctx.backend.mutation(api.queue[which[verb]], about));
}

async function said(
  ctx: CommandContext,
  word: "is-here" | "done" | "noshow" | "removed",
  { isNew, eventId, called, name }: Told,
): Promise<Reply> {
  const { t } = ctx;
  const first = isNew
    ? t(`queue.host.${word}`, { name: nameOf({ name }, t) })
    : t("queue.host.already");
  const then = called ? [calledText(ctx, called)] : [];
  return await hostPanel(ctx, eventId, [[first], ...then]);
}

/** The queue as its hosts see it, with what they can do next. */
export async function hostPanel(
  ctx: CommandContext,
  eventId: string,
  before: Line[] = [],
): Promise<Reply> {
  const { t, backend } = ctx;
  const queue = await backend.query(api.queue.getEventQueue, { eventId });
  const { title, isOpen, count, pace, first, called } = queue;
  const mine = called.find(({ isMine }) => isMine);
  const about = { count, from: Math.max(1, pace.from), to: pace.to };
  return reply(
    {
      title: t("queue.host", { event: cleanName(title, 100) }),
      lines: [
        ...before.map((one): Line =>
          one.map((part) => (typeof part === "string" ? { bold: part } : part)),
        ),
        [t(isOpen ? "queue.host.open" : "queue.host.closed", about)],
        ...called.map((one) => calledState(one, ctx)),
      ],
      items: first.map(({ position, handle, ...one }): Line => [
        `${position}. ${nameOf(one, t)}${handle === undefined ? "" : ` (@${cleanName(handle, 40)})`}`,
      ]),
      isTable: true,
      total: count,
      more: (hidden) => t("events.more", { count: hidden }),
      buttons: [callButtons(mine, ctx), queueButtons(queue, mine, ctx)].filter(
        (row) => row.length > 0,
      ),
    },
    { ephemeral: true },
  );
}

function calledState(one: Called, { t }: CommandContext): Line {
  const { isConfirmed, isMine, by, calledAt } = one;
  const state = t(isConfirmed ? "queue.host.here" : "queue.host.called", { name: nameOf(one, t) });
  const host = isMine ? "" : ` · ${t("queue.host.by", { host: nameOf({ name: by }, t) })}`;
  return [`→ ${state}${host} · `, { time: calledAt, style: "hour" }];
}

function callButtons(mine: Called | undefined, { t }: CommandContext): Button[] {
  if (!mine) return [];
  return mine.isConfirmed
    ? [callButton("done", mine, t)]
    : [callButton("here", mine, t), callButton("noshow", mine, t), callButton("done", mine, t)];
}

function queueButtons(
  { eventId, isOpen, count }: HostQueue,
  mine: Called | undefined,
  { t }: CommandContext,
): Button[] {
  const mayCall = mine ? mine.isConfirmed : count > 0;
  const rest = isOpen ? ["close" as const] : ["open" as const];
  const home = !isOpen && count > 0 ? ["home" as const] : [];
  return [...(mayCall ? ["next" as const] : []), ...rest, ...home].map((name) =>
    queueButton(name, eventId, t),
  );
}

/** Discord has five rows of buttons. */
const maxAsked = 5;

function whose(
  { t }: CommandContext,
  called: readonly Called[],
  verb: "here" | "done" | "noshow",
): Reply {
  return reply(
    {
      lines: [[t("queue.which.person")]],
      buttons: called.slice(0, maxAsked).map((one) => {
        const button = callButton(verb, one, t);
        return [
          { ...button, label: cut(`${nameOf(one, t)} (${nameOf({ name: one.by }, t)})`, 40) },
        ];
      }),
    },
    { ephemeral: true },
  );
}

/** The first fifteen, in five rows. */
function whom({ t }: CommandContext, { first }: HostQueue): Reply {
  const buttons = first.slice(0, 3 * maxAsked).map((one) => ({
    label: cut(`${one.position}. ${nameOf(one, t)}`, 30),
    action: `queue|out|${one.positionId}`,
  }));
  if (buttons.length === 0)
    return reply({ lines: [[t("queue.host.nobody")]] }, { ephemeral: true });
  const rows = Array.from({ length: Math.ceil(buttons.length / 3) }, (_, row) =>
    buttons.slice(3 * row, 3 * row + 3),
  );
  return reply({ lines: [[t("queue.host.remove")]], buttons: rows }, { ephemeral: true });
}

function noneCalled({ t }: CommandContext, { eventId }: HostQueue): Reply {
  return reply(
    {
      lines: [[t("queue.host.none-called", { example: "/queue next" })]],
      buttons: [[queueButton("next", eventId, t)]],
    },
    { ephemeral: true },
  );
}

/** Opens a queue; in a chat with others the reply invites all of them. */
async function open(ctx: CommandContext, eventId: string): Promise<Reply> {
  const { t, backend, args, chat } = ctx;
  const slotMinutes = readMinutes(args.named["slot"] ?? "");
  const capacity = readCount(args.named["capacity"] ?? "");
  const opened = await backend.mutation(api.queue.openQueue, {
    eventId,
    ...(slotMinutes !== undefined && { slotMinutes }),
    ...(capacity !== undefined && { capacity }),
  });
  const event = cleanName(opened.title, 100);
  const about = { event, slot: opened.slotMinutes, capacity: opened.capacity };
  if (chat.kind === "private") {
    const again = t(opened.isNew ? "queue.opened" : "queue.opened.again", about);
    return await hostPanel(ctx, eventId, [[again]]);
  }
  return reply({
    title: t("queue.opened", { event }),
    lines: [[t("queue.opened.how", { example: "/queue join" })], [t("queue.settings", about)]],
    // With "+" the answer is a message of its own, and the invitation stays as it is.
    buttons: [[{ label: t("button.queue.join"), action: `+queue|join|${eventId}` }]],
  });
}

/** Closes a queue; the second time, or with "all", the waiting entries are removed. */
async function close(ctx: CommandContext, eventId: string, sendsHome: boolean): Promise<Reply> {
  const { t, backend } = ctx;
  const { title, isNew, count } = await backend.mutation(api.queue.closeQueue, {
    eventId,
    ...(sendsHome && { sendsHome }),
  });
  const event = cleanName(title, 100);
  const first = t(isNew ? "queue.closed" : "queue.closed.already", { event });
  const rest = t(sendsHome ? "queue.sent-home" : "queue.closed.left", { count });
  const offered = count > 0 && !sendsHome ? (["home", "open"] as const) : (["open"] as const);
  const buttons = [offered.map((name) => queueButton(name, eventId, t))];
  return reply(
    {
      lines: [[first], [rest]],
      ...(!isPublicHere(ctx, "moderators") && { buttons }),
    },
    { ephemeral: true },
  );
}
