import { v } from "convex/values";
import { locale, platform } from "./common.ts";
import { boardView, queueNotice } from "./live.ts";

export const deliveryState = v.union(
  v.literal("pending"),
  v.literal("leased"),
  v.literal("sending"),
  v.literal("sent"),
  v.literal("unknown"),
  v.literal("dead"),
  v.literal("suppressed"),
  v.literal("cancelled"),
);

/** What a person is told in private, with what its words need. */
export const toldNotice = v.union(
  v.object({ kind: v.literal("approved") }),
  v.object({ kind: v.literal("rejected"), reason: v.optional(v.string()) }),
  v.object({ kind: v.literal("suspended") }),
  v.object({ kind: v.literal("banned") }),
  v.object({ kind: v.literal("restored") }),
  v.object({
    kind: v.literal("role"),
    role: v.union(v.literal("member"), v.literal("moderator"), v.literal("admin")),
  }),
  /** Another way in was added to their account, or taken away: "Telegram · Mia". */
  v.object({ kind: v.literal("linked"), account: v.string() }),
  v.object({ kind: v.literal("unlinked"), account: v.string() }),
  v.object({ kind: v.literal("deleted") }),
  /** A weekly payment failed: nothing was taken, nothing is distributed. */
  v.object({ kind: v.literal("payment-failed"), amount: v.number() }),
  v.object({ kind: v.literal("payment-arrived"), amount: v.number() }),
  /** Stripe waits for something from them before their account there works. */
  v.object({ kind: v.literal("account-needs") }),
);

/** What people are told of events that they go to. What it says is read when it is sent. */
export const eventNotice = v.union(
  /** A seat came free: they go now. */
  v.object({ kind: v.literal("seat"), rsvpId: v.id("rsvps") }),
  /** As often as the event had moved when it came due: an older one is wrong. */
  v.object({ kind: v.literal("reminder"), reminderId: v.id("reminders"), moves: v.number() }),
  /** A new time or place, shortly before; `change` is its number in `attendances`. */
  v.object({ kind: v.literal("changed"), eventId: v.id("events"), change: v.number() }),
  v.object({ kind: v.literal("called-off"), eventId: v.id("events") }),
);

/** The same, and what is read only when it is sent: what somebody's giving did in a week. */
export const notice = v.union(
  ...toldNotice.members,
  ...eventNotice.members,
  ...queueNotice.members,
  v.object({ kind: v.literal("report"), reportId: v.id("reports") }),
);

/** What a delivery does; what it says is read when it is sent. */
export const work = v.union(
  v.object({ do: v.literal("announce"), announcementId: v.id("announcements") }),
  v.object({ do: v.literal("card"), applicationId: v.id("applications") }),
  v.object({ do: v.literal("charity"), charityId: v.id("charities") }),
  /** What a week's giving did, for a channel. */
  v.object({ do: v.literal("distribution"), weekStartDate: v.number() }),
  v.object({ do: v.literal("notice"), notice, locale: v.optional(locale) }),
  /** Telegram: lets a person into a chat that they asked to join, or not. */
  v.object({ do: v.literal("admit"), chatId: v.string(), isApproved: v.boolean() }),
  /** Discord: brings the member role in step; whether it is given or taken is decided when claimed. */
  v.object({
    do: v.literal("role"),
    orgId: v.id("organizations"),
    isGranted: v.optional(v.boolean()),
  }),
  /** Posts a board, or brings its message in step. */
  v.object({ do: v.literal("board"), boardId: v.id("boards") }),
  /** Says on the message of a board that it is kept true no more. */
  v.object({ do: v.literal("retire"), messageId: v.string(), view: boardView }),
  /** Discord: brings one of its scheduled events in step. */
  v.object({ do: v.literal("mirror"), mirrorId: v.id("mirrors") }),
);

export const delivery = v.object({
  /** Unique: topic, destination and part. */
  key: v.string(),
  topic: v.string(),
  /**
   * A channel's id, a chat account ("discord:123"), a board's id, or a Discord server
   * ("server:123"), for its scheduled events: messages to one destination keep their order.
   */
  destination: v.string(),
  platform,
  work,
  /**
   * "message", or "edit-2": the second version of what was sent. "kept": whatever is true, again
   * with each change; this one row is opened anew each time.
   */
  part: v.string(),
  state: deliveryState,
  /** pending, leased or sending. */
  isOpen: v.boolean(),
  /** What is urgent (-1) goes first, then corrections of what is out (0), then what is new (1). */
  rank: v.number(),
  /** Which claim holds it; an older claim's word is no longer heard. */
  fence: v.number(),
  attempts: v.number(),
  /** How often it was sent without an answer. */
  unheard: v.number(),
  nextAttemptAt: v.number(),
  expiresAt: v.number(),
  /** When the current or last try to send began. */
  sendingAt: v.optional(v.number()),
  sentAt: v.optional(v.number()),
  messageId: v.optional(v.string()),
  /** Why it is not sent, in words an admin can use. */
  reason: v.optional(v.string()),
});

export const outbox = v.object({
  destination: v.string(),
  platform,
  /** Its next message is urgent: a bot looks here first. */
  isUrgent: v.boolean(),
  /** Not before this; while a bot holds it, the end of its lease. */
  readyAt: v.number(),
  /** The end of the lease, while a bot holds it. */
  heldUntil: v.optional(v.number()),
});
