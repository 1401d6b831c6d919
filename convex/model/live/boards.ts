import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import {
  cancelAll,
  deliveryByKey,
  type Destination,
  enqueue,
  keyOf,
  toChannel,
} from "../deliveries/queue.ts";
import { enqueueSync, never } from "../deliveries/sync.ts";

// A board is a message in a channel that is kept equal to data: a synced object. Whatever changes
// its data invalidates it in the same transaction; what it shows is read when a bot leases it (see
// `model/kinds/board.ts`).

/** What boards show: an organization's events or everybody's, one event's queue, the giving. */
export type Scope = `events:${Id<"organizations"> | "all"}` | `queue:${Id<"events">}` | "impact";

/** How many boards one transaction invalidates; the others follow at once. */
const batch = 50;

/**
 * The data of every board of this scope have changed. A board that is outdated already costs
 * nothing: it is not even read.
 */
export async function invalidateBoards(ctx: MutationCtx, scope: Scope, now: number): Promise<void> {
  const boards = await ctx.db
    .query("boards")
    .withIndex("by_scope", (q) => q.eq("scope", scope).eq("isOn", true).eq("isOutdated", false))
    .take(batch);
  for (const board of boards) await invalidateBoard(ctx, board, now);
  if (boards.length === batch)
    await ctx.scheduler.runAfter(0, internal.boards.invalidateMore, { scope });
}

/** Enqueues one board, because its data or the language of its channel changed; not one that is off. */
export async function invalidateBoard(
  ctx: MutationCtx,
  board: Doc<"boards">,
  now: number,
): Promise<void> {
  const to = board.isOn ? await addressOf(ctx, board) : null;
  if (!to) return;
  if (!board.isOutdated) await ctx.db.patch("boards", board._id, { isOutdated: true });
  // While its first message is pending or sending, that delivery shows or completes the change.
  if (board.messageId === undefined && (await postOf(ctx, board))?.isOpen) return;
  await enqueueSync(ctx, to, requestOf(board), now);
}

/** The delivery that posts a board. */
export async function postOf(ctx: Pick<QueryCtx, "db">, board: Doc<"boards">) {
  return await deliveryByKey(ctx, keyOf(requestOf(board).subjectKey, board._id, "message"));
}

/** Posts a board's message, whether it has one or not: from now on the new one is updated. */
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
    fingerprint: undefined,
  });
  await enqueue(ctx, to, { ...requestOf({ ...board, posts }), expiresAt: never }, now);
}

/** Each message that it was posted with has deliveries of its own. */
export function requestOf({ _id, posts }: Pick<Doc<"boards">, "_id" | "posts">) {
  return { subjectKey: `board:${_id}:${posts}`, task: { kind: "board" as const, boardId: _id } };
}

async function addressOf(
  ctx: MutationCtx,
  { _id, channelId }: Doc<"boards">,
): Promise<Destination | null> {
  const channel = await ctx.db.get("channels", channelId);
  return channel && { destination: _id, platform: channel.platform };
}

/**
 * The message of a board is not updated any more, and says so: what is out of date must not look as
 * if it were not.
 */
export async function retireMessage(
  ctx: MutationCtx,
  board: Doc<"boards">,
  now: number,
): Promise<void> {
  const { channelId, messageId, view } = board;
  const channel = await ctx.db.get("channels", channelId);
  if (!channel || messageId === undefined) return;
  const request = {
    subjectKey: requestOf(board).subjectKey,
    part: "edit-last",
    task: { kind: "retire" as const, messageId, view },
    expiresAt: now + retirementExpiryMs,
  };
  await enqueue(ctx, toChannel(channel), request, now);
}

const retirementExpiryMs = 7 * 24 * 60 * 60 * 1000;

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
export const maxBoards = 10;

export async function boardsOf(
  ctx: Pick<QueryCtx, "db">,
  channelId: Id<"channels">,
): Promise<Doc<"boards">[]> {
  return await ctx.db
    .query("boards")
    .withIndex("by_channel", (q) => q.eq("channelId", channelId))
    .take(maxBoards);
}

/** A deleted message is posted anew at most once a day; a second deletion is meant. */
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

/** A chat has a new id: messages under the old one cannot be edited any more. */
export async function repostBoards(
  ctx: MutationCtx,
  channelId: Id<"channels">,
  now: number,
): Promise<void> {
  for (const board of await boardsOf(ctx, channelId))
    if (board.isOn) await postBoard(ctx, board, now);
}

/** A bot has the present state of a board: only later changes make it outdated. */
export async function boardRead(ctx: MutationCtx, boardId: Id<"boards">): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  // What may be shown now is not what was shown last: no rendering has its fingerprint.
  const sure = board?.isAmbiguous ? { isAmbiguous: undefined, fingerprint: undefined } : {};
  await ctx.db.patch("boards", boardId, { ...sure, isOutdated: false });
}

/** A board shows what a bot read. Where nothing had to be sent, there is no message and fingerprint. */
export async function boardShown(
  ctx: MutationCtx,
  boardId: Id<"boards">,
  shown: { messageId?: string; fingerprint?: string | undefined; isEdit: boolean },
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  if (!board) return;
  await ctx.db.patch("boards", boardId, {
    shownAt: now,
    ...(shown.messageId !== undefined && { messageId: shown.messageId }),
    ...(shown.fingerprint !== undefined && { fingerprint: shown.fingerprint }),
    ...(shown.isEdit && { edits: board.edits + 1 }),
  });
}

/** A late edit may have replaced what was shown last: the board is shown again. */
export async function boardAmbiguous(
  ctx: MutationCtx,
  boardId: Id<"boards">,
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  if (!board) return;
  await ctx.db.patch("boards", boardId, { isAmbiguous: true });
  await invalidateBoard(ctx, board, now);
}

/** A lease of a board has ended: what has changed since the bot read it is enqueued. */
export async function boardCompleted(
  ctx: MutationCtx,
  boardId: Id<"boards">,
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  if (board?.isOutdated) await invalidateBoard(ctx, board, now);
}
