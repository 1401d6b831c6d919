import { v } from "convex/values";
import { channelKind, locale, platform } from "./common.ts";

/** A local hour, each day or on one weekday (0 is Sunday). */
export const agenda = v.object({
  every: v.union(v.literal("day"), v.literal("week")),
  hour: v.number(),
  weekday: v.optional(v.number()),
});

export const channel = v.object({
  platform,
  chatId: v.string(),
  threadId: v.optional(v.string()),
  title: v.string(),
  /** Absent: all organizations. */
  orgId: v.optional(v.id("organizations")),
  kinds: v.array(channelKind),
  locale,
  timezone: v.string(),
  /** Minutes before the start. */
  reminders: v.array(v.number()),
  agenda: v.optional(agenda),
  nextAgendaAt: v.optional(v.number()),
  /** An admin named this Telegram chat for members: requests to join it are answered by Plaza. */
  admitsMembers: v.optional(v.boolean()),
  isOn: v.boolean(),
  /** Why it is off: a platform's error or "admin". */
  offReason: v.optional(v.string()),
  changedAt: v.number(),
});
