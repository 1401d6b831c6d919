import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { adminMutation, adminQuery } from "./functions.ts";
import { channelAt } from "./model/live/channels.ts";
import { boardView, platform } from "./model/fields.ts";
import { boardsOf, markBoards, type Scope } from "./model/live/boards.ts";
import {
  addBoard,
  boardEntry,
  entryOf,
  lineMeant,
  removeBoard,
  type Shows,
} from "./model/live/chatBoards.ts";
import { refusal } from "./model/refusal.ts";
import { subscribe } from "./model/consequences/subscribing.ts";

const where = { platform, chatId: v.string(), threadId: v.optional(v.string()) };

/** The boards of a chat, the oldest first; at most ten. */
export const list = adminQuery({
  args: where,
  returns: v.array(boardEntry),
  handler: async (ctx, args) => {
    const channel = await channelAt(ctx, args);
    const boards = channel ? await boardsOf(ctx, channel._id) : [];
    return await Promise.all(boards.map((board) => entryOf(ctx, board)));
  },
});

/**
 * Adds a board to a chat, thread or topic; one that it has already is posted anew. A chat that was
 * told nothing goes on being told nothing else. `orgId`: whose events, the channel's own where none
 * is named, everybody's for null; `eventId`: whose line, where there are several.
 */
export const add = adminMutation({
  args: {
    ...where,
    title: v.string(),
    view: boardView,
    orgId: v.optional(v.union(v.id("organizations"), v.null())),
    eventId: v.optional(v.string()),
  },
  returns: boardEntry,
  handler: async (ctx, { view, orgId, eventId, title, ...place }) => {
    const now = Date.now();
    const known = await channelAt(ctx, place);
    const channel = known?.isOn
      ? known
      : await subscribe(ctx, place, { title, kinds: [], ...(orgId && { orgId }) }, now);
    if (orgId && !(await ctx.db.get("organizations", orgId))) throw refusal("no-such-organization");
    const shows: Shows =
      view === "queue"
        ? { view, eventId: await lineMeant(ctx, eventId) }
        : view === "events"
          ? { view, orgId: orgId === undefined ? (channel.orgId ?? null) : orgId }
          : { view };
    return await entryOf(ctx, await addBoard(ctx, channel._id, shows, now));
  },
});

/** Takes a board away. Its message stays in the chat, and says that it is kept true no more. */
export const remove = adminMutation({
  args: { ...where, boardId: v.id("boards") },
  returns: v.null(),
  handler: async (ctx, { boardId, ...place }) => {
    const board = await ctx.db.get("boards", boardId);
    const channel = await channelAt(ctx, place);
    if (!board || board.channelId !== channel?._id) throw refusal("no-such-board");
    await removeBoard(ctx, board, Date.now());
    return null;
  },
});

/** Marks the rest of a scope's boards, see `model/live/boards.ts`. */
export const markMore = internalMutation({
  args: { scope: v.string() },
  returns: v.null(),
  handler: async (ctx, { scope }) => {
    // The scope is what the same code has written into the schedule.
    await markBoards(ctx, scope as Scope, Date.now());
    return null;
  },
});
