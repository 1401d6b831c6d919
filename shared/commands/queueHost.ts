import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import type { Button, Line, Message } from "../messages/message.ts";
import { cleanName, cut } from "../messages/names.ts";
import { lineButton, nameOf, turnButton } from "../messages/queue.ts";
import type { Call } from "./command.ts";
import { sendElsewhere } from "./where.ts";
import { eventToOpen, isOverheard, linesHere, oneOf } from "./queueLines.ts";
import { type Action, readNumber } from "./queueWords.ts";

// What hosts do with a line. Names are shown where nobody else reads along; who may is decided by
// Convex.

type HostLine = FunctionReturnType<typeof api.queue.getEventQueue>;
type Turn = FunctionReturnType<typeof api.queue.callNext>;
type Told = FunctionReturnType<typeof api.queue.noShowEntry>;
type Called = HostLine["called"][number];
type HostAction = Exclude<Action, "join" | "leave" | "coming" | "status">;

/** Runs what a host has written: `/queue next`, `/queue open Demo night slot=7`. */
export async function runHost(
  call: Call,
  { action, written, isAll }: { action: HostAction; written: string; isAll: boolean },
): Promise<Message> {
  if (action === "open") {
    const meant = await eventToOpen(call, written);
    return "message" in meant ? meant.message : await open(call, meant.eventId);
  }
  const meant = oneOf(call, await linesHere(call, written), action, written);
  if ("message" in meant) return meant.message;
  if (action === "close") return await close(call, meant.eventId, isAll);
  return await act(call, action, meant.eventId);
}

/** A press of a host's button: of a line, or of somebody in it and one of their calls. */
export async function hostPress(
  call: Call,
  word: string,
  id: string,
  number: string | undefined,
): Promise<Message> {
  const { plaza, t } = call;
  switch (word) {
    case "open":
      return await open(call, id);
    case "close":
    case "home":
      return { ...(await close(call, id, word === "home")), replaces: true };
    case "out":
      return await quietly(call, async () =>
        said(call, "removed", await plaza.mutation(api.queue.cancelEntry, { positionId: id })),
      );
    case "here":
    case "done":
    case "noshow":
      if (number === undefined) return await act(call, word, id);
      return await quietly(
        call,
        async () => await turn(call, word, { positionId: id, call: Number(number) }),
      );
    case "next":
    case "remove":
    case "line":
      return await act(call, word, id);
    default:
      return { lines: [[t("unknown.button")]], isPrivate: true };
  }
}

/** Nothing with names is done where others would read the answer. */
async function quietly(call: Call, work: () => Promise<Message>): Promise<Message> {
  if (isOverheard(call)) return sendElsewhere(call, { name: "queue" });
  return { ...(await work()), replaces: true };
}

async function act(
  call: Call,
  action: Exclude<HostAction, "open" | "close">,
  eventId: string,
): Promise<Message> {
  return await quietly(call, async () => {
    if (action === "line") return await hostPanel(call, eventId);
    if (action === "next") return await next(call, eventId);
    const line = await call.plaza.query(api.queue.getEventQueue, { eventId });
    if (action === "remove") return whom(call, line);
    const mine = line.called.find(({ isMine }) => isMine);
    if (mine) return await turn(call, action, mine);
    return line.called.length > 0 ? whose(call, line.called, action) : noneCalled(call, line);
  });
}

async function next(call: Call, eventId: string): Promise<Message> {
  const { called } = await call.plaza.mutation(api.queue.callNext, { eventId });
  return await hostPanel(call, eventId, [calledLine(call, called)]);
}

function calledLine({ t }: Call, called: Turn["called"]): Line {
  if (!called) return [t("queue.host.nobody")];
  return [t("queue.host.next", { name: nameOf(called, t) })];
}

/** Somebody who was called is here, is done, or did not come. */
async function turn(
  call: Call,
  wish: "here" | "done" | "noshow",
  { positionId, call: number }: { positionId: string; call: number },
): Promise<Message> {
  const which = { here: "confirmEntry", done: "completeEntry", noshow: "noShowEntry" } as const;
  const words = { here: "is-here", done: "done", noshow: "noshow" } as const;
  const about = { positionId, call: number };
  return await said(call, words[wish], await call.plaza.mutation(api.queue[which[wish]], about));
}

async function said(
  call: Call,
  word: "is-here" | "done" | "noshow" | "removed",
  { isNew, eventId, called, name }: Told,
): Promise<Message> {
  const { t } = call;
  const first = isNew
    ? t(`queue.host.${word}`, { name: nameOf({ name }, t) })
    : t("queue.host.already");
  const then = called ? [calledLine(call, called)] : [];
  return await hostPanel(call, eventId, [[first], ...then]);
}

/** The line as its hosts see it, with what they can do next. */
export async function hostPanel(
  call: Call,
  eventId: string,
  before: Line[] = [],
): Promise<Message> {
  const { t, plaza } = call;
  const line = await plaza.query(api.queue.getEventQueue, { eventId });
  const { title, isOpen, count, pace, first, called } = line;
  const mine = called.find(({ isMine }) => isMine);
  const about = { count, from: Math.max(1, pace.from), to: pace.to };
  return {
    title: t("queue.host", { event: cleanName(title, 100) }),
    lines: [
      ...before.map((one): Line =>
        one.map((part) => (typeof part === "string" ? { bold: part } : part)),
      ),
      [t(isOpen ? "queue.host.open" : "queue.host.closed", about)],
      ...called.map((one) => calledState(one, call)),
    ],
    items: first.map(({ position, handle, ...one }): Line => [
      `${position}. ${nameOf(one, t)}${handle === undefined ? "" : ` (@${cleanName(handle, 40)})`}`,
    ]),
    isTable: true,
    total: count,
    more: (hidden) => t("events.more", { count: hidden }),
    buttons: [turnButtons(mine, call), lineButtons(line, mine, call)].filter(
      (row) => row.length > 0,
    ),
    isPrivate: true,
  };
}

function calledState(one: Called, { t }: Call): Line {
  const { isConfirmed, isMine, by, calledAt } = one;
  const state = t(isConfirmed ? "queue.host.here" : "queue.host.called", { name: nameOf(one, t) });
  const host = isMine ? "" : ` · ${t("queue.host.by", { host: nameOf({ name: by }, t) })}`;
  return [`→ ${state}${host} · `, { time: calledAt, style: "hour" }];
}

function turnButtons(mine: Called | undefined, { t }: Call): Button[] {
  if (!mine) return [];
  return mine.isConfirmed
    ? [turnButton("done", mine, t)]
    : [turnButton("here", mine, t), turnButton("noshow", mine, t), turnButton("done", mine, t)];
}

function lineButtons(
  { eventId, isOpen, count }: HostLine,
  mine: Called | undefined,
  { t }: Call,
): Button[] {
  const mayCall = mine ? mine.isConfirmed : count > 0;
  const rest = isOpen ? ["close" as const] : ["open" as const];
  const home = !isOpen && count > 0 ? ["home" as const] : [];
  return [...(mayCall ? ["next" as const] : []), ...rest, ...home].map((name) =>
    lineButton(name, eventId, t),
  );
}

/** Discord has five rows of buttons. */
const mostAsked = 5;

function whose({ t }: Call, called: readonly Called[], wish: "here" | "done" | "noshow"): Message {
  return {
    lines: [[t("queue.which.person")]],
    buttons: called.slice(0, mostAsked).map((one) => {
      const { press } = turnButton(wish, one, t) as { press: string };
      return [{ label: cut(`${nameOf(one, t)} (${nameOf({ name: one.by }, t)})`, 40), press }];
    }),
    isPrivate: true,
  };
}

/** The first fifteen, in five rows. */
function whom({ t }: Call, { first }: HostLine): Message {
  const buttons = first.slice(0, 3 * mostAsked).map((one) => ({
    label: cut(`${one.position}. ${nameOf(one, t)}`, 30),
    press: `queue|out|${one.positionId}`,
  }));
  if (buttons.length === 0) return { lines: [[t("queue.host.nobody")]], isPrivate: true };
  const rows = Array.from({ length: Math.ceil(buttons.length / 3) }, (_, row) =>
    buttons.slice(3 * row, 3 * row + 3),
  );
  return { lines: [[t("queue.host.remove")]], buttons: rows, isPrivate: true };
}

function noneCalled({ t }: Call, { eventId }: HostLine): Message {
  return {
    lines: [[t("queue.host.none-called", { example: "/queue next" })]],
    buttons: [[lineButton("next", eventId, t)]],
    isPrivate: true,
  };
}

/** Opens a line; in a chat with others that is an invitation to all of them. */
async function open(call: Call, eventId: string): Promise<Message> {
  const { t, plaza, args, chat } = call;
  const slotMinutes = readNumber(args.named["slot"]);
  const capacity = readNumber(args.named["capacity"]);
  const opened = await plaza.mutation(api.queue.openQueue, {
    eventId,
    ...(slotMinutes !== undefined && { slotMinutes }),
    ...(capacity !== undefined && { capacity }),
  });
  const event = cleanName(opened.title, 100);
  const about = { event, slot: opened.slotMinutes, capacity: opened.capacity };
  if (chat.kind === "private") {
    const again = t(opened.isNew ? "queue.opened" : "queue.opened.again", about);
    return await hostPanel(call, eventId, [[again]]);
  }
  return {
    title: t("queue.opened", { event }),
    lines: [[t("queue.opened.how", { example: "/queue join" })], [t("queue.settings", about)]],
    // A "+" is answered to the one who pressed, and leaves the invitation as it is.
    buttons: [[{ label: t("button.queue.join"), press: `+queue|join|${eventId}` }]],
  };
}

/** Closes a line; the second time, or with "all", those who wait are sent home. */
async function close(call: Call, eventId: string, sendsHome: boolean): Promise<Message> {
  const { t, plaza } = call;
  const { title, isNew, count } = await plaza.mutation(api.queue.closeQueue, {
    eventId,
    ...(sendsHome && { sendsHome }),
  });
  const event = cleanName(title, 100);
  const first = t(isNew ? "queue.closed" : "queue.closed.already", { event });
  const rest = t(sendsHome ? "queue.sent-home" : "queue.closed.left", { count });
  const offered = count > 0 && !sendsHome ? (["home", "open"] as const) : (["open"] as const);
  const buttons = [offered.map((name) => lineButton(name, eventId, t))];
  return {
    lines: [[first], [rest]],
    ...(!isOverheard(call) && { buttons }),
    isPrivate: true,
  };
}
