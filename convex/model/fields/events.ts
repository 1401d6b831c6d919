import { v } from "convex/values";
import { kind, locale } from "./common.ts";

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

/** An event's content: everything that a sync or an admin can change. */
export const eventContent = {
  title: v.string(),
  description: v.optional(v.string()),
  coverImage: v.optional(v.string()),
  lumaUrl: v.string(),
  lumaEventId: v.optional(v.string()),
  /** The calendar's entry "calev-...", of an event off Luma: several can share one address. */
  lumaEntryId: v.optional(v.string()),
  lumaSlug: v.optional(v.string()),
  /** Absent where no source says it, as are the other optional fields. */
  eventType: v.optional(eventType),
  startDate: v.number(),
  endDate: v.optional(v.number()),
  /** A date without a time: start and end are midnights in the event's zone. */
  isAllDay: v.optional(v.boolean()),
  timezone: v.string(),
  location: v.optional(v.string()),
  locationDetails: v.optional(v.string()),
  locationUrl: v.optional(v.string()),
  coordinates: v.optional(v.object({ lat: v.number(), lng: v.number() })),
  hosts: v.array(host),
  calendar: v.optional(v.string()),
  /** Registrations on the event's own page. */
  registrationCount: v.optional(v.number()),
  maxCapacity: v.optional(v.number()),
  registrationType: v.optional(registrationType),
  isPublished: v.boolean(),
};

export const event = v.object({
  ...eventContent,
  /** The organization whose sync writes this event; others can list it (`listings`). */
  orgId: v.id("organizations"),
  status: eventStatus,
  /**
   * When the event counts as past: its end, or three hours after its start when no end is known.
   */
  endsBy: v.number(),
  isFeatured: v.boolean(),
  syncedAt: v.number(),
  contentHash: v.string(),
  /** By source, what it said last of each field, as hashes: a field is news where that differs. */
  readings: v.optional(v.record(v.string(), v.record(v.string(), v.string()))),
  /** The address is for guests only: no other source or calendar may fill it in. */
  placeIsHidden: v.optional(v.boolean()),
  /** Changes that calendars have to show: the SEQUENCE of calendar files. */
  revision: v.optional(v.number()),
  /** When the last of them was made (Unix milliseconds). */
  changedAt: v.optional(v.number()),
  /** Fields that an admin has set by hand; a sync does not change them. */
  curated: v.optional(v.array(v.string())),
  /** How often the event was moved: part of the dedupe key of a move. */
  moves: v.number(),
  /** How often the event was cancelled and restored: part of the dedupe key of "new". */
  returns: v.optional(v.number()),
  metadata: v.optional(v.record(v.string(), v.string())),
});

export const listing = v.object({
  orgId: v.id("organizations"),
  eventId: v.id("events"),
  startDate: v.number(),
  /** Published, and upcoming or live: `/events` shows it. */
  isOpen: v.boolean(),
  /** Created by an admin: a sync does not expect it in the calendar. */
  byHand: v.optional(v.boolean()),
  /** The sources that have listed it: only one of these can find it missing. */
  sources: v.optional(v.array(v.string())),
  /** When a complete sync first did not find it in the calendar (Unix milliseconds), and where. */
  missingSince: v.optional(v.number()),
  missingIn: v.optional(v.string()),
  /** When the next reminder that any channel can choose is due (Unix milliseconds). */
  nextReminderAt: v.optional(v.number()),
});

/** A snapshot of an event for an announcement. */
export const eventFacts = v.object({
  title: v.string(),
  startDate: v.number(),
  endDate: v.optional(v.number()),
  timezone: v.string(),
  location: v.optional(v.string()),
  lumaUrl: v.string(),
  coverImage: v.optional(v.string()),
  isAllDay: v.optional(v.boolean()),
  /** In a digest of moves: the previous start. */
  previousStart: v.optional(v.number()),
});

export const announcement = v.object({
  /** Unique: the subject and the organization of the channels. */
  key: v.string(),
  /**
   * Its subject. A channel gets one delivery per subject, whichever other organization lists the
   * event.
   */
  subjectKey: v.string(),
  kind,
  orgId: v.id("organizations"),
  eventId: v.optional(v.id("events")),
  /** One event, or the first ten events of a digest or an agenda and their total number. */
  events: v.array(v.object({ eventId: v.id("events"), facts: eventFacts })),
  total: v.number(),
  /** Of a move: the previous start. Of a reminder: minutes before the start. */
  previousStart: v.optional(v.number()),
  minutesBefore: v.optional(v.number()),
  /** Incremented when a sent announcement is corrected. */
  version: v.number(),
  /** The event's `moves` when this was written: an older move is obsolete. */
  moves: v.number(),
  createdAt: v.number(),
  /** After this moment (Unix milliseconds) it is obsolete and suppressed. */
  expiresAt: v.number(),
});

export const rsvpAnswer = v.union(v.literal("going"), v.literal("maybe"), v.literal("not"));

/** The owner of a row: a user, or a bare chat account ("telegram:123"). */
export const actor = {
  userId: v.optional(v.id("users")),
  /** The chat account that was used last: a bare account is notified there. */
  account: v.string(),
  /** The language used then, for a bare account, which often has no language setting. */
  locale: v.optional(locale),
};

/** An RSVP. */
export const rsvp = v.object({
  ...actor,
  eventId: v.id("events"),
  answer: rsvpAnswer,
  /** Number of guests: 0 or 1. */
  guests: v.number(),
  /** On the waitlist: the answer is "going", but all seats are taken. */
  isWaiting: v.boolean(),
  /** Since when the seat or the waitlist position is held. Unique within a waitlist; its order. */
  since: v.number(),
  /** When the answer was last changed: of two RSVPs of one person the later one counts. */
  answeredAt: v.number(),
});

/** RSVP counts of an event, updated with every answer. */
export const attendance = v.object({
  eventId: v.id("events"),
  /** Seats taken by attendees and their guests. */
  going: v.number(),
  /** People who answered "maybe", and people on the waitlist. */
  maybe: v.number(),
  waiting: v.number(),
  /** The last notice to attendees about a change shortly before the event. */
  change: v.optional(
    v.object({
      /** Number of the change: part of its dedupe key. */
      number: v.number(),
      /** Incremented when the notice is corrected within its first minute. */
      version: v.number(),
      at: v.number(),
      /** The previous values. */
      start: v.number(),
      place: v.optional(v.string()),
      /** The event was cancelled before and is restored. */
      wasOff: v.boolean(),
    }),
  ),
});

/** A person's reminder of an event. */
export const reminder = v.object({
  ...actor,
  eventId: v.id("events"),
  minutesBefore: v.number(),
  /** When it is due; moves with the event. Absent: sent already, or the event is cancelled. */
  dueAt: v.optional(v.number()),
});

/** A person's calendar feed link. The link itself is not stored: see `model/events/calendarLinks.ts`. */
export const feed = v.object({
  ...actor,
  /** Incremented for a new link, which revokes the old one. */
  version: v.number(),
});

/** A secret of the deployment, sealed by `model/secrets.ts`; no public function returns it. */
export const secret = v.object({ name: v.literal("calendarLinks"), sealed: v.string() });
