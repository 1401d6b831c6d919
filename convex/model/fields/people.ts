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
/** What a person can be told of in private, and can do without; what is about safety is always told. */
export const noticeCategory = v.union(
  v.literal("membership"),
  v.literal("standing"),
  v.literal("giving"),
  v.literal("events"),
  /** That it is soon their turn in a line; that it is, they are always told. */
  v.literal("queue"),
);
/** In which chat a person wants to be told things; "auto": where they wrote last, or applied. */
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
  /** What a suspended account was before. */
  statusBefore: v.optional(accountStatus),
  city: v.optional(v.string()),
  state: v.optional(v.string()),
  zipCode: v.optional(v.string()),
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  tellIn: v.optional(tellIn),
  /** What they do not want to be told. */
  muted: v.optional(v.array(noticeCategory)),
  plan: v.union(v.literal("free"), v.literal("pro"), v.literal("enterprise")),
  storageUsedBytes: v.number(),
  stripeCustomerId: v.optional(v.string()),
  lastLoginAt: v.number(),
  deletedAt: v.optional(v.number()),
  /** The account that this one was merged into. */
  mergedInto: v.optional(v.id("users")),
  /** Its admin role came from the configuration, which is read once for each account. */
  wasBootstrapped: v.optional(v.boolean()),
  /** When Clerk last changed what was taken over from it: what is older is not taken over. */
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
  /** Absent: a chat account that only chose its settings. */
  userId: v.optional(v.id("users")),
  handle: v.optional(v.string()),
  displayName: v.optional(v.string()),
  linkedAt: v.optional(v.number()),
  /** How the account came to its user. */
  via: v.optional(
    v.union(v.literal("join"), v.literal("admin"), v.literal("privy"), v.literal("code")),
  ),
  /** The language in which the platform speaks to them: what is used until they choose. */
  spokenLocale: v.optional(locale),
  /** The settings of an account without a user; a user's own are on the user. */
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  /** An admin of the configuration was demoted and then left: it makes this account none again. */
  wasDemoted: v.optional(v.boolean()),
  /** When settings, role or status last changed: bots that remember them forget. */
  settingsChangedAt: v.number(),
  /** When the person last wrote here. */
  seenAt: v.optional(v.number()),
  /** Discord: in which organizations' servers it surely has the member role, or surely not. */
  memberRoles: v.optional(v.record(v.id("organizations"), v.boolean())),
  /** How often its roles were to be brought in step: part of the deliveries' keys. */
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
  /** Names elsewhere, as the applicant wrote them. */
  otherNames: v.optional(v.string()),
  status: applicationStatus,
  /** How moderators know the applicant, from the chat account that applied. */
  name: v.string(),
  handle: v.optional(v.string()),
  /** Where they applied, and are told. */
  platform,
  platformUserId: v.string(),
  /** What `/approve <who>` looks through: name, handle and names elsewhere. */
  who: v.string(),
  appliedAt: v.number(),
  reviewer: v.optional(v.id("users")),
  reviewerName: v.optional(v.string()),
  /** "code:unclear" for one of the menu, or a moderator's own words. */
  reason: v.optional(v.string()),
  decidedAt: v.optional(v.number()),
  /** Rises with every change that its cards show. */
  version: v.number(),
});

export const joinRequest = v.object({
  platformUserId: v.string(),
  chatId: v.string(),
  title: v.string(),
  at: v.number(),
});

/** A form that a person fills in message by message, where the platform has no dialogs. */
export const dialog = v.object({
  platform,
  platformUserId: v.string(),
  /** Which form, and of what: "join", "reject|<id>". */
  form: v.string(),
  answers: v.record(v.string(), v.string()),
  /** The message that was taken last: a repeated one is not taken again. */
  lastMessageId: v.optional(v.string()),
  isDone: v.boolean(),
  changedAt: v.number(),
});

export const linkCode = v.object({
  /** SHA-256 of the code, in hex; the code itself is stored nowhere. */
  hash: v.string(),
  /** The chat account that asked, and what its platform calls it. */
  platform,
  platformUserId: v.string(),
  name: v.string(),
  handle: v.optional(v.string()),
  expiresAt: v.number(),
  usedAt: v.optional(v.number()),
  /** Who has signed in with it on the page: they may finish, and the chat account may confirm. */
  privyDid: v.optional(v.string()),
  /** How that person is shown to the chat account: "m…@example.com". */
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
  /** Who did it; absent for the configuration and for webhooks (`from` says which). */
  actor: v.optional(v.id("users")),
  /** To whom. */
  subject: v.id("users"),
  detail: v.optional(v.string()),
  /** From where: a platform, "privy", "clerk" or "configuration". */
  from: v.string(),
  at: v.number(),
});

/** A webhook that was taken, so that a repeated one is not taken twice. */
export const receipt = v.object({
  /** "clerk:msg_..." */
  key: v.string(),
  at: v.number(),
});

/** As convex-helpers' rate limits keep it (their own definition is not of our stricter types). */
export const rateLimit = v.object({
  name: v.string(),
  key: v.optional(v.string()),
  value: v.number(),
  ts: v.number(),
});
