import { type Infer, v } from "convex/values";
import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { distribution, explanation, runState } from "../fields.ts";
import type { UserCaller } from "../callers/caller.ts";
import { refusal } from "../refusal.ts";

// The public view of a week, shared by the command, the announcement and the pictures.

/** A charity's share of one week; money in cents. */
export const share = v.object({
  charityId: v.id("charities"),
  name: v.string(),
  city: v.string(),
  latitude: v.optional(v.number()),
  longitude: v.optional(v.number()),
  amount: v.number(),
  urgency: v.number(),
  gap: v.number(),
  explanation: v.optional(explanation),
});
export type Share = Infer<typeof share>;

export const weekView = v.object({
  weekStartDate: v.number(),
  state: runState,
  /** The money available, given to charities and carried over to the next week; cents. */
  amount: v.number(),
  given: v.number(),
  carried: v.number(),
  gifts: v.number(),
  charities: v.number(),
  cities: v.number(),
  /** The largest shares, at most `maxShares`, sorted by amount. */
  shares: v.array(share),
});
export type WeekView = Infer<typeof weekView>;

const maxShares = 60;

export async function runOf(
  ctx: Pick<QueryCtx, "db">,
  weekStartDate: number,
): Promise<Doc<"distributionRuns"> | null> {
  return await ctx.db
    .query("distributionRuns")
    .withIndex("by_week", (q) => q.eq("weekStartDate", weekStartDate))
    .unique();
}

/** The latest distributed week; the run of the week after it can be under way. */
export async function lastDistributed(
  ctx: Pick<QueryCtx, "db">,
): Promise<Doc<"distributionRuns"> | null> {
  const latest = await ctx.db.query("distributionRuns").withIndex("by_week").order("desc").take(2);
  return latest.find(({ distributedAt }) => distributedAt !== undefined) ?? null;
}

/** One city of a week's run; null before its gifts are counted. */
export async function cityRunOf(
  ctx: Pick<QueryCtx, "db">,
  weekStartDate: number,
  cityKey: string,
): Promise<Doc<"cityRuns"> | null> {
  return await ctx.db
    .query("cityRuns")
    .withIndex("by_week_and_city", (q) =>
      q.eq("weekStartDate", weekStartDate).eq("cityKey", cityKey),
    )
    .unique();
}

/** A distributed week; null where the run does not exist or is under way. */
export async function weekViewOf(
  ctx: Pick<QueryCtx, "db">,
  weekStartDate: number,
): Promise<WeekView | null> {
  const run = await runOf(ctx, weekStartDate);
  if (run?.distributedAt === undefined) return null;
  const rows = await ctx.db
    .query("allocations")
    .withIndex("by_week_and_amount", (q) => q.eq("weekStartDate", weekStartDate).gt("amount", 0))
    .order("desc")
    .take(maxShares);
  const { state, amount, given, carried, gifts, charities, cities } = run;
  const shares = await Promise.all(rows.map(async (row) => await shareOf(ctx, row, row.amount)));
  return { weekStartDate, state, amount, given, carried, gifts, charities, cities, shares };
}

/** A charity's share of a week, or, with another `amount`, of one giver's money. */
export async function shareOf(
  ctx: Pick<QueryCtx, "db">,
  row: Pick<Doc<"allocations">, "charityId" | "city" | "urgency" | "gap" | "explanation">,
  amount: number,
): Promise<Share> {
  const { charityId, city, urgency, gap, explanation } = row;
  const charity = await ctx.db.get("charities", charityId);
  const { latitude, longitude } = charity ?? {};
  return {
    charityId,
    name: charity?.name ?? "",
    // As the charity spells it; givers spell it in many ways.
    city: charity?.city ?? city,
    amount,
    urgency,
    gap,
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
    ...(explanation && { explanation }),
  };
}

/** A charity's planned share of a week; null where it has none. */
export async function allocationOf(
  ctx: Pick<QueryCtx, "db">,
  charityId: Id<"charities">,
  weekStartDate: number,
): Promise<Doc<"allocations"> | null> {
  return await ctx.db
    .query("allocations")
    .withIndex("by_charity", (q) => q.eq("charityId", charityId).eq("weekStartDate", weekStartDate))
    .unique();
}

/** Distributions of one subscription in one week: a few charities for each of its cities. */
const maxRows = 100;

/** A subscription's distributions in a week (a Monday, 00:00 UTC), one per charity. */
export async function distributionsOf(
  ctx: Pick<QueryCtx, "db">,
  subscriptionId: Id<"subscriptions">,
  weekStartDate: number,
): Promise<Doc<"distributions">[]> {
  return await ctx.db
    .query("distributions")
    .withIndex("by_subscription", (q) =>
      q.eq("subscriptionId", subscriptionId).eq("weekStartDate", weekStartDate),
    )
    .take(maxRows);
}

/** The distributions of all subscriptions to which these gifts belong. */
export async function distributionsOfGifts(
  ctx: Pick<QueryCtx, "db">,
  gifts: readonly Doc<"gifts">[],
  weekStartDate: number,
): Promise<Doc<"distributions">[]> {
  const rows: Doc<"distributions">[] = [];
  for (const subscriptionId of new Set(gifts.map((gift) => gift.subscriptionId)))
    rows.push(...(await distributionsOf(ctx, subscriptionId, weekStartDate)));
  return rows;
}

export const shown = distribution.omit("createdAt");

export function toShown(row: Doc<"distributions">): Infer<typeof shown> {
  const { subscriptionId, charityId, amount, distributionDate, weekStartDate, reason } = row;
  return { subscriptionId, charityId, amount, distributionDate, weekStartDate, reason };
}

const maxOwnRows = 500;

/** The distributions of one of the caller's subscriptions; empty for another user's. */
export async function ownDistributions(
  ctx: QueryCtx & { caller: UserCaller },
  { subscriptionId }: { subscriptionId: Id<"subscriptions"> },
) {
  const subscription = await ctx.db.get("subscriptions", subscriptionId);
  if (subscription?.userId !== ctx.caller.user._id) return [];
  const rows = await ctx.db
    .query("distributions")
    .withIndex("by_subscription", (q) => q.eq("subscriptionId", subscriptionId))
    .order("desc")
    .take(maxOwnRows);
  return rows.map(toShown);
}

/** The distributions to a charity, the latest week first, in pages. */
export async function distributionsOfCharity(
  ctx: QueryCtx,
  { charityId, paginationOpts }: { charityId: Id<"charities">; paginationOpts: PaginationOptions },
) {
  const page = await ctx.db
    .query("distributions")
    .withIndex("by_charity", (q) => q.eq("charityId", charityId))
    .order("desc")
    .paginate(paginationOpts);
  return { ...page, page: page.page.map(toShown) };
}

/** The distributions of a week, in pages. */
export async function distributionsOfWeek(
  ctx: QueryCtx,
  { weekStartDate, paginationOpts }: { weekStartDate: number; paginationOpts: PaginationOptions },
) {
  const page = await ctx.db
    .query("distributions")
    .withIndex("by_week", (q) => q.eq("weekStartDate", weekStartDate))
    .paginate(paginationOpts);
  return { ...page, page: page.page.map(toShown) };
}

// Weekly totals for the community's charts.

/** One year. */
const maxWeeks = 53;

/** The totals of the distributed weeks in cents, the latest first. */
export async function weekTotals(ctx: QueryCtx, { from, to }: { from: number; to: number }) {
  const runs = await ctx.db
    .query("distributionRuns")
    .withIndex("by_week", (q) => q.gte("weekStartDate", from).lte("weekStartDate", to))
    .order("desc")
    .take(maxWeeks);
  return runs
    .filter(({ distributedAt }) => distributedAt !== undefined)
    .map(({ weekStartDate, given, carried }) => ({ weekStartDate, given, carried }));
}

/**
 * The weekly amounts that one approved charity received, in cents.
 *
 * @throws `no-such-charity`
 */
export async function weeksOfCharity(
  ctx: QueryCtx,
  { charityId, from, to }: { charityId: string; from: number; to: number },
) {
  const id = ctx.db.normalizeId("charities", charityId);
  const row = id && (await ctx.db.get("charities", id));
  if (row?.verificationStatus !== "approved") throw refusal("no-such-charity");
  const rows = await ctx.db
    .query("allocations")
    .withIndex("by_charity", (q) =>
      q.eq("charityId", row._id).gte("weekStartDate", from).lte("weekStartDate", to),
    )
    .order("desc")
    .take(maxWeeks);
  const weeks = rows.map(({ weekStartDate, given, givers }) => ({
    weekStartDate,
    given,
    givers,
  }));
  return { name: row.name, city: row.city, weeks };
}
