import { countGifts, type Gifts, noGifts } from "../../../shared/money/giftCounts.ts";
import { weekStart } from "../../../shared/time/week.ts";
import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { invalidateBoards } from "../live/boards.ts";
import { refusal } from "../refusal.ts";
import { allocate, type Claimant, planOf } from "./allocation.ts";
import { correctionFor, owedAfter, partsOf, takeCorrections, withoutParts } from "./corrections.ts";
import { latestRun } from "./payments.ts";
import { lowerGap } from "./needs.ts";
import { cityRunOf, runOf } from "./week.ts";

// A week's run: it counts the gifts of each city, then plans and allocates city by city. Each step
// is one transaction that also schedules the next step, so that each happens exactly once. A step
// with another number than the run's does nothing, so that resuming a run is always safe.

type Run = Doc<"distributionRuns">;

/** Gifts per counting step. */
const countBatch = 1000;
/** A run without progress for this long is resumed. */
export const stuckMs = 10 * 60_000;

/**
 * Begins a week's run. Idempotent: an existing run is returned unchanged.
 *
 * @throws `bad-week`, `run-under-way`
 */
export async function beginRun(
  ctx: MutationCtx,
  weekStartDate: number,
  startedBy: Id<"users"> | undefined,
  now: number,
): Promise<{ isNew: boolean; run: Run }> {
  const known = await runOf(ctx, weekStartDate);
  if (known) return { isNew: false, run: known };
  const last = await latestRun(ctx);
  const isWeek = weekStart(weekStartDate) === weekStartDate && weekStartDate <= weekStart(now);
  if (!isWeek || (last && last.weekStartDate > weekStartDate)) throw refusal("bad-week");
  // A week starts with the amount that the week before carries over, so runs do not overlap.
  if (last && last.distributedAt === undefined) throw refusal("run-under-way");
  const id = await ctx.db.insert("distributionRuns", {
    weekStartDate,
    state: "counting",
    step: 0,
    cursor: null,
    startedAt: now,
    ...(startedBy && { startedBy }),
    progressAt: now,
    gifts: 0,
    amount: 0,
    given: 0,
    carried: 0,
    rows: 0,
    charities: 0,
    cities: 0,
  });
  await scheduleStep(ctx, { weekStartDate, step: 0 });
  const run = await ctx.db.get("distributionRuns", id);
  if (!run) throw new Error("the run was not written");
  return { isNew: true, run };
}

export async function scheduleStep(
  ctx: MutationCtx,
  { weekStartDate, step }: Pick<Run, "weekStartDate" | "step">,
): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.portfolioManager.step, { weekStartDate, step });
}

/** Does the next step of a run that is not distributed yet, and schedules what follows. */
export async function doStep(ctx: MutationCtx, run: Run, now: number): Promise<void> {
  const changes = await nextOf(ctx, run, now);
  const step = run.step + 1;
  await ctx.db.patch("distributionRuns", run._id, { ...changes, step, progressAt: now });
  if (changes.distributedAt !== undefined) await invalidateBoards(ctx, "impact", now);
  if (changes.state === "explaining")
    await ctx.scheduler.runAfter(0, internal.explanations.explainWeek, {
      weekStartDate: run.weekStartDate,
    });
  else await scheduleStep(ctx, { weekStartDate: run.weekStartDate, step });
}

async function nextOf(ctx: MutationCtx, run: Run, now: number): Promise<Partial<Run>> {
  switch (run.state) {
    case "counting":
      return await count(ctx, run);
    case "planning":
      return await plan(ctx, run, now);
    case "correcting":
      return await correct(ctx, run, now);
    case "allocating":
      return await allocate(ctx, run, now);
    case "explaining":
    case "reporting":
    case "done":
      throw new Error(`a run that is ${run.state} has no step`);
  }
}

/** Counts a page of the week's gifts by city. */
async function count(ctx: MutationCtx, run: Run): Promise<Partial<Run>> {
  const { weekStartDate } = run;
  const page = await ctx.db
    .query("gifts")
    .withIndex("by_week_and_city", (q) => q.eq("weekStartDate", weekStartDate))
    .paginate({ numItems: countBatch, cursor: run.cursor });
  for (const gifts of byCity(page.page)) await countCity(ctx, weekStartDate, gifts);
  const amount = run.amount + page.page.reduce((sum, gift) => sum + gift.amount, 0);
  const counted = { gifts: run.gifts + page.page.length, amount };
  return page.isDone
    ? { ...counted, state: "planning", cursor: null }
    : { ...counted, cursor: page.continueCursor };
}

function byCity(gifts: Doc<"gifts">[]): Doc<"gifts">[][] {
  return [...Map.groupBy(gifts, ({ cityKey }) => cityKey).values()];
}

async function countCity(ctx: MutationCtx, weekStartDate: number, gifts: Doc<"gifts">[]) {
  const [first] = gifts;
  if (!first) return;
  const { city, cityKey } = first;
  const known = await cityRunOf(ctx, weekStartDate, cityKey);
  const counted = countGifts(
    known ? giftsOfCity(known) : noGifts,
    gifts.map(({ amount }) => amount),
  );
  const { count, ...others } = counted;
  if (known) await ctx.db.patch("cityRuns", known._id, { gifts: count, ...others });
  else
    await ctx.db.insert("cityRuns", {
      weekStartDate,
      city,
      cityKey,
      gifts: count,
      ...others,
      isPlanned: false,
      eligible: 0,
      charities: 0,
      toGive: 0,
      toCarry: 0,
      given: 0,
      carried: 0,
      smallRows: 0,
      smallAt: 0,
      largeAt: 0,
    });
}

function giftsOfCity({ gifts, amount, largest, counts }: Doc<"cityRuns">): Gifts {
  return { count: gifts, amount, largest, counts };
}

/**
 * Plans the next city: fixes what its charities receive. After the last city, the week is
 * distributed.
 */
async function plan(ctx: MutationCtx, run: Run, now: number): Promise<Partial<Run>> {
  const { weekStartDate, cityKey: last } = run;
  const cityRun = await ctx.db
    .query("cityRuns")
    .withIndex("by_week_and_city", (q) =>
      last === undefined
        ? q.eq("weekStartDate", weekStartDate)
        : q.eq("weekStartDate", weekStartDate).gt("cityKey", last),
    )
    .first();
  if (!cityRun) {
    const owed = await owedAfter(ctx, run);
    return { state: "explaining", distributedAt: now, ...(owed > 0 && { owed }) };
  }
  const { _id, cityKey, amount } = cityRun;
  const corrected = await correctionFor(ctx, cityKey, { weekStartDate, amount });
  if (corrected === 0) return await planCityRun(ctx, run, cityRun, giftsOfCity(cityRun), now);
  await takeCorrections(ctx, cityKey, { weekStartDate, amount: corrected });
  await ctx.db.patch("cityRuns", _id, { corrected, correctedAt: 0 });
  const sum = (run.corrected ?? 0) + corrected;
  return { state: "correcting", cityKey, cursor: null, corrected: sum };
}

/** Counts a page of a city's gifts without their parts of a correction; after the last, plans it. */
async function correct(ctx: MutationCtx, run: Run, now: number): Promise<Partial<Run>> {
  const { weekStartDate, cityKey = "" } = run;
  const cityRun = await cityRunOf(ctx, weekStartDate, cityKey);
  if (!cityRun) throw new Error("the city that is corrected is gone");
  const page = await ctx.db
    .query("gifts")
    .withIndex("by_week_and_city", (q) =>
      q.eq("weekStartDate", weekStartDate).eq("cityKey", cityKey),
    )
    .order("desc")
    .paginate({ numItems: countBatch, cursor: run.cursor });
  const amounts = page.page.map(({ amount }) => amount);
  const { corrected = 0, correctedAt = 0 } = cityRun;
  const parts = partsOf(amounts, { corrected, whole: cityRun.amount, before: correctedAt });
  const net = withoutParts(cityRun.net, amounts, parts);
  if (page.isDone) {
    await ctx.db.patch("cityRuns", cityRun._id, { correctedAt: 0 });
    const gifts = { ...net, amount: cityRun.amount - corrected };
    return await planCityRun(ctx, run, cityRun, gifts, now);
  }
  const { count, largest, counts } = net;
  await ctx.db.patch("cityRuns", cityRun._id, {
    net: { count, largest, counts },
    correctedAt: correctedAt + amounts.reduce((sum, amount) => sum + amount, 0),
  });
  return { cursor: page.continueCursor };
}

/** Fixes what the charities of a city receive of these gifts. */
async function planCityRun(
  ctx: MutationCtx,
  run: Run,
  cityRun: Doc<"cityRuns">,
  gifts: Gifts,
  now: number,
): Promise<Partial<Run>> {
  const { weekStartDate } = run;
  const { cityKey } = cityRun;
  const planned = await planOf(ctx, cityKey, gifts, weekStartDate);
  const charities = await writePlan(ctx, cityRun, planned, now);
  return {
    state: "allocating",
    cityKey,
    cursor: null,
    charities: run.charities + charities,
    cities: run.cities + (charities > 0 ? 1 : 0),
  };
}

async function writePlan(
  ctx: MutationCtx,
  { _id, weekStartDate, city, cityKey }: Doc<"cityRuns">,
  { plan, claimants }: Awaited<ReturnType<typeof planOf>>,
  now: number,
): Promise<number> {
  const positions = { small: 0, large: 0 };
  for (const { id, amount, stream } of plan.charities) {
    const claimant = claimants.get(id);
    if (!claimant || amount === 0) continue;
    await ctx.db.insert("allocations", {
      weekStartDate,
      charityId: claimant.id,
      city,
      cityKey,
      urgency: claimant.urgency,
      gap: claimant.gap,
      stream,
      position: positions[stream]++,
      amount,
      given: 0,
      givers: 0,
    });
    await fill(ctx, claimant, amount, now);
  }
  const charities = positions.small + positions.large;
  const { smallRows, toGive, toCarry, eligible } = plan;
  const planned = { isPlanned: true, smallRows, toGive, toCarry, eligible, charities };
  await ctx.db.patch("cityRuns", _id, planned);
  return charities;
}

/** Lowers the gaps of a charity's needs by the amount it receives, the most urgent need first. */
async function fill(ctx: MutationCtx, { needs }: Claimant, amount: number, now: number) {
  let left = amount;
  for (const need of needs) {
    const by = Math.min(left, need.fundingGap);
    if (by > 0) await lowerGap(ctx, need, by, now);
    left -= by;
  }
}
