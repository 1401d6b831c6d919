import { type Gifts, addGifts, countGifts, noGifts } from "../../../shared/money/giftCounts.ts";
import { weekMs } from "../../../shared/time/week.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";

// Money that went back to a giver after it had been distributed. First the giver's own next gifts make
// up for it; what they do not cover, the next week's gifts of the city do, each in proportion. After
// four weeks in which the city had no gifts, those of any city do, so that nothing is owed for ever.

type Run = Pick<Doc<"distributionRuns">, "weekStartDate">;

const elsewhereAfterMs = 4 * weekMs;
const maxOpen = 200;

/** The open corrections that a city's gifts of a week make up for, the oldest first. */
async function openFor(
  ctx: Pick<QueryCtx, "db">,
  cityKey: string,
  weekStartDate: number,
): Promise<Doc<"corrections">[]> {
  const own = await ctx.db
    .query("corrections")
    .withIndex("by_open", (q) =>
      q.eq("isOpen", true).eq("cityKey", cityKey).lte("weekStartDate", weekStartDate),
    )
    .take(maxOpen);
  const all = await ctx.db
    .query("corrections")
    .withIndex("by_open", (q) => q.eq("isOpen", true))
    .take(maxOpen);
  const old = all.filter(
    (row) => row.cityKey !== cityKey && row.weekStartDate <= weekStartDate - elsewhereAfterMs,
  );
  return [...own, ...old];
}

/** Cents of a city's gifts (`amount` in all) that make up for returned money in a week. */
export async function correctionFor(
  ctx: Pick<QueryCtx, "db">,
  cityKey: string,
  { weekStartDate, amount }: Run & { amount: number },
): Promise<number> {
  const open = await openFor(ctx, cityKey, weekStartDate);
  return Math.min(
    amount,
    open.reduce((sum, { left }) => sum + left, 0),
  );
}

/** Marks so many cents of the open corrections of a city as made up for, the oldest first. */
export async function takeCorrections(
  ctx: MutationCtx,
  cityKey: string,
  { weekStartDate, amount }: Run & { amount: number },
): Promise<void> {
  await closeCorrections(ctx, await openFor(ctx, cityKey, weekStartDate), amount);
}

/** Cents that are still to be made up for after a week: bounded, since such rows are few. */
export async function owedAfter(ctx: Pick<QueryCtx, "db">, { weekStartDate }: Run) {
  const open = await ctx.db
    .query("corrections")
    .withIndex("by_open", (q) => q.eq("isOpen", true))
    .take(5 * maxOpen);
  return open
    .filter((row) => row.weekStartDate <= weekStartDate)
    .reduce((sum, { left }) => sum + left, 0);
}

/** Lowers corrections by at most so many cents, in their order; returns the cents that were used. */
export async function closeCorrections(
  ctx: MutationCtx,
  rows: readonly Doc<"corrections">[],
  cents: number,
): Promise<number> {
  let rest = cents;
  for (const { _id, left } of rows) {
    const by = Math.min(rest, left);
    if (by > 0) await ctx.db.patch("corrections", _id, { left: left - by, isOpen: left > by });
    rest -= by;
  }
  return cents - rest;
}

/** The open corrections of one subscription. */
export async function openOf(
  ctx: Pick<QueryCtx, "db">,
  { _id }: Pick<Doc<"subscriptions">, "_id">,
): Promise<Doc<"corrections">[]> {
  return await ctx.db
    .query("corrections")
    .withIndex("by_subscription", (q) => q.eq("subscriptionId", _id).eq("isOpen", true))
    .take(maxOpen);
}

/**
 * The parts of gifts, in cents, that together make up for `corrected` of `whole` cents: each gift in
 * proportion, exact to the cent over all of them. `before`: cents of the gifts before these.
 */
export function partsOf(
  amounts: readonly number[],
  { corrected, whole, before }: { corrected: number; whole: number; before: number },
): number[] {
  // Whole cents of a running share: BigInt, since the product can be above 2^53.
  const share = (cents: number) =>
    whole === 0 ? 0 : Number((BigInt(corrected) * BigInt(cents)) / BigInt(whole));
  let sum = before;
  return amounts.map((amount) => {
    const part = share(sum + amount) - share(sum);
    sum += amount;
    return part;
  });
}

/** Gifts without their parts of a correction; those of which nothing is left are not counted. */
export function withoutParts(
  known: Pick<Gifts, "count" | "largest" | "counts"> | undefined,
  amounts: readonly number[],
  parts: readonly number[],
): Gifts {
  const left = amounts.map((amount, index) => amount - (parts[index] ?? 0));
  const counted = countGifts(
    noGifts,
    left.filter((cents) => cents > 0),
  );
  return known ? addGifts({ ...noGifts, ...known }, counted) : counted;
}
