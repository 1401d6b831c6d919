import { v } from "convex/values";
import { chatMutation, chatQuery } from "./functions.ts";
import { dialogOf } from "./model/people/dialogs.ts";
import { dialog } from "./model/fields.ts";
import { refusal } from "./model/refusal.ts";

// A form that is filled in message by message. It is kept here and not in the bot, so that a bot
// that is restarted asks the next question, and not the first.

const mostFields = 10;
const longestAnswer = 2000;

/** The form that the caller is filling in, or has just filled in; null where there is none. */
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

/** Begins a form; one that was begun before is forgotten. */
export const begin = chatMutation({
  args: { form: v.string() },
  returns: v.null(),
  handler: async (ctx, { form }) => {
    if (form.length > 64) throw refusal("bad-request");
    const { platform, platformUserId } = ctx.caller.chat;
    const row = await dialogOf(ctx, ctx.caller.chat);
    const fresh = { form, answers: {}, isDone: false, changedAt: Date.now() };
    if (row) await ctx.db.patch("dialogs", row._id, { ...fresh, lastMessageId: undefined });
    else await ctx.db.insert("dialogs", { platform, platformUserId, ...fresh });
    return null;
  },
});

/**
 * Takes one answer. A message that was taken already changes nothing: Telegram may deliver it again
 * to a bot that was killed.
 */
export const answer = chatMutation({
  args: { field: v.string(), value: v.string(), messageId: v.string(), isLast: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { field, value, messageId, isLast }) => {
    const row = await dialogOf(ctx, ctx.caller.chat);
    if (!row || row.isDone || row.lastMessageId === messageId) return null;
    if (value.length > longestAnswer || field.length > 32 || !/^[a-zA-Z]+$/.test(field))
      throw refusal("too-long");
    const answers = { ...row.answers, [field]: value };
    if (Object.keys(answers).length > mostFields) throw refusal("bad-request");
    await ctx.db.patch("dialogs", row._id, {
      answers,
      lastMessageId: messageId,
      isDone: isLast,
      changedAt: Date.now(),
    });
    return null;
  },
});

/** Forgets the form. */
export const cancel = chatMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const row = await dialogOf(ctx, ctx.caller.chat);
    if (row) await ctx.db.delete("dialogs", row._id);
    return null;
  },
});
