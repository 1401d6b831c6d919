import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import type { Platform } from "../identity.ts";
import { labelled } from "../messages/labelled.ts";
import type { Inline, Line, Message } from "../messages/message.ts";
import { cleanName } from "../messages/names.ts";
import { plain } from "../time/when.ts";
import type { Args } from "./args.ts";
import type { Call } from "./command.ts";
import { findEvents, nextEvents } from "./findEvent.ts";
import { findOrganization, namesOf, organizations } from "./organizations.ts";
import { wordIn } from "./verbs.ts";

// Messages that are kept true: `/channel board`, `/channel board add events`, `... remove events`.

/** The chat that is meant. */
export type Where = { platform: Platform; chatId: string; threadId?: string };
type Board = FunctionReturnType<typeof api.boards.list>[number];
type View = Board["view"];

export const boardNames = ["boards", "tablon", "tablones"] as const;

const verbs: Record<string, "add" | "remove"> = {
  add: "add",
  anadir: "add",
  anade: "add",
  remove: "remove",
  delete: "remove",
  quitar: "remove",
  quita: "remove",
};

const views: Record<string, View> = {
  events: "events",
  event: "events",
  eventos: "events",
  queue: "queue",
  line: "queue",
  fila: "queue",
  cola: "queue",
  impact: "impact",
  giving: "impact",
  impacto: "impact",
};

/** What was said about boards, null where it was about something else. */
export function boardWords({ words, named }: Args): readonly string[] | null {
  const { board } = named;
  if (board !== undefined) return [...board.split(/\s+/).filter(Boolean), ...words];
  const [first = "", ...rest] = words;
  return ["board", ...boardNames].includes(plain(first)) ? rest : null;
}

/** Adds or takes away a board of a chat, or says which there are. */
export async function boards(call: Call, where: Where, words: readonly string[]): Promise<Message> {
  const { t } = call;
  const [verb, name = "", ...rest] = words;
  const action = verb === undefined ? "show" : wordIn(verbs, verb);
  if (action === "show") return await shown(call, where, []);
  const view = wordIn(views, name);
  if (!action || !view) {
    const word = cleanName((action ? name : verb) ?? "", 60);
    return { lines: [[t("boards.unknown", { word, hint: t("boards.usage") })]] };
  }
  const about = rest.join(" ");
  return action === "add"
    ? await add(call, where, view, about)
    : await remove(call, where, view, about);
}

async function add(call: Call, where: Where, view: View, about: string): Promise<Message> {
  const { t, plaza, args, chat } = call;
  const title = args.named["chat"] ?? chat.title;
  const board = { ...where, title, view };
  if (view === "events") {
    const all = await organizations(call);
    const name = args.named["org"] ?? about;
    const isAll = ["all", "todos", "todo"].includes(plain(name));
    const org = name && !isAll ? findOrganization(all, name) : undefined;
    if (name && !isAll && !org) {
      const names = { name: cleanName(name, 60), names: namesOf(all) };
      return { lines: [[t("org.unknown", names)]] };
    }
    const orgId = isAll ? null : org?._id;
    await plaza.mutation(api.boards.add, { ...board, ...(orgId !== undefined && { orgId }) });
  } else if (view === "queue" && about) {
    const found = await findEvents(call, about, await nextEvents(call));
    const [event, other] = found;
    if (!event) return { lines: [[t("event.none", { name: cleanName(about, 60) })]] };
    if (other)
      return which(
        call,
        found.map(({ title: named }) => named),
      );
    await plaza.mutation(api.boards.add, { ...board, eventId: event._id });
  } else await plaza.mutation(api.boards.add, board);
  return await shown(call, where, [[t("boards.added")]]);
}

async function remove(call: Call, where: Where, view: View, about: string): Promise<Message> {
  const { t, plaza, args } = call;
  const all = await plaza.query(api.boards.list, where);
  const wanted = plain(args.named["org"] ?? about);
  const found = all.filter(
    (board) => board.view === view && plain(board.about ?? "").includes(wanted),
  );
  const [board, other] = found;
  if (!board) return { lines: [[t("boards.not-here")]] };
  if (other)
    return which(
      call,
      found.map(({ about: named }) => named ?? t("channel.org.all")),
    );
  await plaza.mutation(api.boards.remove, { ...where, boardId: board._id });
  return await shown(call, where, [[t("boards.removed")]]);
}

function which({ t }: Call, names: readonly string[]): Message {
  const items = names.slice(0, 10).map((name): Line => [{ bold: cleanName(name, 100) }]);
  return { lines: [[t("boards.which")]], items, isTable: true };
}

async function shown(call: Call, where: Where, before: Line[]): Promise<Message> {
  const { t, args, chat } = call;
  const title = cleanName(args.named["chat"] ?? chat.title, 80);
  const all = await call.plaza.query(api.boards.list, where);
  const none = t("boards.none", { example: "/channel board add events" });
  return {
    title: t("boards.title", { title }),
    lines: [...before, ...(all.length === 0 ? [[none]] : [])],
    items: all.map((board) => entry(call, board)),
  };
}

function entry(call: Call, board: Board): Line {
  return [{ bold: nameOf(call, board) }, ": ", ...stateOf(call, board)];
}

function nameOf({ t }: Call, { view, about }: Board): string {
  const name = t(`boards.${view}`);
  return about === undefined ? name : `${name} · ${cleanName(about, 60)}`;
}

function stateOf({ t }: Call, board: Board): Inline[] {
  const { isOn, offReason = "", isPosted, problem, shownAt } = board;
  if (!isOn) {
    const reason = offReason === "admin" ? t("boards.off.admin") : cleanName(offReason, 200);
    return [t("boards.off", { reason })];
  }
  if (problem !== undefined) {
    const reason = cleanName(problem, 200);
    return [t(isPosted ? "boards.problem.edit" : "boards.problem", { reason })];
  }
  if (!isPosted || shownAt === undefined) return [t("boards.posting")];
  return [t("boards.as-of"), " ", { time: shownAt, style: "full" }];
}

/** The boards of a chat among its other settings; those that are off with their reason. */
export async function boardLines(call: Call, where: Where): Promise<Line[]> {
  const all = await call.plaza.query(api.boards.list, where);
  if (all.length === 0) return [];
  const on = all.filter(({ isOn }) => isOn).map((board) => nameOf(call, board));
  const off = all.filter(({ isOn }) => !isOn).map((board) => entry(call, board));
  return [...(on.length > 0 ? [labelled(call.t("boards.label"), on.join(", "))] : []), ...off];
}
