import { v } from "convex/values";
import { refusalCodes } from "../../shared/refusals.ts";
import { standings } from "../../shared/standing.ts";

// The fields of every table, apart from the schema so that validators and row types can use them.

export const platform = v.union(v.literal("telegram"), v.literal("discord"));
export const locale = v.union(v.literal("en"), v.literal("es"));

/** Why something was refused, where that is an answer and no error. */
export const refusalCode = v.union(...refusalCodes.map((code) => v.literal(code)));

/** What can be announced. */
export const kind = v.union(
  v.literal("new"),
  v.literal("moved"),
  v.literal("cancelled"),
  v.literal("reminder"),
  v.literal("agenda"),
);
/** What a channel can want to hear: announcements, and the cards on which moderators decide. */
export const channelKind = v.union(...kind.members, v.literal("application"));

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
  /** True once a sync has been completed: until then nothing is announced event by event. */
  hasSynced: v.boolean(),
  eventsLastSynced: v.optional(v.number()),
  lastSync: v.optional(syncReport),
});

export const host = v.object({
  name: v.string(),
  avatarUrl: v.optional(v.string()),
  handle: v.optional(v.string()),
});
export const eventType = v.union(v.literal("in-person"), v.literal("virtual"), v.literal("hybrid"));
export const eventStatus = v.union(
  v.literal("upcoming"),
  v.literal("live"),
  v.literal("past"),
  v.literal("cancelled"),
);
export const registrationType = v.union(
  v.literal("free"),
  v.literal("paid"),
  v.literal("approval"),
);

/** What a source says of an event; everything a sync or an admin can change. */
export const eventContent = {
  title: v.string(),
  description: v.optional(v.string()),
  coverImage: v.optional(v.string()),
  lumaUrl: v.string(),
  lumaEventId: v.optional(v.string()),
  lumaSlug: v.optional(v.string()),
  eventType,
  startDate: v.number(),
  endDate: v.optional(v.number()),
  timezone: v.string(),
  location: v.optional(v.string()),
  locationDetails: v.optional(v.string()),
  locationUrl: v.optional(v.string()),
  coordinates: v.optional(v.object({ lat: v.number(), lng: v.number() })),
  hosts: v.array(host),
  calendar: v.optional(v.string()),
  registrationCount: v.number(),
  maxCapacity: v.optional(v.number()),
  registrationType,
  isPublished: v.boolean(),
};

export const event = v.object({
  ...eventContent,
  /** The organization whose sync writes this event; others may list it (`listings`). */
  orgId: v.id("organizations"),
  status: eventStatus,
  /** When the clock calls it past: its end, or three hours after its start where no end is known. */
  endsBy: v.number(),
  isFeatured: v.boolean(),
  syncedAt: v.number(),
  contentHash: v.string(),
  /** Fields an admin has set by hand; no sync touches them. */
  curated: v.optional(v.array(v.string())),
  /** How often it has moved: part of the key under which a move is told. */
  moves: v.number(),
  /** How often it was called off and came back: part of the key under which it is told as new. */
  returns: v.optional(v.number()),
  metadata: v.optional(v.record(v.string(), v.string())),
});

export const listing = v.object({
  orgId: v.id("organizations"),
  eventId: v.id("events"),
  startDate: v.number(),
  /** Published, and upcoming or live: what `/events` shows. */
  isOpen: v.boolean(),
  /** Entered by an admin: no sync expects to find it in the calendar. */
  byHand: v.optional(v.boolean()),
  /** When a complete look at the calendar first did not find it. */
  missingSince: v.optional(v.number()),
  /** When the next reminder that any channel could want is due. */
  nextReminderAt: v.optional(v.number()),
});

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
  /** Absent: every organization. */
  orgId: v.optional(v.id("organizations")),
  kinds: v.array(channelKind),
  locale,
  timezone: v.string(),
  /** Minutes before the start. */
  reminders: v.array(v.number()),
  agenda: v.optional(agenda),
  nextAgendaAt: v.optional(v.number()),
  isOn: v.boolean(),
  /** Why it is off: a platform's reason, or "admin". */
  offReason: v.optional(v.string()),
  changedAt: v.number(),
});

/** What is told of an event, as it was when it was told. */
export const eventFacts = v.object({
  title: v.string(),
  startDate: v.number(),
  endDate: v.optional(v.number()),
  timezone: v.string(),
  location: v.optional(v.string()),
  lumaUrl: v.string(),
  coverImage: v.optional(v.string()),
});

export const announcement = v.object({
  /** Unique: what it is about, and for which organization's channels. */
  key: v.string(),
  /** What it is about; deliveries of one topic reach a channel once, whoever else lists the event. */
  topic: v.string(),
  kind,
  orgId: v.id("organizations"),
  eventId: v.optional(v.id("events")),
  /** One event, or the events of a digest or an agenda (at most ten, and how many there are). */
  events: v.array(v.object({ eventId: v.id("events"), facts: eventFacts })),
  total: v.number(),
  /** Of a move: where it was. Of a reminder: how many minutes before. */
  previousStart: v.optional(v.number()),
  minutesBefore: v.optional(v.number()),
  /** Rises when the fact is corrected after it went out. */
  version: v.number(),
  /** How often the event had moved when this was told: an older move is not worth telling. */
  moves: v.number(),
  createdAt: v.number(),
  /** After this it is worth nothing and is suppressed. */
  expiresAt: v.number(),
});

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
export const notice = v.union(
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
);

/** What a delivery does; what it says is read when it is sent. */
export const work = v.union(
  v.object({ do: v.literal("announce"), announcementId: v.id("announcements") }),
  v.object({ do: v.literal("card"), applicationId: v.id("applications") }),
  v.object({ do: v.literal("notice"), notice, locale: v.optional(locale) }),
  /** Telegram: lets a person into a chat that they asked to join, or not. */
  v.object({ do: v.literal("admit"), chatId: v.string(), isApproved: v.boolean() }),
  /** Discord: brings the member role in step; whether it is given or taken is decided when claimed. */
  v.object({
    do: v.literal("role"),
    orgId: v.id("organizations"),
    isGranted: v.optional(v.boolean()),
  }),
);

export const delivery = v.object({
  /** Unique: topic, destination and part. */
  key: v.string(),
  topic: v.string(),
  /** A channel's id, or a chat account ("discord:123"): messages to one destination keep their order. */
  destination: v.string(),
  platform,
  work,
  /** "message", or "edit-2": the second version of what was sent. */
  part: v.string(),
  state: deliveryState,
  /** pending, leased or sending. */
  isOpen: v.boolean(),
  /** Corrections of what is out (0) go before what is new (1). */
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
  /** Not before this; while a bot holds it, the end of its lease. */
  readyAt: v.number(),
  /** The end of the lease, while a bot holds it. */
  heldUntil: v.optional(v.number()),
});

export const role = v.union(v.literal("member"), v.literal("moderator"), v.literal("admin"));
/** Changed only through `model/people/accountStatus.ts`. */
export const accountStatus = v.union(
  v.literal("incomplete"),
  v.literal("pending"),
  v.literal("active"),
  v.literal("suspended"),
  v.literal("banned"),
);
/** See `shared/standing.ts`. */
export const standing = v.union(...standings.map((one) => v.literal(one)));
/** What a person can be told of in private, and can do without; what is about safety is always told. */
export const noticeTopic = v.union(v.literal("membership"), v.literal("standing"));
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
  muted: v.optional(v.array(noticeTopic)),
  plan: v.union(v.literal("free"), v.literal("pro"), v.literal("enterprise")),
  storageUsedBytes: v.number(),
  stripeCustomerId: v.optional(v.string()),
  lastLoginAt: v.number(),
  deletedAt: v.optional(v.number()),
  /** The account that this one was merged into. */
  mergedInto: v.optional(v.id("users")),
  /** Its admin role came from the configuration, which is read once for each account. */
  wasConfigured: v.optional(v.boolean()),
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
