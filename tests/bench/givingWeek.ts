import { internal } from "../../convex/_generated/api.js";
import type { MutationCtx } from "../../convex/_generated/server.js";
import { takePayment } from "../../convex/model/giving/payments.ts";
import { beginRun } from "../../convex/model/giving/run.ts";
import { weeklyAmounts } from "../../shared/money/money.ts";
import { weekStart } from "../../shared/time/week.ts";
import { charityRow, needRow } from "../support/convex/charityRows.ts";
import { type PlazaHere, startPlazaHere } from "./convex.ts";
import type { Giving } from "./giving.ts";

// One week of one community, measured transaction by transaction; the number of subscriptions is the
// argument, the result is JSON. Convex's limits are enforced: a transaction over one would throw.

const subscriptions = Number(process.argv[2]);
/** A city of a thousand givers and ten charities each; at least ten cities. */
const cities = Math.max(10, Math.ceil(subscriptions / 1000));
const charities = cities * 10;
const now = Date.UTC(2026, 10, 18, 12);
const week = weekStart(now);

const t = startPlazaHere({ transactionLimits: true });
await fill(t);
const ofMoney = await money(t);
const ofReports = await reports(t);
const { rows } = await runState(t);
const sum = (costs: Cost[], of: (cost: Cost) => number) =>
  costs.reduce((total, cost) => total + of(cost), 0);
const most = (of: (cost: Cost) => number) => Math.max(...[...ofMoney, ...ofReports].map(of));
const reported = Math.min(subscriptions, ofReports.length * 100);
const result: Giving = {
  subscriptions,
  charities,
  transactions: ofMoney.length,
  "read for each": sum(ofMoney, ({ read }) => read) / subscriptions,
  "written for each": sum(ofMoney, ({ written }) => written) / subscriptions,
  "report: read": sum(ofReports, ({ read }) => read) / reported,
  "report: written": sum(ofReports, ({ written }) => written) / reported,
  "most read": most(({ read }) => read),
  "most written": most(({ written }) => written),
  "most MiB": most(({ bytes }) => bytes) / 2 ** 20,
  rows,
};
process.stdout.write(JSON.stringify(result));
process.exit(0);

type Cost = { read: number; written: number; bytes: number };

/** Subscriptions that have each paid once, straight into the tables but for the payment. */
async function fill(plaza: PlazaHere): Promise<void> {
  await inParts(plaza, charities, async ({ db }, index) => {
    const cityKey = `city ${index % cities}`;
    const named = { name: `Charity ${index}`, city: cityKey, cityKey };
    const charityId = await db.insert("charities", charityRow(named));
    const urgencyScore = 10 + ((index * 37) % 90);
    const fundingGap = 10_000 + ((index * 7919) % 1_000_000);
    await db.insert("needsData", needRow(charityId, { cityKey, urgencyScore, fundingGap }));
  });
  await inParts(plaza, subscriptions, async (ctx, index) => {
    const userId = await ctx.db.insert("users", {
      primaryAuthMethod: "social",
      role: "member",
      accountStatus: "active",
      plan: "free",
      storageUsedBytes: 0,
      lastLoginAt: 0,
    });
    const city = `city ${index % cities}`;
    const id = await ctx.db.insert("subscriptions", {
      userId,
      amount: weeklyAmounts[index % 5] ?? 500,
      status: "active",
      stripeSubscriptionId: `sub_${index}`,
      stripeCustomerId: `cus_${index}`,
      city,
      cityKey: city,
      startDate: 0,
      stripeAt: 0,
      createdAt: 0,
      updatedAt: 0,
    });
    const subscription = await ctx.db.get("subscriptions", id);
    if (!subscription) throw new Error("the subscription was not written");
    const payment = { invoiceId: `in_${index}`, amount: subscription.amount, paidAt: now };
    await takePayment(ctx, subscription, payment, now);
  });
}

async function inParts(
  plaza: PlazaHere,
  count: number,
  write: (ctx: MutationCtx, index: number) => Promise<void>,
): Promise<void> {
  const part = 500;
  for (let first = 0; first < count; first += part)
    await plaza.mutation(async (ctx) => {
      for (let index = first; index < Math.min(first + part, count); index++)
        await write(ctx, index);
    });
}

/** Every step of the run, until the money is distributed. */
async function money(plaza: PlazaHere): Promise<Cost[]> {
  const all: Cost[] = [];
  await measured(plaza, async (ctx) => void (await beginRun(ctx, week, undefined, now)));
  for (let step = 0; ; step++) {
    const before = await runState(plaza);
    if (before.distributedAt !== undefined) return all;
    all.push(
      await measured(plaza, async (ctx) => {
        await ctx.runMutation(internal.portfolioManager.step, { weekStartDate: week, step });
      }),
    );
  }
}

/**
 * The first batches of reports: each is as large as the others, and convex-test, which has no
 * indexes in order, would take an hour for all of a hundred thousand.
 */
async function reports(plaza: PlazaHere): Promise<Cost[]> {
  const mostReports = 20;
  const all: Cost[] = [];
  await measured(plaza, async (ctx) => {
    await ctx.runMutation(internal.portfolioManager.explained, { weekStartDate: week });
  });
  for (;;) {
    const { state, cursor } = await runState(plaza);
    if (state === "done" || all.length === mostReports) return all;
    all.push(
      await measured(plaza, async (ctx) => {
        const next = { weekStartDate: week, cursor };
        await ctx.runMutation(internal.scheduled.generateWeeklyReports, next);
      }),
    );
  }
}

async function runState(plaza: PlazaHere) {
  const run = await plaza.run(async ({ db }) => await db.query("distributionRuns").first());
  if (!run) throw new Error("there is no run");
  return run;
}

/** What a transaction reads and writes. What it schedules does not begin by itself here. */
async function measured(
  plaza: PlazaHere,
  work: (ctx: MutationCtx) => Promise<void>,
): Promise<Cost> {
  const real = globalThis.setTimeout;
  globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout;
  try {
    return await plaza.mutation(async (ctx) => {
      await work(ctx);
      const metrics = await ctx.meta.getTransactionMetrics();
      const bytes = Math.max(metrics.bytesRead.used, metrics.bytesWritten.used);
      return {
        read: metrics.documentsRead.used,
        written: metrics.documentsWritten.used,
        bytes,
      };
    });
  } finally {
    globalThis.setTimeout = real;
  }
}
