import { v } from "convex/values";
import { isTimezone } from "../shared/time/zones.ts";
import { chatMutation, chatQuery } from "./functions.ts";
import { chatAccountOf } from "./model/chatAccounts.ts";
import { locale } from "./model/fields.ts";
import { refusal } from "./model/refusal.ts";

const settings = v.object({
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  isAdmin: v.boolean(),
});

/** The caller's own settings, and whether they are an admin (for `/help`; not a permission). */
export const me = chatQuery({
  args: {},
  returns: settings,
  handler: async (ctx) => {
    const row = await chatAccountOf(ctx, ctx.caller);
    return {
      isAdmin: ctx.caller.role === "admin",
      ...(row?.locale && { locale: row.locale }),
      ...(row?.timezone && { timezone: row.timezone }),
    };
  },
});

/** Changes the caller's own settings; null goes back to what the platform or channel says. */
export const change = chatMutation({
  args: {
    locale: v.optional(v.union(locale, v.null())),
    timezone: v.optional(v.union(v.string(), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, { locale, timezone }) => {
    if (typeof timezone === "string" && !isTimezone(timezone)) throw refusal("bad-timezone");
    const { platform, platformUserId } = ctx.caller;
    const changes = {
      settingsChangedAt: Date.now(),
      ...(locale !== undefined && { locale: locale ?? undefined }),
      ...(timezone !== undefined && { timezone: timezone ?? undefined }),
    };
    const row = await chatAccountOf(ctx, ctx.caller);
    if (row) await ctx.db.patch("chatAccounts", row._id, changes);
    else
      await ctx.db.insert("chatAccounts", {
        platform,
        platformUserId,
        settingsChangedAt: changes.settingsChangedAt,
        ...(locale && { locale }),
        ...(timezone && { timezone }),
      });
    return null;
  },
});
