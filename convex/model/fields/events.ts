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
  /** What it is about; deliveries of one subject reach a channel once, who else lists the event. */
  subjectKey: v.string(),
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

export const rsvpAnswer = v.union(v.literal("going"), v.literal("maybe"), v.literal("not"));

/** Whose it is: a user, or a chat account ("telegram:123") that has none. */
export const actor = {
  userId: v.optional(v.id("users")),
  /** The chat account that said it last: where a bare one is told. */
  account: v.string(),
  /** The language in which it was said: a bare account has often chosen none. */
  locale: v.optional(locale),
};

/** Whether somebody comes to an event. */
export const rsvp = v.object({
  ...actor,
  eventId: v.id("events"),
  answer: rsvpAnswer,
  /** How many they bring along: 0 or 1. */
  guests: v.number(),
  /** They would come, but every seat is taken. */
  isWaiting: v.boolean(),
  /** Since when they go, or wait: the order of the waitlist, in which no two are the same. */
  since: v.number(),
  /** When they last said something: of two answers of one person the later one counts. */
  answeredAt: v.number(),
});

/** How many come to an event; kept with every answer. */
export const attendance = v.object({
  eventId: v.id("events"),
  /** Seats that are taken: people, and those they bring. */
  going: v.number(),
  /** People who may come, and people who wait for a seat. */
  maybe: v.number(),
  waiting: v.number(),
  /** What those who come were last told of a change shortly before the event. */
  change: v.optional(
    v.object({
      /** Counts them: part of the key under which it is told. */
      number: v.number(),
      /** Rises when it is corrected in its first minute. */
      version: v.number(),
      at: v.number(),
      /** As it was before. */
      start: v.number(),
      place: v.optional(v.string()),
      /** It had been called off, and is on again. */
      wasOff: v.boolean(),
    }),
  ),
});

/** Somebody wants to be reminded of an event. */
export const reminder = v.object({
  ...actor,
  eventId: v.id("events"),
  minutesBefore: v.number(),
  /** When it is due; moves with the event. Absent: it is done, or the event is called off. */
  dueAt: v.optional(v.number()),
});

/** The link of somebody's own calendar. The link itself is stored nowhere: see `model/events/feeds.ts`. */
export const feed = v.object({
  ...actor,
  /** Rises when they ask for a new link: the old one leads nowhere then. */
  version: v.number(),
});
