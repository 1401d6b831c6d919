import { v } from "convex/values";
import { isTimezone } from "../shared/time/zones.ts";
import { adminMutation, adminQuery, botMutation, botQuery } from "./functions.ts";
import { nextAgenda } from "./model/events/agenda.ts";
import { channelAt } from "./model/channels.ts";
import { oweWaiting } from "./model/impact/charityCards.ts";
import { agenda, channel, channelKind, locale, platform } from "./model/fields.ts";
import { refusal } from "./model/refusal.ts";
import { defaultReminders, isReminder } from "./model/events/reminders.ts";
import { moveChat, switchOff } from "./model/ledger/settlements.ts";

const where = { platform, chatId: v.string(), threadId: v.optional(v.string()) };
const shown = channel.omit("nextAgendaAt", "changedAt");
const longestTitle = 120;
const defaultKinds = ["new", "moved", "cancelled", "reminder", "agenda", "distribution"] as const;

/** What this chat is subscribed to; null where it never was. */
export const show = adminQuery({
  args: where,
  returns: v.union(shown, v.null()),
  handler: async (ctx, args) => {
    const row = await channelAt(ctx, args);
    if (!row) return null;
    const { _id, _creationTime, nextAgendaAt, changedAt, ...rest } = row;
    void [_id, _creationTime, nextAgendaAt, changedAt];
    return rest;
  },
});

/** The language, zone and organization of a chat, by which the bot answers people there. */
export const setting = botQuery({
  args: { chatId: v.string(), threadId: v.optional(v.string()) },
  returns: v.union(
    v.object({
      locale,
      timezone: v.string(),
      orgId: v.optional(v.id("organizations")),
      /** An admin chose this chat for deciding applications: who applied may be named here. */
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
 * Subscribes a chat, thread or topic, or changes what it wants. What is not given stays, or takes
 * its default: every kind of announcement, reminders a day and an hour before, the organization's language and
 * zone. `agenda: null` stops the agenda.
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
  },
  returns: shown,
  handler: async (ctx, { platform, chatId, threadId, title, ...given }) => {
    const known = await channelAt(ctx, { platform, chatId, threadId });
    const orgId = given.orgId === undefined ? known?.orgId : (given.orgId ?? undefined);
    const org = orgId && (await ctx.db.get("organizations", orgId));
    if (orgId && !org) throw refusal("no-such-organization");
    const { kinds, reminders } = given;
    // Language and zone come from the organization; where none is named, from the first one.
    const home = org ?? (await ctx.db.query("organizations").first());
    const timezone = given.timezone ?? known?.timezone ?? home?.timezone ?? "UTC";
    if (!isTimezone(timezone)) throw refusal("bad-timezone");
    if (reminders && !reminders.every(isReminder)) throw refusal("bad-request");
    const wanted = given.agenda === undefined ? known?.agenda : (given.agenda ?? undefined);
    if (wanted && !isAgenda(wanted)) throw refusal("bad-request");
    const now = Date.now();
    const settings = {
      title: title.slice(0, longestTitle),
      orgId,
      kinds: kinds ?? known?.kinds ?? [...defaultKinds],
      locale: given.locale ?? known?.locale ?? home?.locale ?? "en",
      timezone,
      reminders: reminders ?? known?.reminders ?? [...defaultReminders],
      agenda: wanted,
      nextAgendaAt: wanted && nextAgenda(wanted, timezone, now),
      isOn: true,
      offReason: undefined,
      changedAt: now,
    };
    if (known) await ctx.db.patch("channels", known._id, settings);
    const place = { platform, chatId, ...(threadId !== undefined && { threadId }) };
    const id = known?._id ?? (await ctx.db.insert("channels", { ...place, ...defined(settings) }));
    const saved = await ctx.db.get("channels", id);
    if (saved?.kinds.includes("charity")) await oweWaiting(ctx, saved, now);
    return defined({
      platform,
      chatId,
      threadId,
      ...settings,
      nextAgendaAt: undefined,
      changedAt: undefined,
    });
  },
});

/** The same object without its undefined fields: what an insert and an answer take. */
function defined<T extends object>(object: T) {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function isAgenda({ hour, weekday }: { hour: number; weekday?: number }): boolean {
  const isWeekday =
    weekday === undefined || (Number.isInteger(weekday) && weekday >= 0 && weekday <= 6);
  return Number.isInteger(hour) && hour >= 0 && hour <= 23 && isWeekday;
}

/** Stops everything for a chat; what it was still owed is cancelled. */
export const unsubscribe = adminMutation({
  args: where,
  returns: v.null(),
  handler: async (ctx, args) => {
    const row = await channelAt(ctx, args);
    if (!row) throw refusal("no-such-channel");
    await switchOff(ctx, row._id, "admin", Date.now());
    return null;
  },
});

/** The bot was told that a chat has a new id. */
export const moved = botMutation({
  args: { from: v.string(), to: v.string() },
  returns: v.null(),
  handler: async (ctx, { from, to }) => {
    await moveChat(ctx, { platform: ctx.bot.platform, chatId: from }, to, Date.now());
    return null;
  },
});

/** The bot was told that it is no longer in a chat: its channels there go off, with the reason. */
export const gone = botMutation({
  args: { chatId: v.string(), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { chatId, reason }) => {
    const rows = await ctx.db
      .query("channels")
      .withIndex("by_platform_and_chat_and_thread", (q) =>
        q.eq("platform", ctx.bot.platform).eq("chatId", chatId),
      )
      .take(100);
    for (const row of rows.filter(({ isOn }) => isOn))
      await switchOff(ctx, row._id, reason.slice(0, 200), Date.now());
    return null;
  },
});
