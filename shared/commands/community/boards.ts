import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api.js";
import type { Platform } from "../../identity.ts";
import { type Inline, labelled, type Line } from "../../messages/message.ts";
import { cleanName, plain } from "../../messages/sanitize.ts";
import type { Args } from "../args.ts";
import { findEvents, nextEvents } from "../events/findEvent.ts";
import { resolveOrganization } from "./organizations.ts";
import { isOptionName, isTermOf, meaningOf } from "../../texts/synonyms.ts";
import { reply } from "../reply.ts";
import type { CommandContext, Reply } from "../command.ts";
import { resolve } from "../resolve.ts";

// Boards, which are messages kept equal to the data: `/channel board`, `/channel board add events`, `... remove events`.

/** The chat whose boards are shown or changed. */
export type Where = { platform: Platform; chatId: string; threadId?: string };
type Board = FunctionReturnType<typeof api.boards.list>[number];
type View = Board["view"];

/** The words after "board"; null where the command is not about boards. */
export function boardWords({ words, named }: Args): readonly string[] | null {
  const { board } = named;
  if (board !== undefined) return [...board.split(/\s+/).filter(Boolean), ...words];
  const [first = "", ...rest] = words;
  return isOptionName("board", first) ? rest : null;
}

/** Adds or takes away a board of a chat, or says which there are. */
export async function boards(
  ctx: CommandContext,
  where: Where,
  words: readonly string[],
): Promise<Reply> {
  const { t } = ctx;
  const [verb, name = "", ...rest] = words;
  const action = verb === undefined ? "show" : meaningOf("board-verb", verb);
  if (action === "show") return await shown(ctx, where, []);
  const view = meaningOf("board-view", name);
  if (!action || !view) {
    const word = cleanName((action ? name : verb) ?? "", 60);
    return reply({ lines: [[t("boards.unknown", { word, hint: t("boards.usage") })]] });
  }
  const about = rest.join(" ");
  return action === "add"
    ? await add(ctx, where, view, about)
    : await remove(ctx, where, view, about);
}

async function add(ctx: CommandContext, where: Where, view: View, about: string): Promise<Reply> {
  const { t, backend, args, chat } = ctx;
  const title = args.named["chat"] ?? chat.title;
  const board = { ...where, title, view };
  if (view === "events") {
    const name = args.named["org"] ?? about;
    const isAll = isTermOf("all", name);
    const resolved = name && !isAll ? await resolveOrganization(ctx, name) : undefined;
    if (resolved && "ask" in resolved) return resolved.ask;
    const orgId = isAll ? null : resolved?.found._id;
    await backend.mutation(api.boards.add, { ...board, ...(orgId !== undefined && { orgId }) });
  } else if (view === "queue" && about) {
    const { cards: events, isNear } = await findEvents(ctx, about, await nextEvents(ctx));
    const resolved = await resolve({
      typed: about,
      find: () => events,
      isSure: () => !isNear,
      none: () => reply({ lines: [[t("event.none", { name: cleanName(about, 60) })]] }),
      which: (found) =>
        which(
          ctx,
          found.map(({ title: named }) => named),
        ),
    });
    if ("ask" in resolved) return resolved.ask;
    await backend.mutation(api.boards.add, { ...board, eventId: resolved.found._id });
  } else await backend.mutation(api.boards.add, board);
  return await shown(ctx, where, [[t("boards.added")]]);
}

async function remove(
  ctx: CommandContext,
  where: Where,
  view: View,
  about: string,
): Promise<Reply> {
  const { t, backend, args } = ctx;
  const all = await backend.query(api.boards.list, where);
  const resolved = await resolve<Board>({
    typed: args.named["org"] ?? about,
    find: (name) =>
      all.filter((board) => board.view === view && plain(board.about ?? "").includes(plain(name))),
    none: () => reply({ lines: [[t("boards.not-here")]] }),
    which: (found) =>
      which(
        ctx,
        found.map(({ about: named }) => named ?? t("channel.org.all")),
      ),
  });
  if ("ask" in resolved) return resolved.ask;
  await backend.mutation(api.boards.remove, { ...where, boardId: resolved.found._id });
  return await shown(ctx, where, [[t("boards.removed")]]);
}

function which({ t }: CommandContext, names: readonly string[]): Reply {
  const items = names.slice(0, 10).map((name): Line => [{ bold: cleanName(name, 100) }]);
  return reply({ lines: [[t("boards.which")]], items, isTable: true });
}

async function shown(ctx: CommandContext, where: Where, before: Line[]): Promise<Reply> {
  const { t, args, chat } = ctx;
  const title = cleanName(args.named["chat"] ?? chat.title, 80);
  const all = await ctx.backend.query(api.boards.list, where);
  const none = t("boards.none", { example: "/channel board add events" });
  return reply({
    title: t("boards.title", { title }),
    lines: [...before, ...(all.length === 0 ? [[none]] : [])],
    items: all.map((board) => entry(ctx, board)),
  });
}

function entry(ctx: CommandContext, board: Board): Line {
  return [{ bold: nameOf(ctx, board) }, ": ", ...stateOf(ctx, board)];
}

function nameOf({ t }: CommandContext, { view, about }: Board): string {
  const name = t(`boards.${view}`);
  return about === undefined ? name : `${name} · ${cleanName(about, 60)}`;
}

function stateOf({ t }: CommandContext, board: Board): Inline[] {
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
export async function boardLines(ctx: CommandContext, where: Where): Promise<Line[]> {
  const all = await ctx.backend.query(api.boards.list, where);
  if (all.length === 0) return [];
  const on = all.filter(({ isOn }) => isOn).map((board) => nameOf(ctx, board));
  const off = all.filter(({ isOn }) => !isOn).map((board) => entry(ctx, board));
  return [...(on.length > 0 ? [labelled(ctx.t("boards.label"), on.join(", "))] : []), ...off];
}
