import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { adminMutation, adminQuery } from "./functions.ts";
import { addBoardToChat } from "./model/consequences/subscribing.ts";
import { boardView, platform } from "./model/fields.ts";
import { invalidateBoards, type Scope } from "./model/live/boards.ts";
import { boardEntry, boardEntriesAt, boardEntryOf, removeBoard } from "./model/live/chatBoards.ts";

const where = { platform, chatId: v.string(), threadId: v.optional(v.string()) };

/** The boards of a chat, the oldest first; at most ten. */
export const list = adminQuery({
  args: where,
  returns: v.array(boardEntry),
  handler: async (ctx, args) => await boardEntriesAt(ctx, args),
});

/**
 * Adds a board to a chat, thread or topic; one that it has already is posted anew. A chat that was
 * not subscribed gets nothing but its boards. `orgId`: whose events, the channel's own where none is
 * named, everybody's for null; `eventId`: whose queue, where several are open.
 *
 * @throws no-such-organization, no-line, no-such-event, too-many-boards
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
  handler: async (ctx, { platform, chatId, threadId, ...request }) => {
    const chat = { platform, chatId, threadId };
    return await boardEntryOf(ctx, await addBoardToChat(ctx, chat, request, Date.now()));
  },
});

/**
 * Takes a board away. Its message stays in the chat, and says that it is not updated any more.
 *
 * @throws no-such-board
 */
export const remove = adminMutation({
  args: { ...where, boardId: v.id("boards") },
  returns: v.null(),
  handler: async (ctx, { boardId, ...chat }) => {
    await removeBoard(ctx, chat, boardId, Date.now());
    return null;
  },
});

/** Invalidates the rest of a scope's boards: `model/live/boards.ts`. */
export const invalidateMore = internalMutation({
  args: { scope: v.string() },
  returns: v.null(),
  handler: async (ctx, { scope }) => {
    // The scope was written into the schedule by `invalidateBoards` itself.
    await invalidateBoards(ctx, scope as Scope, Date.now());
    return null;
  },
});
