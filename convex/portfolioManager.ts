import { type Infer, v } from "convex/values";
import { addGifts, countGifts, type Gifts, noGifts } from "../shared/money/giftCounts.ts";
import { weekStart } from "../shared/time/week.ts";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation, internalQuery, type QueryCtx } from "./_generated/server.js";
import { adminAction, adminMutation, adminQuery } from "./functions.ts";
import { bookCheck, distributionRun, giftCount } from "./model/fields.ts";
import { dueWeek } from "./model/giving/payments.ts";
import { planOf } from "./model/giving/allocation.ts";
import { beginRun, doStep, scheduleStep, stuckMs } from "./model/giving/run.ts";
import { finishExplaining } from "./model/giving/telling.ts";
import { runOf } from "./model/giving/week.ts";
import { refusal } from "./model/refusal.ts";

const cityGifts = v.object({
  city: v.string(),
  cityKey: v.string(),
  count: v.number(),
  amount: v.number(),
  largest: v.number(),
  counts: v.array(giftCount),
});

/** A charity's part of a planned week; money in cents. */
const plannedShare = v.object({
  charityId: v.id("charities"),
  name: v.string(),
  urgency: v.number(),
  gap: v.number(),
  amount: v.number(),
});
const plannedCity = v.object({
  city: v.string(),
  gifts: v.number(),
  amount: v.number(),
  toGive: v.number(),
  toCarry: v.number(),
  /** Charities with a need; those that this week's gifts do not reach receive 0 and are left out. */
  eligible: v.number(),
  shares: v.array(plannedShare),
});

const shownRun = distributionRun.pick(
  "weekStartDate",
  "state",
  "startedAt",
  "distributedAt",
  "gifts",
  "amount",
  "given",
  "carried",
  "rows",
  "charities",
  "cities",
);

const shownCheck = bookCheck.pick("finishedAt", "paid", "held", "given", "problems");

async function lastCheck(ctx: QueryCtx): Promise<Infer<typeof shownCheck> | null> {
  const latest = await ctx.db.query("bookChecks").withIndex("by_started").order("desc").take(2);
  const check = latest.find((one) => one.finishedAt !== undefined);
  if (!check) return null;
  const { finishedAt, paid, held, given, problems } = check;
  return { ...(finishedAt !== undefined && { finishedAt }), paid, held, given, problems };
}

/**
 * The week that would be distributed next, and the last run. `weekStartDate` is null while nobody
 * has paid anything; `hasEnded` is measured at `now` (milliseconds, as the caller has it).
 */
export const due = adminQuery({
  args: { now: v.number() },
  returns: v.object({
    weekStartDate: v.union(v.number(), v.null()),
    hasEnded: v.boolean(),
    last: v.union(shownRun, v.null()),
    /** The last look through the books that came to its end; cents. */
    books: v.union(shownCheck, v.null()),
  }),
  handler: async (ctx, { now }) => {
    const weekStartDate = await dueWeek(ctx);
    const last = await ctx.db.query("distributionRuns").withIndex("by_week").order("desc").first();
    return {
      weekStartDate,
      hasEnded: weekStartDate !== null && weekStartDate < weekStart(now),
      last: last && toShownRun(last),
      books: await lastCheck(ctx),
    };
  },
});

/** One page of a week's gifts, counted by city. */
export const countWeek = internalQuery({
  args: { weekStartDate: v.number(), cursor: v.union(v.string(), v.null()) },
  returns: v.object({ cities: v.array(cityGifts), cursor: v.union(v.string(), v.null()) }),
  handler: async (ctx, { weekStartDate, cursor }) => {
    const page = await ctx.db
      .query("gifts")
      .withIndex("by_week_and_city", (q) => q.eq("weekStartDate", weekStartDate))
      .paginate({ numItems: 2000, cursor });
    const cities = [...Map.groupBy(page.page, ({ cityKey }) => cityKey)].map(
      ([cityKey, gifts]) => ({
        city: gifts[0]?.city ?? "",
        cityKey,
        ...countGifts(
          noGifts,
          gifts.map(({ amount }) => amount),
        ),
      }),
    );
    return { cities, cursor: page.isDone ? null : page.continueCursor };
  },
});

/** What the charities of a city would receive of these gifts in this week. */
export const calculateDistribution = internalQuery({
  args: { weekStartDate: v.number(), gifts: cityGifts },
  returns: plannedCity,
  handler: async (ctx, { weekStartDate, gifts }) => {
    const { city, cityKey, count, amount } = gifts;
    const { plan, claimants } = await planOf(ctx, cityKey, gifts, weekStartDate);
    const { toGive, toCarry, eligible } = plan;
    const shares: Infer<typeof plannedShare>[] = [];
    let spelled: string | undefined;
    for (const share of plan.charities.toSorted((a, b) => b.amount - a.amount)) {
      const claimant = claimants.get(share.id);
      if (!claimant || share.amount === 0) continue;
      const { id: charityId, urgency, gap } = claimant;
      const charity = await ctx.db.get("charities", charityId);
      spelled ??= charity?.city;
      shares.push({ charityId, name: charity?.name ?? "", urgency, gap, amount: share.amount });
    }
    return { city: spelled ?? city, gifts: count, amount, toGive, toCarry, eligible, shares };
  },
});

type CityGifts = Gifts & { city: string; cityKey: string };

/**
 * The whole table of a week that is not distributed yet, by the same functions as the run; nothing
 * is written. Refuses a week that has been run.
 */
export const getDistributionPreview = adminAction({
  args: { weekStartDate: v.number() },
  returns: v.array(plannedCity),
  handler: async (ctx, { weekStartDate }) => {
    if (await ctx.runQuery(internal.portfolioManager.isClosed, { weekStartDate }))
      throw refusal("already-distributed");
    const cities = new Map<string, CityGifts>();
    let cursor: string | null = null;
    do {
      const page: { cities: CityGifts[]; cursor: string | null } = await ctx.runQuery(
        internal.portfolioManager.countWeek,
        { weekStartDate, cursor },
      );
      for (const gifts of page.cities) {
        // A city can reach over the end of a page.
        const known = cities.get(gifts.cityKey);
        cities.set(gifts.cityKey, known ? { ...known, ...addGifts(known, gifts) } : gifts);
      }
      cursor = page.cursor;
    } while (cursor !== null);
    const planned: Infer<typeof plannedCity>[] = [];
    for (const gifts of cities.values())
      planned.push(
        await ctx.runQuery(internal.portfolioManager.calculateDistribution, {
          weekStartDate,
          gifts,
        }),
      );
    return planned;
  },
});

export const isClosed = internalQuery({
  args: { weekStartDate: v.number() },
  returns: v.boolean(),
  handler: async (ctx, { weekStartDate }) => (await runOf(ctx, weekStartDate)) !== null,
});

/**
 * Distributes a week, once: a Monday, 00:00 UTC, of this week or before. Asking again changes
 * nothing (`isNew` is false), but takes up a run that stands still. Refuses a week before the last
 * run's, and another week while the money of one is on its way.
 */
export const distributeFunds = adminMutation({
  args: { weekStartDate: v.number() },
  returns: v.object({ isNew: v.boolean(), run: shownRun }),
  handler: async (ctx, { weekStartDate }) => {
    const now = Date.now();
    const { isNew, run } = await beginRun(ctx, weekStartDate, ctx.caller.user._id, now);
    const isStuck = run.distributedAt === undefined && now - run.progressAt >= stuckMs;
    if (!isNew && isStuck) await scheduleStep(ctx, run);
    return { isNew, run: toShownRun(run) };
  },
});

function toShownRun(run: Doc<"distributionRuns">): Infer<typeof shownRun> {
  const { weekStartDate, state, startedAt, distributedAt, gifts, amount, given } = run;
  const { carried, rows, charities, cities } = run;
  return {
    weekStartDate,
    state,
    startedAt,
    ...(distributedAt !== undefined && { distributedAt }),
    gifts,
    amount,
    given,
    carried,
    rows,
    charities,
    cities,
  };
}

/** One batch of a run. One that is not the next does nothing. */
export const step = internalMutation({
  args: { weekStartDate: v.number(), step: v.number() },
  returns: v.null(),
  handler: async (ctx, { weekStartDate, step }) => {
    const run = await runOf(ctx, weekStartDate);
    if (run?.step === step && run.distributedAt === undefined) await doStep(ctx, run, Date.now());
    return null;
  },
});

/** The explanations of a week are there, or there will be none: it is told. */
export const explained = internalMutation({
  args: { weekStartDate: v.number() },
  returns: v.null(),
  handler: async (ctx, { weekStartDate }) => {
    const run = await runOf(ctx, weekStartDate);
    if (run) await finishExplaining(ctx, run, Date.now());
    return null;
  },
});
