import { v } from "convex/values";
import { locale } from "./common.ts";

/**
 * Read, created, changed and removed count the events of one sync; refused ones were unreadable.
 */
export const syncReport = v.object({
  result: v.union(v.literal("ok"), v.literal("suspicious"), v.literal("failed")),
  source: v.optional(v.string()),
  read: v.number(),
  created: v.number(),
  changed: v.number(),
  removed: v.number(),
  missing: v.number(),
  refused: v.number(),
  /** The listing was cut or damaged: what it lacks is not taken for missing. */
  isPartial: v.optional(v.boolean()),
  /** For admins: a reason code or Luma's reason, without secrets. */
  message: v.optional(v.string()),
  /** When another try is scheduled (Unix milliseconds). */
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
  /** Encrypted by `model/secrets.ts`; no query returns it. */
  lumaApiKey: v.optional(v.string()),
  /** The Discord server, and the role of members in it: its name or id. */
  discordGuildId: v.optional(v.string()),
  discordMemberRole: v.optional(v.string()),
  /** Its events are also scheduled events of the Discord server. */
  mirrorsEvents: v.optional(v.boolean()),
  /** Why mirroring was turned off, if not by an admin. */
  mirrorOffReason: v.optional(v.string()),
  /** True after the first complete sync: until then new events are not announced one by one. */
  hasSynced: v.boolean(),
  eventsLastSynced: v.optional(v.number()),
  /** Up to which start the last sync saw every event (Unix milliseconds); absent: all of them. */
  syncedUntil: v.optional(v.number()),
  /** When the last sync that a webhook asked for is or was due (Unix milliseconds). */
  webhookSyncAt: v.optional(v.number()),
  lastSync: v.optional(syncReport),
});
