import { v } from "convex/values";
import { platform } from "./common.ts";

// What keeps itself true, and the queue at an event.

export const boardView = v.union(v.literal("events"), v.literal("queue"), v.literal("impact"));

/** A message that is kept equal to data. */
export const board = v.object({
  /** Where it stands; the channel's language and zone are its own. */
  channelId: v.id("channels"),
  view: boardView,
  /** What of the view: an organization's events (absent: everybody's), one event's queue. */
  orgId: v.optional(v.id("organizations")),
  eventId: v.optional(v.id("events")),
  /** What it follows, in one word: "events:all", "events:<org>", "queue:<event>", "impact". */
  scope: v.string(),
  isOn: v.boolean(),
  /** Why it is off, for admins. */
  offReason: v.optional(v.string()),
  /** Its data have changed since they were last read for it. */
  isOutdated: v.boolean(),
  /** How often its message was posted: a deleted one is posted anew. */
  posts: v.number(),
  postedAt: v.optional(v.number()),
  /** When it was last posted anew because somebody had deleted it. */
  repostedAt: v.optional(v.number()),
  /** The message, once it is known to be out. */
  messageId: v.optional(v.string()),
  /** Of what was last shown, as it was rendered. */
  fingerprint: v.optional(v.string()),
  /** A late edit may have taken the position of what was shown since: it is shown again. */
  isAmbiguous: v.optional(v.boolean()),
  /** How many edits were sent, and when it was last known to show what is true. */
  edits: v.number(),
  shownAt: v.optional(v.number()),
});

/** How often the bots may change messages of one chat: a bucket of tokens, as one moment. */
export const chatRateLimit = v.object({
  platform,
  chatId: v.string(),
  /** When the bucket is full again. */
  fullAt: v.number(),
  /** The platform said "not now": until then edits come half as often. */
  slowedUntil: v.optional(v.number()),
});

/** An event as a scheduled event of a Discord server: a synced object. */
export const scheduledEvent = v.object({
  guildId: v.string(),
  eventId: v.id("events"),
  /** Discord's id, once it is known to be there. */
  discordEventId: v.optional(v.string()),
  /** A bot has had it in hand: it may be there although its id is not known. */
  wasTried: v.boolean(),
  /** Somebody deleted it in Discord, and it was made anew; a second time it is not. */
  wasRemade: v.optional(v.boolean()),
  isGivenUp: v.optional(v.boolean()),
  /** False: it is to be taken away; its row goes with it. */
  isWanted: v.boolean(),
  isOutdated: v.boolean(),
  fingerprint: v.optional(v.string()),
});

/** A server whose scheduled events are to be reconciled: once, however much has changed. */
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
  /** The event's own organization. */
  orgId: v.id("organizations"),
  /** Whether people may join; a queue that is closed is still served. */
  isOpen: v.boolean(),
  /** How long one person is expected to take, until the queue shows its own pace. */
  slotMinutes: v.number(),
  /** How many may wait. */
  capacity: v.number(),
  /** How long the last ones took, in milliseconds, the newest last; at most twenty. */
  paces: v.array(v.number()),
  openedAt: v.number(),
  openedBy: v.id("users"),
  /** When it was last opened or closed. */
  changedAt: v.number(),
});

/** One person's position in a queue. */
export const queuePosition = v.object({
  eventId: v.id("events"),
  userId: v.id("users"),
  /** 1..n among those who wait; 0 for everybody else. */
  position: v.number(),
  /** When their turn is expected (Unix milliseconds), as of when they got this position. */
  estimatedTime: v.number(),
  status: queueStatus,
  joinedAt: v.number(),
  calledAt: v.optional(v.number()),
  /** Which host called them, and serves them. */
  calledBy: v.optional(v.id("users")),
  /** They said that they are coming. */
  confirmedAt: v.optional(v.number()),
  endedAt: v.optional(v.number()),
  /** How often they did not come when called. */
  noShows: v.number(),
  /** How often they were called: part of the keys under which that is told, and of buttons. */
  calls: v.number(),
});

/** What somebody in a queue is told of their position. */
export const queueSaid = v.union(
  v.literal("third"),
  v.literal("next"),
  v.literal("turn"),
  /** They did not come, and have another chance. */
  v.literal("back"),
  v.literal("out"),
  v.literal("removed"),
  v.literal("closed"),
);
/** What a host is told of whom they called: "gone" is out of the queue, "absent" comes back to it. */
export const hostSaid = v.union(
  v.literal("coming"),
  v.literal("left"),
  v.literal("absent"),
  v.literal("gone"),
);

/** What is told of a queue; `call`: how often the person had been called by then. */
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
  /** What happened, without anything secret: numbers, short words, ids. */
  data: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
  createdAt: v.number(),
  expiresAt: v.number(),
});
