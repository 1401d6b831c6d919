import { v } from "convex/values";
import { accessLevels } from "../../../shared/identity.ts";
import { locale, platform } from "./common.ts";

export const role = v.union(v.literal("member"), v.literal("moderator"), v.literal("admin"));
/** Changed only through `model/people/accountStatus.ts`. */
export const accountStatus = v.union(
  v.literal("incomplete"),
  v.literal("pending"),
  v.literal("active"),
  v.literal("suspended"),
  v.literal("banned"),
);
/** See `shared/accessLevel.ts`. */
export const accessLevel = v.union(...accessLevels.map((one) => v.literal(one)));
/** Categories of notices that a person can mute; safety notices are always sent. */
export const noticeCategory = v.union(
  v.literal("membership"),
  v.literal("standing"),
  v.literal("giving"),
  v.literal("events"),
  /** The approaching turn in a queue; the call itself is always sent. */
  v.literal("queue"),
);
/** The chat for a person's notices; "auto": where they wrote last, or applied. */
export const tellIn = v.union(platform, v.literal("auto"), v.literal("nowhere"));

export const user = v.object({
  privyDid: v.optional(v.string()),
  clerkId: v.optional(v.string()),
  /** Lower case, unique. */
  email: v.optional(v.string()),
  /** Lower case, unique. */
  username: v.optional(v.string()),
  displayName: v.optional(v.string()),
  bio: v.optional(v.string()),
  avatarUrl: v.optional(v.string()),
  extWallet: v.optional(v.string()),
  appWallet: v.optional(v.string()),
  primaryAuthMethod: v.union(v.literal("email"), v.literal("wallet"), v.literal("social")),
  role,
  accountStatus,
  /** The status before the account was suspended or banned. */
  statusBefore: v.optional(accountStatus),
  city: v.optional(v.string()),
  state: v.optional(v.string()),
  zipCode: v.optional(v.string()),
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  tellIn: v.optional(tellIn),
  /** Muted categories. */
  muted: v.optional(v.array(noticeCategory)),
  plan: v.union(v.literal("free"), v.literal("pro"), v.literal("enterprise")),
  storageUsedBytes: v.number(),
  stripeCustomerId: v.optional(v.string()),
  lastLoginAt: v.number(),
  deletedAt: v.optional(v.number()),
  /** The user into whom this one was merged. */
  mergedInto: v.optional(v.id("users")),
  /** The admin role came from the configuration, which applies once per user. */
  wasBootstrapped: v.optional(v.boolean()),
  /** Clerk's timestamp of the stored data: older data are ignored. */
  clerkUpdatedAt: v.optional(v.number()),
  privyMetadata: v.optional(v.record(v.string(), v.string())),
  metadata: v.optional(v.record(v.string(), v.string())),
});

export const learningTrack = v.union(v.literal("ai"), v.literal("crypto"), v.literal("privacy"));
export const profileVisibility = v.union(
  v.literal("public"),
  v.literal("members"),
  v.literal("private"),
);
export const availabilityStatus = v.union(
  v.literal("available"),
  v.literal("open_to_offers"),
  v.literal("unavailable"),
);

export const profile = v.object({
  userId: v.id("users"),
  city: v.optional(v.string()),
  country: v.optional(v.string()),
  countryCode: v.optional(v.string()),
  githubUrl: v.optional(v.string()),
  twitterUrl: v.optional(v.string()),
  linkedinUrl: v.optional(v.string()),
  telegramHandle: v.optional(v.string()),
  learningTracks: v.array(learningTrack),
  profileVisibility,
  availabilityStatus,
  completedBounties: v.number(),
  totalEarningsUsd: v.number(),
  profileViews: v.number(),
  metadata: v.optional(v.record(v.string(), v.string())),
});

export const chatAccount = v.object({
  platform,
  platformUserId: v.string(),
  /** Absent: a bare chat account that only has settings. */
  userId: v.optional(v.id("users")),
  handle: v.optional(v.string()),
  displayName: v.optional(v.string()),
  linkedAt: v.optional(v.number()),
  /** How the account was linked. */
  via: v.optional(
    v.union(v.literal("join"), v.literal("admin"), v.literal("privy"), v.literal("code")),
  ),
  /** The language of the platform's client, used until the person chooses one. */
  spokenLocale: v.optional(locale),
  /** Settings of an account without a user; a user's settings are stored on the user. */
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  /**
   * A bootstrap admin who was demoted and then deleted: the account does not become an admin again.
   */
  wasDemoted: v.optional(v.boolean()),
  /** When settings, role or status last changed (Unix milliseconds), for the bots' caches. */
  settingsChangedAt: v.number(),
  /** When the person last wrote here (Unix milliseconds). */
  seenAt: v.optional(v.number()),
  /** Discord: the organizations whose server is known to have the member role set, or not set. */
  memberRoles: v.optional(v.record(v.id("organizations"), v.boolean())),
  /** How often role deliveries were enqueued: part of their dedupe keys. */
  roleChanges: v.optional(v.number()),
});

export const applicationStatus = v.union(
  v.literal("pending"),
  v.literal("approved"),
  v.literal("rejected"),
  v.literal("withdrawn"),
);

export const application = v.object({
  userId: v.id("users"),
  goal: v.string(),
  motivation: v.string(),
  /** Names elsewhere, as the applicant entered them. */
  otherNames: v.optional(v.string()),
  status: applicationStatus,
  /** The applicant's name, from the chat account that applied. */
  name: v.string(),
  handle: v.optional(v.string()),
  /** The chat account that applied, which is notified. */
  platform,
  platformUserId: v.string(),
  /** Search text of `/approve <who>`: name, handle and names elsewhere. */
  who: v.string(),
  appliedAt: v.number(),
  reviewer: v.optional(v.id("users")),
  reviewerName: v.optional(v.string()),
  /** "code:unclear" for one of the menu, or a moderator's own text. */
  reason: v.optional(v.string()),
  decidedAt: v.optional(v.number()),
  /** Incremented with every change that its cards show. */
  version: v.number(),
  /**
   * The sent cards, at most a hundred: they outlive their deliveries, so that a card of any age loses
   * what it says about an applicant who deletes their data.
   */
  cards: v.optional(v.array(v.object({ channelId: v.id("channels"), messageId: v.string() }))),
  /** When the applicant deleted their data (Unix milliseconds): only the decision is left. */
  erasedAt: v.optional(v.number()),
});

export const joinRequest = v.object({
  platformUserId: v.string(),
  chatId: v.string(),
  title: v.string(),
  at: v.number(),
});

/** A form that a person fills in message by message, where the platform has no modals. */
export const dialog = v.object({
  platform,
  platformUserId: v.string(),
  /** The form and its subject: "join", "reject|<id>". */
  form: v.string(),
  answers: v.record(v.string(), v.string()),
  /** The message that was stored last: a repeated one is ignored. */
  lastMessageId: v.optional(v.string()),
  isDone: v.boolean(),
  changedAt: v.number(),
});

export const linkCode = v.object({
  /** SHA-256 of the code, in hex; the code itself is not stored. */
  hash: v.string(),
  /** The chat account that requested it, and its name. */
  platform,
  platformUserId: v.string(),
  name: v.string(),
  handle: v.optional(v.string()),
  expiresAt: v.number(),
  usedAt: v.optional(v.number()),
  /** The DID that signed in with the code on the page, and that the chat account may confirm. */
  privyDid: v.optional(v.string()),
  /** Its masked name for the chat account: "m…@example.com". */
  privyName: v.optional(v.string()),
});

export const auditAction = v.union(
  v.literal("applied"),
  v.literal("withdrawn"),
  v.literal("approved"),
  v.literal("rejected"),
  v.literal("role"),
  v.literal("suspended"),
  v.literal("banned"),
  v.literal("restored"),
  v.literal("created"),
  v.literal("linked"),
  v.literal("unlinked"),
  v.literal("merged"),
  v.literal("deleted"),
);

export const auditEntry = v.object({
  action: auditAction,
  /** The acting user; absent for the configuration and for webhooks (see `from`). */
  actor: v.optional(v.id("users")),
  /** The affected user. */
  subject: v.id("users"),
  detail: v.optional(v.string()),
  /** The origin: a platform, "privy", "clerk" or "configuration". */
  from: v.string(),
  at: v.number(),
});

/** The receipt of a webhook, so that a repeated one is ignored. */
export const receipt = v.object({
  /** "clerk:msg_..." */
  key: v.string(),
  at: v.number(),
});

/**
 * The table of convex-helpers' rate limits (its own definition does not satisfy our stricter
 * types).
 */
export const rateLimit = v.object({
  name: v.string(),
  key: v.optional(v.string()),
  value: v.number(),
  ts: v.number(),
});
