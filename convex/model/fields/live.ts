import { v } from "convex/values";
import { platform } from "./common.ts";

// Synced objects (boards, scheduled events) and the queue at an event.

export const boardView = v.union(v.literal("events"), v.literal("queue"), v.literal("impact"));

/** A board: a message that is kept equal to data. */
export const board = v.object({
  /** Its chat; language and time zone are those of the channel. */
  channelId: v.id("channels"),
  view: boardView,
  /** The view's parameter: an organization (absent: all), or the event of a queue. */
  orgId: v.optional(v.id("organizations")),
  eventId: v.optional(v.id("events")),
  /** The topic that invalidates it: "events:all", "events:<org>", "queue:<event>", "impact". */
  scope: v.string(),
  isOn: v.boolean(),
  /** Why it is off, for admins. */
  offReason: v.optional(v.string()),
  /** Its data have changed since they were last rendered. */
  isOutdated: v.boolean(),
  /** How often its message was posted: a deleted one is posted again. */
  posts: v.number(),
  postedAt: v.optional(v.number()),
  /** When it was last posted again after a deletion (Unix milliseconds). */
  repostedAt: v.optional(v.number()),
  /** The message, once it is known to exist. */
  messageId: v.optional(v.string()),
  /** Fingerprint of the last shown content. */
  fingerprint: v.optional(v.string()),
  /** An ambiguous edit may have overwritten a newer one: it is sent again. */
  isAmbiguous: v.optional(v.boolean()),
  /** Number of edits, and when it was last known to be up to date (Unix milliseconds). */
  edits: v.number(),
  shownAt: v.optional(v.number()),
});

/** Rate limit of one chat's synced messages: a token bucket, stored as one moment. */
export const chatRateLimit = v.object({
  platform,
  chatId: v.string(),
  /** When the bucket is full again (Unix milliseconds). */
  fullAt: v.number(),
  /** The platform rate-limited the bot: until then edits are sent half as often. */
  slowedUntil: v.optional(v.number()),
});

/** An event as a scheduled event of a Discord server: a synced object. */
export const scheduledEvent = v.object({
  guildId: v.string(),
  eventId: v.id("events"),
  /** Discord's id, once it is known to exist. */
  discordEventId: v.optional(v.string()),
  /** It was leased before: it may exist although its id is not known. */
  wasTried: v.boolean(),
  /** It was deleted in Discord and created again; after a second deletion it is not. */
  wasRemade: v.optional(v.boolean()),
  isGivenUp: v.optional(v.boolean()),
  /** False: to be deleted, together with this row. */
  isWanted: v.boolean(),
  isOutdated: v.boolean(),
  fingerprint: v.optional(v.string()),
});

/** A server whose scheduled events are to be reconciled, once for all changes. */
export const guildReconcile = v.object({ guildId: v.string() });

export const queueStatus = v.union(
  v.literal("waiting"),
  v.literal("called"),
  v.literal("completed"),
  v.literal("cancelled"),
  v.literal("noShow"),
);

/** The queue at one event. */
export const queue = v.object({
  eventId: v.id("events"),
  /** The organization of the event. */
  orgId: v.id("organizations"),
  /** Whether people can join; entries of a closed queue are still served. */
  isOpen: v.boolean(),
  /** Expected minutes per entry, used until enough durations are known. */
  slotMinutes: v.number(),
  /** How many entries can wait. */
  capacity: v.number(),
  /** Durations of the last entries in milliseconds, newest last; at most twenty. */
  paces: v.array(v.number()),
  openedAt: v.number(),
  openedBy: v.id("users"),
  /** When it was last opened or closed (Unix milliseconds). */
  changedAt: v.number(),
});

/** A queue entry: one person's position in a queue. */
export const queuePosition = v.object({
  eventId: v.id("events"),
  userId: v.id("users"),
  /** 1..n among waiting entries; 0 otherwise. */
  position: v.number(),
  /** Expected time of the call (Unix milliseconds), as of the last change of position. */
  estimatedTime: v.number(),
  status: queueStatus,
  joinedAt: v.number(),
  calledAt: v.optional(v.number()),
  /** The host who called and serves the entry. */
  calledBy: v.optional(v.id("users")),
  /** When the person confirmed the call. */
  confirmedAt: v.optional(v.number()),
  endedAt: v.optional(v.number()),
  /** Number of no-shows. */
  noShows: v.number(),
  /** Number of calls: part of the dedupe keys of their notices, and of buttons. */
  calls: v.number(),
});

/** Notices to the person of an entry. */
export const queueSaid = v.union(
  v.literal("third"),
  v.literal("next"),
  v.literal("turn"),
  /** Not shown up, and waiting again. */
  v.literal("back"),
  v.literal("out"),
  v.literal("removed"),
  v.literal("closed"),
);
/** Notices to the host of a call: "gone" left the queue, "absent" waits again. */
export const hostSaid = v.union(
  v.literal("coming"),
  v.literal("left"),
  v.literal("absent"),
  v.literal("gone"),
);

/** A queue notice; `call`: the entry's `calls` when it was written. */
export const queueNotice = v.union(
  v.object({
    kind: v.literal("queue"),
    positionId: v.id("queuePositions"),
    said: queueSaid,
    call: v.number(),
  }),
  v.object({
    kind: v.literal("queue-host"),
    positionId: v.id("queuePositions"),
    said: hostSaid,
    call: v.number(),
  }),
);

export const webhookEventType = v.union(
  v.literal("stripe.account.updated"),
  v.literal("stripe.payment.succeeded"),
  v.literal("stripe.payment.failed"),
  v.literal("queue.position.updated"),
  v.literal("queue.your_turn"),
);

export const webhookEvent = v.object({
  type: webhookEventType,
  userId: v.optional(v.id("users")),
  eventId: v.optional(v.id("events")),
  /** Data of the event without secrets: numbers, short codes, ids. */
  data: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
  createdAt: v.number(),
  expiresAt: v.number(),
});
