import { v } from "convex/values";
import { locale } from "./common.ts";

// Giving. Money is in integer cents of the single currency in `shared/money/prices.ts`. A week
// begins on Monday, 00:00 UTC, and is identified by that moment (`weekStartDate`).

export const subscriptionStatus = v.union(
  v.literal("active"),
  v.literal("paused"),
  v.literal("cancelled"),
);

/** The source of a subscription's data: two kinds of Stripe events, or a request by Plaza. */
export const stripeWord = v.union(v.literal("created"), v.literal("updated"), v.literal("answer"));

export const subscription = v.object({
  userId: v.id("users"),
  /** Weekly cents. */
  amount: v.number(),
  status: subscriptionStatus,
  stripeSubscriptionId: v.string(),
  stripeCustomerId: v.string(),
  /**
   * The city that it supports (its user's) and its key (`shared/money/city.ts`); empty until known.
   */
  city: v.string(),
  cityKey: v.string(),
  startDate: v.number(),
  lastDistributionDate: v.optional(v.number()),
  /** Stripe's timestamp of the newest stored data, in whole seconds: older data are ignored. */
  stripeAt: v.number(),
  /** Source of these data; absent while only payments have been received. */
  stripeFrom: v.optional(stripeWord),
  /** When it is charged next, if known; absent when it is not going to be charged. */
  nextPaymentAt: v.optional(v.number()),
  /** When it was last paid, and when a payment last failed (Unix milliseconds). */
  paidAt: v.optional(v.number()),
  failedAt: v.optional(v.number()),
  createdAt: v.number(),
  updatedAt: v.number(),
});

/** A member's Checkout page. Stripe expires it an hour after `startedAt`. */
export const checkout = v.object({
  userId: v.id("users"),
  amount: v.number(),
  /** The page's language. */
  locale,
  /** Absent until Stripe has created it. */
  sessionId: v.optional(v.string()),
  startedAt: v.number(),
});

/** The gift of one subscription for one city in one week. */
export const gift = v.object({
  subscriptionId: v.id("subscriptions"),
  userId: v.id("users"),
  weekStartDate: v.number(),
  city: v.string(),
  cityKey: v.string(),
  /** Cents paid in this week, and cents carried over from earlier weeks. */
  paid: v.number(),
  carriedIn: v.number(),
  /** Of these, cents that were sent back to the giver: refunds and lost disputes. */
  returned: v.optional(v.number()),
  /** `paid` and `carriedIn` without `returned`, which the week's run distributes. */
  amount: v.number(),
  /** Set by the run: cents that make up for money that was returned after it was distributed. */
  corrected: v.optional(v.number()),
  /** Set once by the run: cents for charities, and cents carried over to the next week. */
  given: v.optional(v.number()),
  carriedOut: v.optional(v.number()),
  /** The week of the oldest money that was carried over into it. */
  waitsSince: v.optional(v.number()),
});

/** A ledger entry: amounts moved between accounts, which sum to zero. */
export const bookLine = v.object({
  account: v.union(
    /** Received by Stripe, negative. */
    v.literal("stripe"),
    /** Held for a subscription until it is distributed. */
    v.literal("held"),
    v.literal("charity"),
  ),
  charityId: v.optional(v.id("charities")),
  amount: v.number(),
});
export const bookEntry = v.object({
  /** Unique: "paid:<Stripe's invoice id>", "given:<gift id>", "returned:<charge id>:<number>". */
  key: v.string(),
  /** "returned": money went back to the giver, or came again after a dispute was won. */
  kind: v.union(v.literal("paid"), v.literal("given"), v.literal("returned")),
  subscriptionId: v.id("subscriptions"),
  weekStartDate: v.number(),
  lines: v.array(bookLine),
  at: v.number(),
});

/**
 * A Stripe charge of a giver, and how much of it went back. Events about it come in any order, before
 * and after the one that the payment is known by.
 */
export const stripeCharge = v.object({
  chargeId: v.string(),
  customerId: v.optional(v.string()),
  /** Cents of the charge, and cents that were refunded in all. */
  amount: v.number(),
  refunded: v.number(),
  /** Each dispute by its latest state; `withdrawn` cents are with the giver's bank. */
  disputes: v.array(
    v.object({ id: v.string(), withdrawn: v.number(), at: v.number(), isFinal: v.boolean() }),
  ),
  /** Credit notes that were paid out outside of Stripe. */
  credited: v.array(v.object({ id: v.string(), amount: v.number() })),
  /** Cents that the ledger has as returned, and how often that has changed. */
  booked: v.number(),
  changes: v.number(),
});

/** Money that was returned after it was distributed: the next weeks distribute so much less. */
export const correction = v.object({
  subscriptionId: v.id("subscriptions"),
  userId: v.id("users"),
  city: v.string(),
  cityKey: v.string(),
  /** The first week that makes up for it. */
  weekStartDate: v.number(),
  amount: v.number(),
  /** Cents that are not made up for yet; `isOpen` where there are some. */
  left: v.number(),
  isOpen: v.boolean(),
  at: v.number(),
});

/**
 * One check of the ledger, starting at the end of the last successful one:
 * `model/giving/ledger.ts`.
 */
export const bookCheck = v.object({
  startedAt: v.number(),
  finishedAt: v.optional(v.number()),
  /** The last week to check, and the progress. */
  until: v.number(),
  from: v.number(),
  cursor: v.union(v.string(), v.null()),
  /** Cents over all weeks up to `until`, including those of earlier checks. */
  entries: v.number(),
  paid: v.number(),
  held: v.number(),
  given: v.number(),
  /** Errors, as text for an admin; at most twenty. */
  problems: v.array(v.string()),
});

export const verificationStatus = v.union(
  v.literal("pending"),
  v.literal("approved"),
  v.literal("rejected"),
);

export const charity = v.object({
  name: v.string(),
  description: v.string(),
  city: v.string(),
  /** See `shared/money/city.ts`. */
  cityKey: v.string(),
  state: v.string(),
  zipCode: v.string(),
  latitude: v.optional(v.number()),
  longitude: v.optional(v.number()),
  /** The source of the coordinates: a geocoder never overwrites those of an admin. */
  placedBy: v.optional(v.union(v.literal("admin"), v.literal("geocoder"))),
  category: v.string(),
  verificationStatus,
  adminNotes: v.optional(v.string()),
  website: v.optional(v.string()),
  contactEmail: v.optional(v.string()),
  createdBy: v.optional(v.id("users")),
  createdAt: v.number(),
  approvedAt: v.optional(v.number()),
  approvedBy: v.optional(v.id("users")),
  /** Who decided (the name on the cards), when, and the reason of a rejection. */
  reviewerName: v.optional(v.string()),
  decidedAt: v.optional(v.number()),
  reason: v.optional(v.string()),
  /** Incremented with every change that its cards show. */
  version: v.number(),
});

export const needSource = v.union(v.literal("manual"), v.literal("api"), v.literal("calculated"));

/** A need of a charity. A charity can have several, of different categories. */
export const need = v.object({
  charityId: v.id("charities"),
  /** The charity's coordinates. */
  cityKey: v.string(),
  /** Takes part in distributions: the charity is approved, urgency and gap are above zero. */
  isActive: v.boolean(),
  /** 0 to 100, integer. */
  urgencyScore: v.number(),
  /** Integer cents, never negative. A distribution subtracts what it gave. */
  fundingGap: v.number(),
  category: v.string(),
  lastUpdated: v.number(),
  source: needSource,
  metadata: v.optional(v.record(v.string(), v.string())),
});

/** The feed from which needs are refreshed, and its last result; at most one row. */
export const needsFeed = v.object({
  url: v.string(),
  readAt: v.optional(v.number()),
  taken: v.optional(v.number()),
  /** Rows that were refused, and why: at most ten of them. */
  refused: v.optional(v.number()),
  problems: v.optional(v.array(v.string())),
  /** Why the feed could not be read at all. */
  error: v.optional(v.string()),
});

/** The state of a run. "explaining" and "reporting" come after the money. */
export const runState = v.union(
  v.literal("counting"),
  v.literal("correcting"),
  v.literal("planning"),
  v.literal("allocating"),
  v.literal("explaining"),
  v.literal("reporting"),
  v.literal("done"),
);

/** One per week. Its existence closes the week: later payments count for the next week. */
export const distributionRun = v.object({
  weekStartDate: v.number(),
  state: runState,
  /** Incremented with every batch: a batch with another number does nothing. */
  step: v.number(),
  /** Progress within the state: a page's cursor, and the city that is planned or allocated. */
  cursor: v.union(v.string(), v.null()),
  cityKey: v.optional(v.string()),
  startedAt: v.number(),
  /** The admin who started it; absent for the cron. */
  startedBy: v.optional(v.id("users")),
  /** When its last batch was done: a run without progress is resumed. */
  progressAt: v.number(),
  /** How many shares were sent to the model for an explanation, and the cursor of the page. */
  explaining: v.optional(
    v.object({ handedOut: v.number(), cursor: v.union(v.string(), v.null()), isDone: v.boolean() }),
  ),
  /** When the money was distributed, and when all reports were enqueued. */
  distributedAt: v.optional(v.number()),
  finishedAt: v.optional(v.number()),
  /** Sums over its cities. */
  gifts: v.number(),
  amount: v.number(),
  given: v.number(),
  carried: v.number(),
  /** Cents that made up for returned money, and cents that the next weeks still have to. */
  corrected: v.optional(v.number()),
  owed: v.optional(v.number()),
  /** Cents of the common pot, and the city to which they go in the next week: `commonPot.ts`. */
  pot: v.optional(v.object({ amount: v.number(), city: v.string() })),
  rows: v.number(),
  charities: v.number(),
  cities: v.number(),
});

/** The number of gifts of one amount; see `shared/money/gifts.ts`. */
export const giftCount = v.object({ amount: v.number(), count: v.number() });

/** A city's part of a run. */
export const cityRun = v.object({
  weekStartDate: v.number(),
  city: v.string(),
  cityKey: v.string(),
  gifts: v.number(),
  /** Cents of all its gifts, the largest gift, and the number of gifts by amount. */
  amount: v.number(),
  largest: v.number(),
  counts: v.array(giftCount),
  /** Cents that make up for returned money, and the gifts (cents) that have had their part in it. */
  corrected: v.optional(v.number()),
  correctedAt: v.optional(v.number()),
  /** The gifts without that part. */
  net: v.optional(v.object({ count: v.number(), largest: v.number(), counts: v.array(giftCount) })),
  isPlanned: v.boolean(),
  /** Number of charities with a need, and how many of them this week's gifts reach. */
  eligible: v.number(),
  charities: v.number(),
  /** Cents for charities and cents carried over: planned first, then reached gift by gift. */
  toGive: v.number(),
  toCarry: v.number(),
  given: v.number(),
  carried: v.number(),
  /** Rows that one gift may have among the small charities, and the progress of each stream. */
  smallRows: v.number(),
  smallAt: v.number(),
  largeAt: v.number(),
});

export const explanation = v.object({ en: v.string(), es: v.string() });

/** A charity's share in a week, and the reason. */
export const allocation = v.object({
  weekStartDate: v.number(),
  charityId: v.id("charities"),
  city: v.string(),
  cityKey: v.string(),
  /** The average urgency of its needs by their gaps, and the sum of these in cents, at the run. */
  urgency: v.number(),
  gap: v.number(),
  /** The stream that pays it, and its index in that stream. */
  stream: v.union(v.literal("small"), v.literal("large")),
  position: v.number(),
  /** Cents, fixed by planning; `given` grows up to it. */
  amount: v.number(),
  given: v.number(),
  givers: v.number(),
  /** The checked explanation of the model; absent: the template is used. */
  explanation: v.optional(explanation),
});

/** Cents of one subscription for one charity in one week. */
export const distribution = v.object({
  subscriptionId: v.id("subscriptions"),
  charityId: v.id("charities"),
  amount: v.number(),
  distributionDate: v.number(),
  weekStartDate: v.number(),
  /** The reason, language-independent: see `shared/money/reason.ts`. */
  reason: v.string(),
  createdAt: v.number(),
});

export const report = v.object({
  userId: v.id("users"),
  weekStartDate: v.number(),
  totalDistributed: v.number(),
  /** Number of rows. */
  charitiesSupported: v.number(),
  distributionBreakdown: v.array(
    v.object({ charityId: v.id("charities"), amount: v.number(), reason: v.string() }),
  ),
  /** Cents carried over to the next week, and the cities of the gifts. */
  carried: v.number(),
  /** Cents that went back to the giver, and cents that made up for returned money. */
  returned: v.optional(v.number()),
  corrected: v.optional(v.number()),
  cities: v.array(v.string()),
  generatedAt: v.number(),
});
