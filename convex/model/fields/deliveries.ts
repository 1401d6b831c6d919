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

/** Notices whose content is stored in the delivery. */
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
  /** A chat account or sign-in was linked or unlinked: "Telegram · Mia". */
  v.object({ kind: v.literal("linked"), account: v.string() }),
  v.object({ kind: v.literal("unlinked"), account: v.string() }),
  v.object({ kind: v.literal("deleted") }),
  /** A weekly payment failed: nothing was charged, nothing is distributed. */
  v.object({ kind: v.literal("payment-failed"), amount: v.number() }),
  v.object({ kind: v.literal("payment-arrived"), amount: v.number() }),
  /** Money of a gift went back to the giver. */
  v.object({ kind: v.literal("payment-returned"), amount: v.number() }),
  /** Stripe requires more information before the person's account there works. */
  v.object({ kind: v.literal("account-needs") }),
);

/** Notices to attendees. Their content is read when they are sent. */
export const eventNotice = v.union(
  /** The person moved from the waitlist to a seat. */
  v.object({ kind: v.literal("seat"), rsvpId: v.id("rsvps") }),
  /** `moves` of the event when the reminder came due: after another move it is obsolete. */
  v.object({ kind: v.literal("reminder"), reminderId: v.id("reminders"), moves: v.number() }),
  /** A new time or place shortly before the event; `change` is its number in `attendances`. */
  v.object({ kind: v.literal("changed"), eventId: v.id("events"), change: v.number() }),
  v.object({ kind: v.literal("called-off"), eventId: v.id("events") }),
);

/**
 * A direct message to a person. The content of queue notices and reports is read when they are
 * sent.
 */
export const notice = v.union(
  ...plainNotice.members,
  ...eventNotice.members,
  ...queueNotice.members,
  v.object({ kind: v.literal("report"), reportId: v.id("reports") }),
);

/** A delivery without the `task` of its kind, which `model/kinds` adds. */
export const delivery = v.object({
  /** The dedupe key: subject, destination and part. */
  key: v.string(),
  /** The subject: "board:<id>:1", "moved:<event>:2". */
  subjectKey: v.string(),
  /**
   * The destination: a channel's id, a chat account ("discord:123"), a board's id, or a Discord
   * server ("server:123") for its scheduled events. Deliveries to one destination keep their order.
   */
  destination: v.string(),
  platform,
  /**
   * The part: "message", or "edit-2" for the second version of a sent message. "sync" is the
   * desired state of a synced object; its single row is reused for each change.
   */
  part: v.string(),
  state: deliveryState,
  /** Whether it is pending, leased or sending. */
  isOpen: v.boolean(),
  /** Urgent deliveries (-1) first, then edits of sent messages (0), then new ones (1). */
  rank: v.number(),
  /** Fencing token, incremented with each lease: the holder of an older lease is refused. */
  fencingToken: v.number(),
  attempts: v.number(),
  /** Number of tries after which the answer was lost (ambiguous). */
  ambiguousAttempts: v.number(),
  nextAttemptAt: v.number(),
  expiresAt: v.number(),
  /** When the current or last try to send began (Unix milliseconds). */
  sendingAt: v.optional(v.number()),
  sentAt: v.optional(v.number()),
  messageId: v.optional(v.string()),
  /** Why it was not sent, for admins. */
  reason: v.optional(v.string()),
});

export const outbox = v.object({
  destination: v.string(),
  platform,
  /** Whether its next delivery is urgent: such destinations are leased first. */
  isUrgent: v.boolean(),
  /**
   * Not leased before this moment; while it is leased, the end of the lease (Unix milliseconds).
   */
  readyAt: v.number(),
  /** The end of the lease, while there is one (Unix milliseconds). */
  leasedUntil: v.optional(v.number()),
});
