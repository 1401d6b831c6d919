import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { boardView } from "../fields.ts";
import { eventMeant } from "../events/meant.ts";
import { keptRow } from "../deliveries/kept.ts";
import { cancelAll } from "../deliveries/queue.ts";
import { refusal } from "../refusal.ts";
import {
  boardsOf,
  mostBoards,
  owedOf,
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
  if (!known && boards.length >= mostBoards) throw refusal("too-many-boards");
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
    isDirty: false,
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
  board: Doc<"boards">,
  now: number,
): Promise<void> {
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

export async function entryOf(
  ctx: QueryCtx,
  board: Doc<"boards">,
): Promise<Infer<typeof boardEntry>> {
  const { _id, view, isOn, offReason, messageId, shownAt } = board;
  const about = await aboutOf(ctx, board);
  const last = await (messageId === undefined
    ? postOf(ctx, board)
    : keptRow(ctx, board._id, owedOf(board).topic));
  const failed = last?.state === "dead" || last?.state === "unknown" ? last.reason : undefined;
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
export async function aboutOf(
  ctx: QueryCtx,
  { orgId, eventId }: Doc<"boards">,
): Promise<string | undefined> {
  if (eventId) return (await ctx.db.get("events", eventId))?.title;
  return orgId && (await ctx.db.get("organizations", orgId))?.name;
}

/** The event whose line is meant: the one that is named, or else the only one that is open. */
export async function lineMeant(ctx: QueryCtx, eventId: string | undefined): Promise<Id<"events">> {
  if (eventId === undefined) {
    const open = await ctx.db
      .query("queues")
      .withIndex("by_open", (q) => q.eq("isOpen", true))
      .take(2);
    const [only, other] = open;
    if (!only || other) throw refusal("no-line");
    return only.eventId;
  }
  return (await eventMeant(ctx, eventId))._id;
}
