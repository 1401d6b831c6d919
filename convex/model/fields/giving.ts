import { v } from "convex/values";
import { locale } from "./common.ts";

// Giving. Money is in integer cents of the one currency of `shared/money/prices.ts`. A week begins on
// Monday, 00:00 UTC, and is named by that moment (`weekStartDate`).

export const subscriptionStatus = v.union(
  v.literal("active"),
  v.literal("paused"),
  v.literal("cancelled"),
);

/** Stripe's word about a subscription: two kinds of events, or the answer to a question of ours. */
export const stripeWord = v.union(v.literal("created"), v.literal("updated"), v.literal("answer"));

export const subscription = v.object({
  userId: v.id("users"),
  /** Weekly cents. */
  amount: v.number(),
  status: subscriptionStatus,
  stripeSubscriptionId: v.string(),
  stripeCustomerId: v.string(),
  /** Where it works: its owner's city, and its key (`shared/money/city.ts`); empty until known. */
  city: v.string(),
  cityKey: v.string(),
  startDate: v.number(),
  lastDistributionDate: v.optional(v.number()),
  /** Stripe's time of the newest word that was taken over, in whole seconds: an older one is not. */
  stripeAt: v.number(),
  /** What that word was; absent while only payments have told of it. */
  stripeFrom: v.optional(stripeWord),
  /** When it is charged next, as far as that is known; absent where it is not to be. */
  nextPaymentAt: v.optional(v.number()),
  /** When it was last paid, and when a payment last failed. */
  paidAt: v.optional(v.number()),
  failedAt: v.optional(v.number()),
  createdAt: v.number(),
  updatedAt: v.number(),
});

/** The payment page that a member was given. Stripe closes it an hour after `startedAt`. */
export const checkout = v.object({
  userId: v.id("users"),
  amount: v.number(),
  /** The page's language. */
  locale,
  /** Absent until Stripe has made it. */
  sessionId: v.optional(v.string()),
  startedAt: v.number(),
});

/** What one subscription has for one city in one week. */
export const gift = v.object({
  subscriptionId: v.id("subscriptions"),
  userId: v.id("users"),
  weekStartDate: v.number(),
  city: v.string(),
  cityKey: v.string(),
  /** Paid in this week, and left over from the weeks before. */
  paid: v.number(),
  carriedIn: v.number(),
  /** Their sum; what the week's run distributes. */
  amount: v.number(),
  /** Set by the run, once: what went to charities, and what goes on to the next week. */
  given: v.optional(v.number()),
  carriedOut: v.optional(v.number()),
});

/** What is moved from where to where; the amounts of one entry's lines sum to zero. */
export const bookLine = v.object({
  account: v.union(
    /** What Stripe was paid, negative. */
    v.literal("stripe"),
    /** What is held for a subscription until it is distributed. */
    v.literal("held"),
    v.literal("charity"),
  ),
  charityId: v.optional(v.id("charities")),
  amount: v.number(),
});
export const bookEntry = v.object({
  /** Unique: "paid:<Stripe's invoice id>", "given:<gift id>". */
  key: v.string(),
  kind: v.union(v.literal("paid"), v.literal("given")),
  subscriptionId: v.id("subscriptions"),
  weekStartDate: v.number(),
  lines: v.array(bookLine),
  at: v.number(),
});

/** One look through the books, from where the last good one ended: `model/giving/bookCheck.ts`. */
export const bookCheck = v.object({
  startedAt: v.number(),
  finishedAt: v.optional(v.number()),
  /** The last week that it looks at, and how far it is. */
  until: v.number(),
  from: v.number(),
  cursor: v.union(v.string(), v.null()),
  /** Over all weeks up to `until`, also those that an earlier check has seen; cents. */
  entries: v.number(),
  paid: v.number(),
  held: v.number(),
  given: v.number(),
  /** What is wrong, in words for an admin; at most twenty. */
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
  /** `shared/money/city.ts` */
  cityKey: v.string(),
  state: v.string(),
  zipCode: v.string(),
  latitude: v.optional(v.number()),
  longitude: v.optional(v.number()),
  /** Who said where it is: what an admin said is never overwritten by a geocoder. */
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
  /** Who decided, as the cards name them, when, and why not. */
  reviewerName: v.optional(v.string()),
  decidedAt: v.optional(v.number()),
  reason: v.optional(v.string()),
  /** Rises with every change that its cards show. */
  version: v.number(),
});

export const needSource = v.union(v.literal("manual"), v.literal("api"), v.literal("calculated"));

/** What a charity needs money for; it can have several, of different categories. */
export const need = v.object({
  charityId: v.id("charities"),
  /** Of its charity. */
  cityKey: v.string(),
  /** Its charity is approved, and urgency and gap are above zero: it takes part in distributions. */
  isActive: v.boolean(),
  /** 0 to 100, whole. */
  urgencyScore: v.number(),
  /** Cents, whole, never negative. A distribution takes off what it gave. */
  fundingGap: v.number(),
  category: v.string(),
  lastUpdated: v.number(),
  source: needSource,
  metadata: v.optional(v.record(v.string(), v.string())),
});

/** Where needs are refreshed from, and how that went last; one row at most. */
export const needsFeed = v.object({
  url: v.string(),
  readAt: v.optional(v.number()),
  taken: v.optional(v.number()),
  /** Rows that could not be taken, and why: at most ten of them. */
  refused: v.optional(v.number()),
  problems: v.optional(v.array(v.string())),
  /** Nothing could be read at all: why. */
  error: v.optional(v.string()),
});

/** Where a run is. "explaining" and "reporting" come after the money. */
export const runState = v.union(
  v.literal("counting"),
  v.literal("planning"),
  v.literal("allocating"),
  v.literal("explaining"),
  v.literal("reporting"),
  v.literal("done"),
);

/** One per week. Its existence closes the week: what is paid from then on is for the next. */
export const distributionRun = v.object({
  weekStartDate: v.number(),
  state: runState,
  /** Rises with every batch: a batch that is not the next one does nothing. */
  step: v.number(),
  /** Where the current state is: a page's cursor, and the city that is planned or allocated. */
  cursor: v.union(v.string(), v.null()),
  cityKey: v.optional(v.string()),
  startedAt: v.number(),
  /** The admin who asked; absent for the cron. */
  startedBy: v.optional(v.id("users")),
  /** When its last batch was done: a run that stands still is taken up again. */
  progressAt: v.number(),
  /** How many shares the model was handed for an explanation, and up to which page. */
  explaining: v.optional(
    v.object({ handedOut: v.number(), cursor: v.union(v.string(), v.null()), isDone: v.boolean() }),
  ),
  /** When the money was distributed, and when everybody was told. */
  distributedAt: v.optional(v.number()),
  finishedAt: v.optional(v.number()),
  /** Sums over its cities. */
  gifts: v.number(),
  amount: v.number(),
  given: v.number(),
  carried: v.number(),
  rows: v.number(),
  charities: v.number(),
  cities: v.number(),
});

/** How many gifts of an amount there are; see `shared/money/gifts.ts`. */
export const giftCount = v.object({ amount: v.number(), count: v.number() });

/** One city in one week. */
export const cityRun = v.object({
  weekStartDate: v.number(),
  city: v.string(),
  cityKey: v.string(),
  gifts: v.number(),
  /** Cents of all its gifts, the largest of them, and how many there are of each amount. */
  amount: v.number(),
  largest: v.number(),
  counts: v.array(giftCount),
  isPlanned: v.boolean(),
  /** Charities with a need, and how many of them this week's gifts reach. */
  eligible: v.number(),
  charities: v.number(),
  /** Cents for charities and cents for next week: planned at once, then reached gift by gift. */
  toGive: v.number(),
  toCarry: v.number(),
  given: v.number(),
  carried: v.number(),
  /** Rows that a gift may have among the small charities, and how far each stream is. */
  smallRows: v.number(),
  smallAt: v.number(),
  largeAt: v.number(),
});

export const explanation = v.object({ en: v.string(), es: v.string() });

/** One charity in one week: what it receives, and why. */
export const allocation = v.object({
  weekStartDate: v.number(),
  charityId: v.id("charities"),
  city: v.string(),
  cityKey: v.string(),
  /** Of its largest need, and the sum of all gaps in cents, when the week was distributed. */
  urgency: v.number(),
  gap: v.number(),
  /** Which stream pays it, and where it stands in that stream: from 0. */
  stream: v.union(v.literal("small"), v.literal("large")),
  position: v.number(),
  /** Cents, fixed when planned; `given` grows up to it. */
  amount: v.number(),
  given: v.number(),
  givers: v.number(),
  /** Of the model, checked; absent: the template explains. */
  explanation: v.optional(explanation),
});

/** The data model's row: cents of one subscription for one charity in one week. */
export const distribution = v.object({
  subscriptionId: v.id("subscriptions"),
  charityId: v.id("charities"),
  amount: v.number(),
  distributionDate: v.number(),
  weekStartDate: v.number(),
  /** Why, in no language: see `shared/money/reason.ts`. */
  reason: v.string(),
  createdAt: v.number(),
});

export const report = v.object({
  userId: v.id("users"),
  weekStartDate: v.number(),
  totalDistributed: v.number(),
  /** How many. */
  charitiesSupported: v.number(),
  distributionBreakdown: v.array(
    v.object({ charityId: v.id("charities"), amount: v.number(), reason: v.string() }),
  ),
  /** What goes on to next week, and the cities of the gifts. */
  carried: v.number(),
  cities: v.array(v.string()),
  generatedAt: v.number(),
});
