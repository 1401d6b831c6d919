import { v } from "convex/values";
import { isNamedTimezone } from "../shared/time/zoneNames.ts";
import { chatMutation } from "./functions.ts";
import {
  chatAccountOf,
  invalidateChatCache,
  introduced,
  isLastSeenStale,
  seenEveryMs,
} from "./model/callers/chatAccounts.ts";
import { bootstrapAdmin } from "./model/accounts/newUsers.ts";
import { queuesShowPerson } from "./model/queue/members.ts";
import { locale, noticeCategory, accessLevel, tellIn } from "./model/fields.ts";
import { refusal } from "./model/refusal.ts";

const remembered = v.object({
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  tellIn,
  muted: v.array(noticeCategory),
  /** For `/help`; not an authorization. */
  accessLevel,
});

/**
 * Called when the caller writes in a chat: returns their settings and access level for the bot, and
 * updates the platform's name of the account. Creates the user of a bootstrap admin. Writes nothing
 * about strangers.
 */
export const arrive = chatMutation({
  args: { name: v.string(), handle: v.optional(v.string()), locale: v.optional(locale) },
  returns: remembered,
  handler: async (ctx, who) => {
    const now = Date.now();
    const { caller } = ctx;
    const user =
      caller.accessLevel === "admin" ? await bootstrapAdmin(ctx, caller, now) : caller.user;
    // A bootstrap admin's user was created just now, so the caller's row has to be read again.
    const isNew = user !== caller.user;
    const account = isNew ? await chatAccountOf(ctx, caller.chat) : caller.chat.account;
    if (account?.userId) {
      const names = introduced(who);
      const isRenamed =
        names.displayName !== account.displayName ||
        names.handle !== account.handle ||
        names.spokenLocale !== account.spokenLocale;
      if (isRenamed || (await isLastSeenStale(ctx, account, now)))
        await ctx.db.patch("chatAccounts", account._id, { ...names, seenAt: now });
      if (isRenamed) await queuesShowPerson(ctx, account.userId, now);
    }
    if (user && now - user.lastLoginAt > seenEveryMs)
      await ctx.db.patch("users", user._id, { lastLoginAt: now });
    const own = user ?? account;
    return {
      accessLevel: caller.accessLevel,
      tellIn: user?.tellIn ?? "auto",
      muted: user?.muted ?? [],
      ...(own?.locale && { locale: own.locale }),
      ...(own?.timezone !== undefined && { timezone: own.timezone }),
    };
  },
});

/**
 * Changes the caller's settings, for all chats if they have a user; null restores the default of
 * the platform or channel. Notice settings require a user.
 */
export const change = chatMutation({
  args: {
    locale: v.optional(v.union(locale, v.null())),
    timezone: v.optional(v.union(v.string(), v.null())),
    tellIn: v.optional(tellIn),
    muted: v.optional(v.array(noticeCategory)),
  },
  returns: v.null(),
  handler: async (ctx, { locale, timezone, tellIn, muted }) => {
    if (typeof timezone === "string" && !isNamedTimezone(timezone)) throw refusal("bad-timezone");
    const { user, chat } = ctx.caller;
    if ((tellIn ?? muted) !== undefined && !user) throw refusal("no-account");
    const now = Date.now();
    const changes = {
      ...(locale !== undefined && { locale: locale ?? undefined }),
      ...(timezone !== undefined && { timezone: timezone ?? undefined }),
    };
    if (user) {
      await ctx.db.patch("users", user._id, {
        ...changes,
        ...(tellIn && { tellIn }),
        ...(muted && { muted: [...new Set(muted)] }),
      });
      await invalidateChatCache(ctx, user._id, now);
    } else if (chat.account)
      await ctx.db.patch("chatAccounts", chat.account._id, { ...changes, settingsChangedAt: now });
    else
      await ctx.db.insert("chatAccounts", {
        platform: chat.platform,
        platformUserId: chat.platformUserId,
        settingsChangedAt: now,
        ...(locale && { locale }),
        ...(timezone && { timezone }),
      });
    return null;
  },
});
