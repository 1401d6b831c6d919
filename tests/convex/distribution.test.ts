import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { takePayment } from "../../convex/model/giving/payments.ts";
import { weekMs } from "../../shared/time/week.ts";
import { charityRow, needRow } from "../support/convex/charityRows.ts";
import {
  balances,
  finish,
  makeCharity,
  makeGiver,
  pay,
  thisWeek,
  written,
} from "../support/convex/givers.ts";
import { refused } from "../support/convex/people.ts";
import {
  as,
  day,
  leo,
  makeBot,
  makeChannel,
  pass,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

/** Two cities, five charities, three givers, each of whom has paid once this week. */
async function community() {
  const t = startPlaza();
  await makeCharity(t, { name: "Soup", urgency: 80, gap: 100_000 });
  await makeCharity(t, { name: "Roof", urgency: 40, gap: 100_000 });
  await makeCharity(t, { name: "Books", urgency: 10, gap: 50_000 });
  await makeCharity(t, { name: "Bikes", city: "Cali", urgency: 50, gap: 300 });
  await makeCharity(t, { name: "Trees", city: "Cali", urgency: 50, gap: 400 });
  const givers = [
    await makeGiver(t, 31),
    await makeGiver(t, 32, { amount: 1000 }),
    await makeGiver(t, 33, { city: " cali", amount: 1000 }),
  ];
  for (const giver of givers) await pay(t, giver);
  return { t, givers, week: thisWeek() };
}

const run = async (t: Awaited<ReturnType<typeof community>>["t"], weekStartDate: number) =>
  await as(t, leo).mutation(api.portfolioManager.distributeFunds, { weekStartDate });

describe("a week's distribution", () => {
  test("shows numbers that give each charity's share, also of several needs", async () => {
    const t = startPlaza();
    const soup = await makeCharity(t, { name: "Soup", urgency: 90, gap: 40_000 });
    await makeCharity(t, { name: "Roof", urgency: 35, gap: 60_000 });
    await t.run(async (ctx) => {
      const cityKey = (await ctx.db.query("needsData").first())?.cityKey ?? "";
      const second = needRow(soup, { cityKey, urgencyScore: 20, fundingGap: 90_000 });
      await ctx.db.insert("needsData", { ...second, category: "rent" });
    });
    await pay(t, await makeGiver(t, 31, { amount: 10_000 }));
    const [city] = await as(t, leo).action(api.portfolioManager.getDistributionPreview, {
      weekStartDate: thisWeek(),
    });
    const weights = city?.shares.map(({ urgency, gap }) => urgency * gap) ?? [];
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const expected = weights.map((weight) => (10_000 * weight) / whole);
    // Urgencies are shown in tenths: a hundredth of the city's money is far above that.
    for (const [index, share] of (city?.shares ?? []).entries())
      expect(Math.abs(share.amount - (expected[index] ?? 0))).toBeLessThan(100);
    expect(city?.shares.map(({ urgency }) => urgency).toSorted()).toEqual([35, 41.5]);
  });

  test("equals its preview, and the preview writes nothing", async () => {
    const { t, week } = await community();
    const before = await written(t);
    const preview = await as(t, leo).action(api.portfolioManager.getDistributionPreview, {
      weekStartDate: week,
    });
    expect(await written(t)).toEqual(before);
    expect(preview.map(({ city, toGive, toCarry }) => ({ city, toGive, toCarry }))).toEqual([
      { city: "Bogotá", toGive: 1500, toCarry: 0 },
      { city: "Cali", toGive: 700, toCarry: 300 },
    ]);
    await run(t, week);
    await finish(t, week);
    const planned = preview.flatMap(({ shares }) =>
      shares.map(({ charityId, amount }) => `${charityId} ${amount}`),
    );
    const given = (await rows(t, "allocations")).map((row) => `${row.charityId} ${row.given}`);
    expect(given.toSorted()).toEqual(planned.toSorted());
  });

  test("gives every cent or carries it over, in agreement with the ledger", async () => {
    const { t, week } = await community();
    await run(t, week);
    await finish(t, week);
    expect(await balances(t)).toEqual({ stripe: -2500, held: 300, charity: 2200 });
    const distributed = (await rows(t, "distributions")).reduce((sum, row) => sum + row.amount, 0);
    expect(distributed).toBe(2200);
    const [made] = await rows(t, "distributionRuns");
    expect(made).toMatchObject({
      state: "done",
      gifts: 3,
      amount: 2500,
      given: 2200,
      carried: 300,
      charities: 5,
      cities: 2,
    });
  });

  test("happens once: running it again changes nothing", async () => {
    const { t, week } = await community();
    expect((await run(t, week)).isNew).toBe(true);
    await finish(t, week);
    const before = await written(t);
    expect((await run(t, week)).isNew).toBe(false);
    await t.mutation(internal.scheduled.weeklyDistribution, {});
    await t.mutation(internal.portfolioManager.step, { weekStartDate: week, step: 0 });
    await finish(t, week);
    expect(await written(t)).toEqual(before);
  });

  test("a batch that is run twice takes effect once", async () => {
    const { t, week } = await community();
    await run(t, week);
    const [begun] = await rows(t, "distributionRuns");
    const step = { weekStartDate: week, step: begun?.step ?? 0 };
    await t.mutation(internal.portfolioManager.step, step);
    await t.mutation(internal.portfolioManager.step, step);
    expect((await rows(t, "distributionRuns"))[0]?.step).toBe(step.step + 1);
    await finish(t, week);
    const [made] = await rows(t, "distributionRuns");
    expect(made).toMatchObject({ state: "done", gifts: 3, given: 2200 });
  });

  test("one week at a time: the next starts with the amount carried over", async () => {
    const { t, week } = await community();
    await pass(t, 7 * day);
    await run(t, week);
    expect(await refused(run(t, week + weekMs))).toBe("run-under-way");
  });

  test("two events about one invoice count as one payment", async () => {
    const { t, givers } = await community();
    const [giver] = givers;
    if (!giver) return;
    const payment = { invoiceId: "in_0", amount: 500, paidAt: Date.now() };
    await t.run(async (ctx) => await takePayment(ctx, giver, payment, Date.now()));
    expect(await balances(t)).toEqual({ stripe: -2500, held: 2500, charity: 0 });
  });

  test("closes its week: later payments count for the next week", async () => {
    const { t, week, givers } = await community();
    await run(t, week);
    const [giver] = givers;
    if (giver) await pay(t, giver);
    await finish(t, week);
    const next = (await rows(t, "gifts")).filter((gift) => gift.weekStartDate === week + weekMs);
    expect(next.map(({ paid, carriedIn }) => ({ paid, carriedIn }))).toEqual([
      { paid: 500, carriedIn: 0 },
      { paid: 0, carriedIn: 300 },
    ]);
    expect((await rows(t, "distributionRuns"))[0]?.amount).toBe(2500);
  });

  test("a payment that Stripe reports late counts for the first open week", async () => {
    const { t, week, givers } = await community();
    await run(t, week);
    await finish(t, week);
    const [giver] = givers;
    if (giver) await pay(t, giver, { at: week - 3 * weekMs });
    const late = (await rows(t, "gifts")).filter((gift) => gift.paid === 500);
    expect(late.map((gift) => gift.weekStartDate)).toEqual([week, week + weekMs]);
  });

  test("money carried over is given when the same city has needs again", async () => {
    const { t, week, givers } = await community();
    // A giver who moves takes later gifts along, but not the money carried over for Cali.
    await t.run(async ({ db }) => {
      const mover = givers[2];
      if (mover) await db.patch(mover._id, { city: "Bogotá", cityKey: "bogota" });
    });
    await run(t, week);
    await finish(t, week);
    const trees = (await rows(t, "charities")).find(({ name }) => name === "Trees");
    const need = (await rows(t, "needsData")).find((row) => row.charityId === trees?._id);
    expect(need).toMatchObject({ fundingGap: 0, isActive: false, source: "calculated" });
    await t.run(async ({ db }) => {
      if (need) await db.patch(need._id, { fundingGap: 250, isActive: true });
    });
    await run(t, week + weekMs).catch(() => null);
    expect(await rows(t, "distributionRuns")).toHaveLength(1);
    await pass(t, 7 * day);
    await run(t, week + weekMs);
    await finish(t, week + weekMs);
    const second = (await rows(t, "cityRuns")).filter((row) => row.weekStartDate > week);
    expect(second).toMatchObject([{ cityKey: "cali", given: 250, carried: 50 }]);
    expect(await balances(t)).toEqual({ stripe: -2500, held: 50, charity: 2450 });
  });

  test("a thousand charities of one city are planned within Convex's limits", async () => {
    const t = startPlaza();
    const cityKey = "bogota";
    await t.run(async ({ db }) => {
      for (let index = 0; index < 1000; index++) {
        const named = { name: `Charity ${index}`, city: "Bogotá", cityKey };
        const charityId = await db.insert("charities", charityRow(named));
        const need = { cityKey, urgencyScore: 1 + (index % 100), fundingGap: 1_000_000 };
        await db.insert("needsData", needRow(charityId, need));
      }
    });
    for (const number of [31, 32, 33]) await pay(t, await makeGiver(t, number, { amount: 10_000 }));
    await run(t, thisWeek());
    await finish(t, thisWeek());
    expect(await balances(t)).toEqual({ stripe: -30_000, held: 0, charity: 30_000 });
    const [city] = await rows(t, "cityRuns");
    // Three gifts of five rows each.
    expect(city?.eligible).toBe(1000);
    expect(city?.charities).toBeGreaterThan(5);
    expect(city?.charities).toBeLessThanOrEqual(15);
  });

  test("a city without charities in need carries all money over", async () => {
    const t = startPlaza();
    await pay(t, await makeGiver(t, 31, { city: "Nowhere" }));
    await run(t, thisWeek());
    await finish(t, thisWeek());
    expect(await balances(t)).toEqual({ stripe: -500, held: 500, charity: 0 });
    expect(await rows(t, "distributions")).toEqual([]);
  });

  test("a gift without a city is carried over to the city that its giver sets", async () => {
    const t = startPlaza();
    await makeCharity(t, { name: "Soup", urgency: 80, gap: 100_000 });
    const giver = await makeGiver(t, 31, { city: "" });
    await pay(t, giver);
    const week = thisWeek();
    await t.run(async ({ db }) => await db.patch(giver._id, { city: "Bogotá", cityKey: "bogota" }));
    await run(t, week);
    await finish(t, week);
    await pass(t, 7 * day);
    await run(t, week + weekMs);
    await finish(t, week + weekMs);
    expect(await balances(t)).toEqual({ stripe: -500, held: 0, charity: 500 });
  });

  test("is refused for a future week, a day that is no Monday, and a week before the last run", async () => {
    const { t, week } = await community();
    expect(await refused(run(t, week + weekMs))).toBe("bad-week");
    expect(await refused(run(t, week + 1))).toBe("bad-week");
    await run(t, week);
    await finish(t, week);
    expect(await refused(run(t, week - weekMs))).toBe("bad-week");
    const preview = as(t, leo).action(api.portfolioManager.getDistributionPreview, {
      weekStartDate: week,
    });
    expect(await refused(preview)).toBe("already-distributed");
  });
});

describe("by the clock", () => {
  test("the Monday cron distributes the week that has ended, and not the current one", async () => {
    const { t, week, givers } = await community();
    await t.mutation(internal.scheduled.weeklyDistribution, {});
    await settled(t);
    expect(await rows(t, "distributionRuns")).toEqual([]);
    await pass(t, 7 * day);
    const [giver] = givers;
    if (giver) await pay(t, giver);
    await t.mutation(internal.scheduled.weeklyDistribution, {});
    await finish(t, week);
    expect((await rows(t, "distributionRuns")).map((one) => one.weekStartDate)).toEqual([week]);
  });

  test("missed weeks are distributed one after another", async () => {
    const { t, week, givers } = await community();
    await pass(t, 7 * day);
    const [giver] = givers;
    if (giver) await pay(t, giver);
    await pass(t, 7 * day);
    await t.mutation(internal.scheduled.weeklyDistribution, {});
    await finish(t, week);
    await finish(t, week + weekMs);
    expect((await rows(t, "distributionRuns")).map((one) => one.weekStartDate)).toEqual([
      week,
      week + weekMs,
    ]);
  });
});

describe("afterwards", () => {
  test("each giver has one report with correct sums, and is notified once", async () => {
    const { t, week } = await community();
    await run(t, week);
    await finish(t, week);
    const reports = await rows(t, "reports");
    expect(reports.map(({ totalDistributed }) => totalDistributed)).toEqual([500, 1000, 700]);
    expect(reports[2]).toMatchObject({ carried: 300, charitiesSupported: 2 });
    for (const { distributionBreakdown, totalDistributed } of reports)
      expect(distributionBreakdown.reduce((sum, { amount }) => sum + amount, 0)).toBe(
        totalDistributed,
      );
    const sent = await makeBot(t).sendAll();
    const told = sent.filter(({ payload }) => payload.kind === "report");
    expect(told.map(({ to }) => to.chatId).sort()).toEqual(["31", "32", "33"]);
    await t.mutation(internal.portfolioManager.explained, { weekStartDate: week });
    expect((await rows(t, "distributionRuns"))[0]?.state).toBe("done");
    await t.mutation(internal.scheduled.generateWeeklyReports, {});
    for (const { userId } of reports)
      await t.mutation(internal.reports.generateReport, { userId, weekStartDate: week });
    await settled(t);
    expect(await rows(t, "reports")).toHaveLength(3);
    expect(await makeBot(t).sendAll()).toEqual([]);
  });

  test("a giver who turned notices off is not notified, but has a report", async () => {
    const { t, week, givers } = await community();
    await t.run(async ({ db }) => {
      const [giver] = givers;
      if (giver) await db.patch(giver.userId, { muted: ["giving"] });
    });
    await run(t, week);
    await finish(t, week);
    const told = (await makeBot(t).sendAll()).filter(({ payload }) => payload.kind === "report");
    expect(told.map(({ to }) => to.chatId).sort()).toEqual(["32", "33"]);
    expect(await rows(t, "reports")).toHaveLength(3);
  });

  test("subscribed channels get the week once, and the others do not", async () => {
    const { t, week } = await community();
    await makeChannel(t, { kinds: ["distribution"] });
    await makeChannel(t, { chatId: "-200", kinds: ["new"] });
    await run(t, week);
    await finish(t, week);
    const told = (await makeBot(t).sendAll()).filter(
      ({ payload }) => payload.kind === "distribution",
    );
    expect(told.map(({ to }) => to.chatId)).toEqual(["-100"]);
    const [first] = told;
    if (first?.payload.kind !== "distribution") throw new Error("nothing was told");
    const { week: view } = first.payload;
    expect(view).toMatchObject({ given: 2200, carried: 300, gifts: 3, charities: 5, cities: 2 });
    expect(view.shares.map(({ amount }) => amount)).toEqual(
      view.shares.map(({ amount }) => amount).toSorted((a, b) => b - a),
    );
  });

  test("the announcement shows the same week as the command", async () => {
    const { t, week } = await community();
    await run(t, week);
    await finish(t, week);
    const asked = await as(t, "telegram:31").query(api.impact.week, {});
    expect(asked?.given).toBe(2200);
    expect(asked?.shares).toHaveLength(5);
    const mine = await as(t, "telegram:33").query(api.reports.getLatestReport, {});
    expect(mine).toMatchObject({ total: 700, carried: 300, cities: [" cali"] });
    expect(
      await as(t, "telegram:33").query(api.reports.getReport, { weekStartDate: 0 }),
    ).toBeNull();
  });
});
