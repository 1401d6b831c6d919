import { v } from "convex/values";

// The fields of every table, apart from the schema so that validators and row types can use them.

export const platform = v.union(v.literal("telegram"), v.literal("discord"));
export const locale = v.union(v.literal("en"), v.literal("es"));

/** What a channel can want to hear. */
export const kind = v.union(
  v.literal("new"),
  v.literal("moved"),
  v.literal("cancelled"),
  v.literal("reminder"),
  v.literal("agenda"),
);

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
  kinds: v.array(kind),
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

export const delivery = v.object({
  /** Unique: topic, channel and part. */
  key: v.string(),
  announcementId: v.id("announcements"),
  channelId: v.id("channels"),
  platform,
  /** "message", or "edit-2": the second version of what was sent. */
  part: v.string(),
  state: deliveryState,
  /** pending, leased or sending. */
  isOpen: v.boolean(),
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
  channelId: v.id("channels"),
  platform,
  /** Not before this; while a bot holds it, the end of its lease. */
  readyAt: v.number(),
  /** The end of the lease, while a bot holds it. */
  heldUntil: v.optional(v.number()),
});

export const chatAccount = v.object({
  platform,
  platformUserId: v.string(),
  displayName: v.optional(v.string()),
  handle: v.optional(v.string()),
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  settingsChangedAt: v.number(),
});
