import { v } from "convex/values";
import { platform } from "./common.ts";
import { queueNotice } from "./live.ts";

export const deliveryState = v.union(
  v.literal("pending"),
  v.literal("leased"),
  v.literal("sending"),
  v.literal("sent"),
  v.literal("ambiguous"),
  v.literal("dead"),
  v.literal("suppressed"),
  v.literal("cancelled"),
);

/** Notices that store everything they say. */
export const plainNotice = v.union(
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

/** Notices to attendees. What they say is read when they are sent. */
export const eventNotice = v.union(
  /** A seat came free: they go now. */
  v.object({ kind: v.literal("seat"), rsvpId: v.id("rsvps") }),
  /** As often as the event had moved when it came due: an older one is wrong. */
  v.object({ kind: v.literal("reminder"), reminderId: v.id("reminders"), moves: v.number() }),
  /** A new time or place, shortly before; `change` is its number in `attendances`. */
  v.object({ kind: v.literal("changed"), eventId: v.id("events"), change: v.number() }),
  v.object({ kind: v.literal("called-off"), eventId: v.id("events") }),
);

/** A private message to a person. What queue notices and reports say is read when they are sent. */
export const notice = v.union(
  ...plainNotice.members,
  ...eventNotice.members,
  ...queueNotice.members,
  v.object({ kind: v.literal("report"), reportId: v.id("reports") }),
);

/** A delivery, without the `task` of its kind: `model/kinds` adds that. */
export const delivery = v.object({
  /** The dedupe key: subject, destination and part. */
  key: v.string(),
  /** What it is about: "board:<id>:1", "moved:<event>:2". */
  subjectKey: v.string(),
  /**
   * A channel's id, a chat account ("discord:123"), a board's id, or a Discord server
   * ("server:123"), for its scheduled events: messages to one destination keep their order.
   */
  destination: v.string(),
  platform,
  /**
   * "message", or "edit-2": the second version of what was sent. "sync": the present state of a
   * synced object; this one row is opened anew with each change.
   */
  part: v.string(),
  state: deliveryState,
  /** pending, leased or sending. */
  isOpen: v.boolean(),
  /** What is urgent (-1) goes first, then corrections of what is out (0), then what is new (1). */
  rank: v.number(),
  /** Rises with each lease: a bot whose lease was lost is refused. */
  fencingToken: v.number(),
  attempts: v.number(),
  /** After how many tries the answer was lost. */
  ambiguousAttempts: v.number(),
  nextAttemptAt: v.number(),
  expiresAt: v.number(),
  /** When the current or last try to send began. */
  sendingAt: v.optional(v.number()),
  sentAt: v.optional(v.number()),
  messageId: v.optional(v.string()),
  /** Why it was not sent, for admins. */
  reason: v.optional(v.string()),
});

export const outbox = v.object({
  destination: v.string(),
  platform,
  /** Its next delivery is urgent: a bot looks here first. */
  isUrgent: v.boolean(),
  /** Not before this; while it is leased, the end of the lease. */
  readyAt: v.number(),
  /** The end of the lease, while there is one. */
  leasedUntil: v.optional(v.number()),
});
