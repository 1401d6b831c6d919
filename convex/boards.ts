import { v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { markBoards, type Scope } from "./model/live/boards.ts";

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
