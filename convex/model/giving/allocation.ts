import { writeReason } from "../../../shared/money/shareFacts.ts";
import {
  type Claim,
  type Row,
  type Segment,
  splitGift,
  type Stream,
} from "../../../shared/money/shareOut.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { City } from "./commonPot.ts";
import { partsOf } from "./corrections.ts";
import { post } from "./ledger.ts";
import { carryOver } from "./payments.ts";
import { cityRunOf } from "./week.ts";
import type { Gifts } from "../../../shared/money/giftCounts.ts";
import { type Plan, planCity } from "../../../shared/money/planCity.ts";
import { maxActiveNeeds } from "./charityFields.ts";

// Allocates a city's gifts, the largest first, in pages: each gift is split among the charities of
// the fixed plan, and all of its rows are written in one transaction.

type Run = Doc<"distributionRuns">;

/** Gifts per transaction; each gift writes about eight rows at most. */
const batch = 200;

type Segments = Map<string, { allocation: Doc<"allocations">; segment: Segment; givers: number }>;

export async function allocate(ctx: MutationCtx, run: Run, now: number): Promise<Partial<Run>> {
  const { weekStartDate, cityKey = "" } = run;
  const cityRun = await cityRunOf(ctx, weekStartDate, cityKey);
  if (!cityRun) throw new Error("the city that is allocated is gone");
  const page = await ctx.db
    .query("gifts")
    .withIndex("by_week_and_city", (q) =>
      q.eq("weekStartDate", weekStartDate).eq("cityKey", cityKey),
    )
    .order("desc")
    .paginate({ numItems: batch, cursor: run.cursor });
  const sums = await allocatePage(ctx, cityRun, page.page, now);
  const done = { given: cityRun.given + sums.given, carried: cityRun.carried + sums.carried };
  if (page.isDone && (done.given !== cityRun.toGive || done.carried !== cityRun.toCarry))
    throw new Error(`${cityRun.city} was not given what was planned`);
  await ctx.db.patch("cityRuns", cityRun._id, {
    ...done,
    smallAt: sums.smallAt,
    largeAt: sums.largeAt,
    ...(cityRun.corrected !== undefined && { correctedAt: sums.correctedAt }),
  });
  return {
    given: run.given + sums.given,
    carried: run.carried + sums.carried,
    rows: run.rows + sums.rows,
    ...(sums.pot.amount > 0 && {
      pot: { ...sums.pot, amount: sums.pot.amount + (run.pot?.amount ?? 0) },
    }),
    ...(page.isDone
      ? { state: "planning" as const, cursor: null }
      : { cursor: page.continueCursor }),
  };
}

async function allocatePage(
  ctx: MutationCtx,
  cityRun: Doc<"cityRuns">,
  gifts: Doc<"gifts">[],
  now: number,
) {
  const touched: Segments = new Map();
  const { smallAt, largeAt, smallRows, corrected = 0, correctedAt = 0 } = cityRun;
  const amounts = gifts.map(({ amount }) => amount);
  const parts = partsOf(amounts, { corrected, whole: cityRun.amount, before: correctedAt });
  const need = amounts.reduce((sum, amount) => sum + amount, 0);
  const small = await streamFrom(ctx, cityRun, { stream: "small", at: smallAt, need }, touched);
  const large = await streamFrom(ctx, cityRun, { stream: "large", at: largeAt, need }, touched);
  const sums = { given: 0, carried: 0, rows: 0 };
  const pot = { amount: 0, city: "" };
  for (const [index, gift] of gifts.entries()) {
    const part = parts[index] ?? 0;
    const cents = gift.amount - part;
    const { rows, carried } = splitGift(cents, { small, large, smallRows });
    const taken = await writeGift(ctx, gift, { rows, carried, corrected: part }, touched, now);
    if (taken) Object.assign(pot, { amount: pot.amount + carried, city: taken.city });
    sums.given += cents - carried;
    sums.carried += carried;
    sums.rows += rows.length;
  }
  for (const { allocation, segment, givers } of touched.values())
    if (segment.given !== allocation.given)
      await ctx.db.patch("allocations", allocation._id, {
        given: segment.given,
        givers: allocation.givers + givers,
      });
  const at = { smallAt: smallAt + small.at, largeAt: largeAt + large.at };
  return { ...sums, ...at, pot, correctedAt: correctedAt + need };
}

/** Loads the charities of a stream that a page of gifts can reach: enough to take `need` cents. */
async function streamFrom(
  ctx: MutationCtx,
  { weekStartDate, cityKey }: Doc<"cityRuns">,
  { stream, at, need }: { stream: "small" | "large"; at: number; need: number },
  touched: Segments,
): Promise<Stream> {
  const segments: Segment[] = [];
  const rows = ctx.db
    .query("allocations")
    .withIndex("by_stream", (q) =>
      q
        .eq("weekStartDate", weekStartDate)
        .eq("cityKey", cityKey)
        .eq("stream", stream)
        .gte("position", at),
    );
  let room = 0;
  for await (const allocation of rows) {
    const { charityId, amount, given } = allocation;
    const segment = { id: charityId, amount, given };
    segments.push(segment);
    touched.set(charityId, { allocation, segment, givers: 0 });
    room += amount - given;
    if (room >= need) break;
  }
  return { segments, at: 0 };
}

/**
 * Writes the result of one gift: its distributions, its ledger entry and the amount carried over.
 * Returns the city of the common pot where that took the latter.
 */
async function writeGift(
  ctx: MutationCtx,
  gift: Doc<"gifts">,
  { rows, carried, corrected }: { rows: Row[]; carried: number; corrected: number },
  touched: Segments,
  now: number,
): Promise<City | null> {
  const { _id, subscriptionId, weekStartDate } = gift;
  const given = gift.amount - corrected - carried;
  const more = corrected > 0 ? { corrected } : {};
  await ctx.db.patch("gifts", _id, { given, carriedOut: carried, ...more });
  const lines: Doc<"bookEntries">["lines"] = [];
  for (const { id, amount } of rows) {
    const reached = touched.get(id);
    if (!reached) throw new Error("a charity that was not planned");
    reached.givers++;
    const { charityId } = reached.allocation;
    lines.push({ account: "charity", charityId, amount });
    await createDistribution(ctx, gift, reached.allocation, amount, now);
  }
  if (given > 0) {
    lines.unshift({ account: "held", amount: -given });
    const key = `given:${_id}`;
    await post(ctx, { key, kind: "given", subscriptionId, weekStartDate, lines, at: now });
    await ctx.db.patch("subscriptions", subscriptionId, { lastDistributionDate: now });
  }
  if (carried === 0) return null;
  return await carryOver(ctx, gift, await subscriptionOf(ctx, subscriptionId), carried);
}

async function createDistribution(
  ctx: MutationCtx,
  { subscriptionId, weekStartDate }: Doc<"gifts">,
  { charityId, urgency, gap }: Doc<"allocations">,
  amount: number,
  now: number,
): Promise<void> {
  await ctx.db.insert("distributions", {
    subscriptionId,
    charityId,
    amount,
    distributionDate: now,
    weekStartDate,
    reason: writeReason({ urgency, gap }),
    createdAt: now,
  });
}

async function subscriptionOf(ctx: MutationCtx, id: Id<"subscriptions">) {
  const subscription = await ctx.db.get("subscriptions", id);
  if (!subscription) throw new Error("a gift without its subscription");
  return subscription;
}

// Plans a city's week from the current needs. Both the run and the preview use it, so that they
// agree.

/** A charity that takes part in the sharing, with the sum of its active needs. */
export type Claimant = Claim & {
  id: Id<"charities">;
  /**
   * 0 to 100, in tenths: of several needs the average, weighted by their gaps, so that urgency times
   * gap gives the charity's part of the city.
   */
  urgency: number;
  /** Sorted by urgency, the most urgent first. */
  needs: Doc<"needsData">[];
};

export async function planOf(
  ctx: Pick<QueryCtx, "db">,
  cityKey: string,
  gifts: Gifts,
  weekStartDate: number,
): Promise<{ plan: Plan; claimants: Map<string, Claimant> }> {
  const claimants = await claimantsOf(ctx, cityKey);
  return { plan: planCity(gifts, [...claimants.values()], weekStartDate), claimants };
}

async function claimantsOf(ctx: Pick<QueryCtx, "db">, cityKey: string) {
  const needs = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => q.eq("isActive", true).eq("cityKey", cityKey))
    .take(maxActiveNeeds);
  const claimants = new Map<string, Claimant>();
  for (const need of needs.toSorted((a, b) => b.urgencyScore - a.urgencyScore)) {
    const { charityId: id, urgencyScore, fundingGap } = need;
    const known = claimants.get(id) ?? { id, weight: 0, gap: 0, urgency: urgencyScore, needs: [] };
    known.weight += urgencyScore * fundingGap;
    known.gap += fundingGap;
    known.urgency = Math.round((known.weight * 10) / known.gap) / 10;
    known.needs.push(need);
    claimants.set(id, known);
  }
  return claimants;
}
