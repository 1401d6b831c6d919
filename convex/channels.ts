import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel.js";
import { adminMutation, adminQuery, botMutation, botQuery } from "./functions.ts";
import {
  channelAt,
  moveChat,
  switchOffChat,
  offByAdmin,
  switchOff,
} from "./model/live/channels.ts";
import { agenda, channel, channelKind, locale, platform } from "./model/fields.ts";
import { refusal } from "./model/refusal.ts";
import { subscribe as subscribeChat } from "./model/consequences/subscribing.ts";

const where = { platform, chatId: v.string(), threadId: v.optional(v.string()) };
const shown = channel.omit("nextAgendaAt", "changedAt");

/** This chat's subscription; null if it was never subscribed. */
export const show = adminQuery({
  args: where,
  returns: v.union(shown, v.null()),
  handler: async (ctx, args) => {
    const row = await channelAt(ctx, args);
    return row && toShown(row);
  },
});

function toShown(row: Doc<"channels">) {
  const { _id, _creationTime, nextAgendaAt, changedAt, ...rest } = row;
  void [_id, _creationTime, nextAgendaAt, changedAt];
  return rest;
}

/** The language, time zone and organization that the bot uses for replies in a chat. */
export const setting = botQuery({
  args: { chatId: v.string(), threadId: v.optional(v.string()) },
  returns: v.union(
    v.object({
      locale,
      timezone: v.string(),
      orgId: v.optional(v.id("organizations")),
      /** An admin subscribed this chat to application cards: applicants may be named here. */
      isForModerators: v.boolean(),
    }),
    v.null(),
  ),
  handler: async (ctx, args) => {
    const row = await channelAt(ctx, { platform: ctx.bot.platform, ...args });
    if (!row?.isOn) return null;
    const { locale, timezone, orgId, kinds } = row;
    const isForModerators = kinds.includes("application");
    return { locale, timezone, isForModerators, ...(orgId && { orgId }) };
  },
});

/**
 * Subscribes a chat, thread or topic, or changes its subscription. Absent arguments keep their
 * value or get the default: every kind of announcement, reminders a day and an hour before, the
 * organization's language and time zone. `agenda: null` turns the agenda off. With `admitsMembers`,
 * members who ask to join the chat are let in; a chat of moderators lets in nobody by itself.
 *
 * @throws no-such-organization, bad-timezone, bad-request, moderators-chat
 */
export const subscribe = adminMutation({
  args: {
    ...where,
    title: v.string(),
    orgId: v.optional(v.union(v.id("organizations"), v.null())),
    kinds: v.optional(v.array(channelKind)),
    locale: v.optional(locale),
    timezone: v.optional(v.string()),
    reminders: v.optional(v.array(v.number())),
    agenda: v.optional(v.union(agenda, v.null())),
    admitsMembers: v.optional(v.boolean()),
  },
  returns: shown,
  handler: async (ctx, { platform, chatId, threadId, ...wishes }) =>
    toShown(await subscribeChat(ctx, { platform, chatId, threadId }, wishes, Date.now())),
});

/** Unsubscribes a chat; its pending deliveries are cancelled. */
export const unsubscribe = adminMutation({
  args: where,
  returns: v.null(),
  handler: async (ctx, args) => {
    const row = await channelAt(ctx, args);
    if (!row) throw refusal("no-such-channel");
    await switchOff(ctx, row._id, offByAdmin, Date.now());
    return null;
  },
});

/** The platform reported a chat's new id. */
export const moved = botMutation({
  args: { from: v.string(), to: v.string() },
  returns: v.null(),
  handler: async (ctx, { from, to }) => {
    await moveChat(ctx, { platform: ctx.bot.platform, chatId: from }, to, Date.now());
    return null;
  },
});

/** The bot was removed from a chat: its channels there are turned off, with the reason. */
export const gone = botMutation({
  args: { chatId: v.string(), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { chatId, reason }) => {
    await switchOffChat(ctx, { platform: ctx.bot.platform, chatId }, reason, Date.now());
    return null;
  },
});
