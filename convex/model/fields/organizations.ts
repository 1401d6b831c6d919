import { v } from "convex/values";
import { locale } from "./common.ts";

/** Read, created, changed and removed count events of one sync; refused ones could not be read. */
export const syncReport = v.object({
  result: v.union(v.literal("ok"), v.literal("suspicious"), v.literal("failed")),
  source: v.optional(v.string()),
  read: v.number(),
  created: v.number(),
  changed: v.number(),
  removed: v.number(),
  missing: v.number(),
  refused: v.number(),
  /** For an admin: a reason code or Luma's reason, without secrets. */
  message: v.optional(v.string()),
  /** When another look is already planned. */
  retryAt: v.optional(v.number()),
  at: v.number(),
});

export const organization = v.object({
  name: v.string(),
  slug: v.string(),
  city: v.optional(v.string()),
  locale,
  timezone: v.string(),
  lumaCalendarUrl: v.optional(v.string()),
  lumaCalendarId: v.optional(v.string()),
  /** Sealed by `model/secrets.ts`; no query returns it. */
  lumaApiKey: v.optional(v.string()),
  /** The Discord server, and in it the role that members have: its name or its id. */
  discordGuildId: v.optional(v.string()),
  discordMemberRole: v.optional(v.string()),
  /** Its events also stand among the server's own scheduled events. */
  mirrorsEvents: v.optional(v.boolean()),
  /** Why they do not any more, although an admin wanted it. */
  mirrorOffReason: v.optional(v.string()),
  /** True once a sync has been completed: until then nothing is announced event by event. */
  hasSynced: v.boolean(),
  eventsLastSynced: v.optional(v.number()),
  lastSync: v.optional(syncReport),
});
