import { v } from "convex/values";
import { chatMutation, chatQuery } from "./functions.ts";
import { dialog } from "./model/fields.ts";
import { answerDialog, beginDialog, cancelDialog, dialogOf } from "./model/people/dialogs.ts";

// The form that a chat account is filling in: `model/people/dialogs.ts`.

/** The form that the caller is filling in or has just completed; null if there is none. */
export const current = chatQuery({
  args: {},
  returns: v.union(dialog.pick("form", "answers", "isDone", "lastMessageId"), v.null()),
  handler: async (ctx) => {
    const row = await dialogOf(ctx, ctx.caller.chat);
    if (!row) return null;
    const { form, answers, isDone, lastMessageId } = row;
    return { form, answers, isDone, ...(lastMessageId !== undefined && { lastMessageId }) };
  },
});

/**
 * Starts a form and discards an earlier one.
 *
 * @throws bad-request
 */
export const begin = chatMutation({
  args: { form: v.string() },
  returns: v.null(),
  handler: async (ctx, { form }) => {
    await beginDialog(ctx, ctx.caller.chat, form, Date.now());
    return null;
  },
});

/**
 * Stores one answer; a message that was stored already changes nothing.
 *
 * @throws too-long, bad-request
 */
export const answer = chatMutation({
  args: { field: v.string(), value: v.string(), messageId: v.string(), isLast: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await answerDialog(ctx, ctx.caller.chat, args, Date.now());
    return null;
  },
});

/** Discards the form. */
export const cancel = chatMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await cancelDialog(ctx, ctx.caller.chat);
    return null;
  },
});
