import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { boardView } from "../fields.ts";
import { syncDelivery } from "../deliveries/sync.ts";
import { cancelAll } from "../deliveries/queue.ts";
import { refusal } from "../refusal.ts";
import { channelAt, type Where } from "./channels.ts";
import {
  boardsOf,
  maxBoards,
  requestOf,
  postBoard,
  postOf,
  retireMessage,
  type Scope,
} from "./boards.ts";

// The boards of one chat: adding, taking away, and how they are.

/** What a board shows: an organization's events (null: everybody's), an event's line, the giving. */
export type Shows =
  | { view: "events"; orgId: Id<"organizations"> | null }
  | { view: "queue"; eventId: Id<"events"> }
  | { view: "impact" };

function scopeOf(shows: Shows): Scope {
  switch (shows.view) {
    case "events":
      return `events:${shows.orgId ?? "all"}`;
    case "queue":
      return `queue:${shows.eventId}`;
    case "impact":
      return "impact";
  }
}

/**
 * Adds a board to a chat. One that is there already is posted anew, below what was written since;
 * where it still waits to be posted, nothing changes.
 */
export async function addBoard(
  ctx: MutationCtx,
  channelId: Id<"channels">,
  shows: Shows,
  now: number,
): Promise<Doc<"boards">> {
  const scope = scopeOf(shows);
  const boards = await boardsOf(ctx, channelId);
  const known = boards.find((board) => board.scope === scope);
  if (!known && boards.length >= maxBoards) throw refusal("too-many-boards");
  const board = known ?? (await insert(ctx, channelId, shows, scope));
  const waits = known?.isOn && (await postOf(ctx, known))?.isOpen;
  if (waits) return board;
  await retireMessage(ctx, board, now);
  await postBoard(ctx, board, now, { repostedAt: undefined });
  return (await ctx.db.get("boards", board._id)) ?? board;
}

async function insert(
  ctx: MutationCtx,
  channelId: Id<"channels">,
  shows: Shows,
  scope: Scope,
): Promise<Doc<"boards">> {
  const id = await ctx.db.insert("boards", {
    channelId,
    view: shows.view,
    ...(shows.view === "events" && shows.orgId && { orgId: shows.orgId }),
    ...(shows.view === "queue" && { eventId: shows.eventId }),
    scope,
    isOn: true,
    isOutdated: false,
    posts: 0,
    edits: 0,
  });
  const board = await ctx.db.get("boards", id);
  if (!board) throw new Error("a board vanished in its own transaction");
  return board;
}

/** Takes a board away; its message says so. */
export async function removeBoard(
  ctx: MutationCtx,
  chat: Where,
  boardId: Id<"boards">,
  now: number,
): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  const channel = await channelAt(ctx, chat);
  if (!board || board.channelId !== channel?._id) throw refusal("no-such-board");
  await cancelAll(ctx, board._id, "the board was taken away");
  await retireMessage(ctx, board, now);
  await ctx.db.delete("boards", board._id);
}

/** A board as admins see it. */
export const boardEntry = v.object({
  _id: v.id("boards"),
  view: boardView,
  /** The organization or the event that it is about; absent for what is everybody's. */
  about: v.optional(v.string()),
  isOn: v.boolean(),
  offReason: v.optional(v.string()),
  /** Its message is out. */
  isPosted: v.boolean(),
  /** When it was last known to show what is true. */
  shownAt: v.optional(v.number()),
  /** It has changed since, and waits for its turn. */
  isWaiting: v.boolean(),
  /** Why the last try to post or to change it came to nothing. */
  problem: v.optional(v.string()),
});

/** The boards of a chat, the oldest first; at most ten. */
export async function boardEntriesAt(
  ctx: QueryCtx,
  chat: Where,
): Promise<Infer<typeof boardEntry>[]> {
  const channel = await channelAt(ctx, chat);
  const boards = channel ? await boardsOf(ctx, channel._id) : [];
  return await Promise.all(boards.map(async (board) => await boardEntryOf(ctx, board)));
}

export async function boardEntryOf(
  ctx: QueryCtx,
  board: Doc<"boards">,
): Promise<Infer<typeof boardEntry>> {
  const { _id, view, isOn, offReason, messageId, shownAt } = board;
  const about = await boardSubjectName(ctx, board);
  const last = await (messageId === undefined
    ? postOf(ctx, board)
    : syncDelivery(ctx, board._id, requestOf(board).subjectKey));
  const failed = last?.state === "dead" || last?.state === "ambiguous" ? last.reason : undefined;
  return {
    _id,
    view,
    ...(about !== undefined && { about }),
    isOn,
    ...(offReason !== undefined && { offReason }),
    isPosted: messageId !== undefined,
    ...(shownAt !== undefined && { shownAt }),
    isWaiting: last?.isOpen ?? false,
    ...(failed !== undefined && { problem: failed }),
  };
}

/** The name of what a board is about. */
export async function boardSubjectName(
  ctx: QueryCtx,
  { orgId, eventId }: Doc<"boards">,
): Promise<string | undefined> {
  if (eventId) return (await ctx.db.get("events", eventId))?.title;
  return orgId && (await ctx.db.get("organizations", orgId))?.name;
}
