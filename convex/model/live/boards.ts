import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { never, oweKept } from "../deliveries/kept.ts";
import {
  cancelAll,
  deliveryByKey,
  type Destination,
  keyOf,
  owe,
  toChannel,
} from "../deliveries/queue.ts";

// A board is a message that is kept true. Whatever changes its data says so here, in the same
// transaction; what is then shown is read when a bot claims it.

/** What boards follow: an organization's events or everybody's, one event's line, the giving. */
export type Scope = `events:${Id<"organizations"> | "all"}` | `queue:${Id<"events">}` | "impact";

/** How many boards one transaction marks; the others follow at once. */
const batch = 50;

/**
 * The data of every board of this scope have changed. One that is marked already costs nothing:
 * it is not even read.
 */
export async function markBoards(ctx: MutationCtx, scope: Scope, now: number): Promise<void> {
  const boards = await ctx.db
    .query("boards")
    .withIndex("by_scope", (q) => q.eq("scope", scope).eq("isOn", true).eq("isDirty", false))
    .take(batch);
  for (const board of boards) await markBoard(ctx, board, now);
  if (boards.length === batch) await ctx.scheduler.runAfter(0, internal.boards.markMore, { scope });
}

/** The same for one board: its channel speaks another language now. One that is off stays so. */
export async function markBoard(
  ctx: MutationCtx,
  board: Doc<"boards">,
  now: number,
): Promise<void> {
  const to = board.isOn ? await addressOf(ctx, board) : null;
  if (!to) return;
  if (!board.isDirty) await ctx.db.patch("boards", board._id, { isDirty: true });
  // One that waits to be posted will say what is true; one that is being posted is settled yet.
  if (board.messageId === undefined && (await postOf(ctx, board))?.isOpen) return;
  await oweKept(ctx, to, owedOf(board), now);
}

/** The delivery that posts a board. */
export async function postOf(ctx: Pick<QueryCtx, "db">, board: Doc<"boards">) {
  return await deliveryByKey(ctx, keyOf(owedOf(board).topic, board._id, "message"));
}

/** Owes a board its message, whether it has one or not: from now on the new one is kept true. */
export async function postBoard(
  ctx: MutationCtx,
  board: Doc<"boards">,
  now: number,
  also: { repostedAt?: number | undefined } = {},
): Promise<void> {
  const to = await addressOf(ctx, board);
  if (!to) return;
  await cancelAll(ctx, board._id, "posted anew");
  const posts = board.posts + 1;
  await ctx.db.patch("boards", board._id, {
    ...also,
    posts,
    postedAt: now,
    isOn: true,
    offReason: undefined,
    messageId: undefined,
    shownHash: undefined,
  });
  await owe(ctx, to, { ...owedOf({ ...board, posts }), expiresAt: never }, now);
}

/** Each message that it was posted with has its own place in the ledger. */
export function owedOf({ _id, posts }: Pick<Doc<"boards">, "_id" | "posts">) {
  return { topic: `board:${_id}:${posts}`, work: { do: "board" as const, boardId: _id } };
}

async function addressOf(
  ctx: MutationCtx,
  { _id, channelId }: Doc<"boards">,
): Promise<Destination | null> {
  const channel = await ctx.db.get("channels", channelId);
  return channel && { destination: _id, platform: channel.platform };
}

/**
 * The message of a board is to be kept true no more, and says so: what is out of date must not look
 * as if it were not.
 */
export async function retireMessage(
  ctx: MutationCtx,
  board: Doc<"boards">,
  now: number,
): Promise<void> {
  const { channelId, messageId, view } = board;
  const channel = await ctx.db.get("channels", channelId);
  if (!channel || messageId === undefined) return;
  const owed = {
    topic: owedOf(board).topic,
    part: "edit-last",
    work: { do: "retire" as const, messageId, view },
    expiresAt: now + retirementWorthMs,
  };
  await owe(ctx, toChannel(channel), owed, now);
}

const retirementWorthMs = 7 * 24 * 60 * 60 * 1000;

/** Stops a board, with the reason. */
export async function switchBoardOff(
  ctx: MutationCtx,
  boardId: Id<"boards">,
  offReason: string,
): Promise<void> {
  await ctx.db.patch("boards", boardId, { isOn: false, offReason });
  await cancelAll(ctx, boardId, offReason);
}

/** How many boards one chat can have. */
export const mostBoards = 10;

export async function boardsOf(
  ctx: Pick<QueryCtx, "db">,
  channelId: Id<"channels">,
): Promise<Doc<"boards">[]> {
  return await ctx.db
    .query("boards")
    .withIndex("by_channel", (q) => q.eq("channelId", channelId))
    .take(mostBoards);
}

/** A deleted message is posted anew once a day; whoever deletes it again means it. */
const repostMs = 24 * 60 * 60 * 1000;

/** The message of a board was deleted. */
export async function boardDeleted(
  ctx: MutationCtx,
  board: Doc<"boards">,
  now: number,
): Promise<void> {
  const isSecond = now - (board.repostedAt ?? -Infinity) < repostMs;
  if (isSecond) return await switchBoardOff(ctx, board._id, "its message was deleted twice");
  await postBoard(ctx, board, now, { repostedAt: now });
}

/** A chat has a new id: what stands under the old one can be changed no more. */
export async function boardsMoved(
  ctx: MutationCtx,
  channelId: Id<"channels">,
  now: number,
): Promise<void> {
  for (const board of await boardsOf(ctx, channelId))
    if (board.isOn) await postBoard(ctx, board, now);
}

/** A bot has shown what it read; `hash` is of its rendering. What was shown already has neither. */
export async function boardShown(
  ctx: MutationCtx,
  boardId: Id<"boards">,
  shown: { messageId?: string; hash?: string | undefined; isEdit: boolean },
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  if (!board) return;
  await ctx.db.patch("boards", boardId, {
    shownAt: now,
    ...(shown.messageId !== undefined && { messageId: shown.messageId }),
    ...(shown.hash !== undefined && { shownHash: shown.hash }),
    ...(shown.isEdit && { edits: board.edits + 1 }),
  });
}

/** Nobody knows any more whether a board shows what was shown last: it is shown again. */
export async function boardDoubted(
  ctx: MutationCtx,
  boardId: Id<"boards">,
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  if (!board) return;
  await ctx.db.patch("boards", boardId, { isDoubtful: true });
  await markBoard(ctx, board, now);
}

/** A bot has let go of a board: what has changed since it read it is owed. */
export async function boardSettled(
  ctx: MutationCtx,
  boardId: Id<"boards">,
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  if (board?.isDirty) await markBoard(ctx, board, now);
}
