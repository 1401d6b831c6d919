import { type Infer, v } from "convex/values";
import { addGifts, type Gifts } from "../shared/money/giftCounts.ts";
import { internal } from "./_generated/api.js";
import { internalMutation, internalQuery } from "./_generated/server.js";
import { adminAction, adminMutation, adminQuery } from "./functions.ts";
import { beginRun, doStep, scheduleStep, stuckMs } from "./model/giving/run.ts";
import { finishExplaining } from "./model/giving/reports.ts";
import { runOf } from "./model/giving/week.ts";
import { refusal } from "./model/refusal.ts";
import {
  cityGifts,
  countGiftsByCity,
  dueDistribution,
  plannedShare,
  plannedShares,
  shownCheck,
  shownRun,
  toShownRun,
} from "./model/giving/preview.ts";
const plannedCity = v.object({
  city: v.string(),
  gifts: v.number(),
  amount: v.number(),
  /** Cents that make up for returned money; `toGive` and `toCarry` are the rest. */
  corrected: v.number(),
  toGive: v.number(),
  toCarry: v.number(),
  /** The number of charities with a need; `shares` leaves out those that no gift reaches. */
  eligible: v.number(),
  shares: v.array(plannedShare),
});

/**
 * The next week to distribute, and the last run. `weekStartDate` is null where no week has gifts;
 * `hasEnded` is computed at `now` (Unix milliseconds by the caller's clock).
 */
export const due = adminQuery({
  args: { now: v.number() },
  returns: v.object({
    weekStartDate: v.union(v.number(), v.null()),
    hasEnded: v.boolean(),
    last: v.union(shownRun, v.null()),
    /** The last finished check of the ledger; cents. */
    books: v.union(shownCheck, v.null()),
  }),
  handler: async (ctx, args) => await dueDistribution(ctx, args),
});

/** One page of a week's gifts, counted by city. */
export const countWeek = internalQuery({
  args: { weekStartDate: v.number(), cursor: v.union(v.string(), v.null()) },
  returns: v.object({ cities: v.array(cityGifts), cursor: v.union(v.string(), v.null()) }),
  handler: async (ctx, args) => await countGiftsByCity(ctx, args),
});

/** The shares that the charities of a city would receive of these gifts in this week. */
export const calculateDistribution = internalQuery({
  args: { weekStartDate: v.number(), gifts: cityGifts },
  returns: plannedCity,
  handler: async (ctx, args) => await plannedShares(ctx, args),
});

type CityGifts = Gifts & { city: string; cityKey: string };

/**
 * The planned shares of a week that is not distributed yet, computed by the run's functions;
 * nothing is written.
 *
 * @throws `already-distributed`
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
        // A city's gifts can span two pages.
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
 * Begins the run of a week: a Monday, 00:00 UTC, of this week or before. Idempotent: a second call
 * returns the existing run (`isNew` is false), and resumes it where it is stuck.
 *
 * @throws `bad-week`: no such Monday, or before the last run's week; `run-under-way`: the run of
 *   another week is not finished
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

/** Does one step of a run. A step with another number than the run's does nothing. */
export const step = internalMutation({
  args: { weekStartDate: v.number(), step: v.number() },
  returns: v.null(),
  handler: async (ctx, { weekStartDate, step }) => {
    const run = await runOf(ctx, weekStartDate);
    if (run?.step === step && run.distributedAt === undefined) await doStep(ctx, run, Date.now());
    return null;
  },
});

/** Ends the explaining phase of a run: the week is announced and reported. */
export const explained = internalMutation({
  args: { weekStartDate: v.number() },
  returns: v.null(),
  handler: async (ctx, { weekStartDate }) => {
    const run = await runOf(ctx, weekStartDate);
    if (run) await finishExplaining(ctx, run, Date.now());
    return null;
  },
});
