import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import {
  finish,
  balances,
  makeCharity,
  makeGiver,
  pay,
  thisWeek,
  written,
} from "../support/convex/givers.ts";
import { numbers } from "../support/numbers.ts";
import { as, leo, minute, type Plaza, rows, settled, startPlaza } from "../support/convex/plaza.ts";

// A run that is killed and resumed.

const cities = Array.from("ABCDEFGHIJKLMNOP", (letter) => `City ${letter}`);

/** Sixteen cities, each with gifts of several amounts and charities of every size: many steps. */
async function community(): Promise<Plaza> {
  const t = startPlaza();
  let number = 100;
  for (const [index, city] of cities.entries()) {
    for (const one of [0, 1, 2, 3, 4, 5])
      await makeCharity(t, {
        name: `${city} ${one}`,
        city,
        urgency: 10 + one * 13,
        gap: index === 3 ? 90 : 50_000 * (one + 1),
      });
    for (const amount of [100, 500, 500, 2000])
      await pay(t, await makeGiver(t, number++, { city, amount }));
  }
  return t;
}

async function begin(t: Plaza): Promise<number> {
  const weekStartDate = thisWeek();
  await as(t, leo).mutation(api.portfolioManager.distributeFunds, { weekStartDate });
  return weekStartDate;
}

/** The scheduled functions that are due and have not begun. */
async function waiting(t: Plaza) {
  const jobs = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  return jobs.filter(
    ({ state, scheduledTime }) => state.kind === "pending" && scheduledTime <= Date.now(),
  );
}

/** Runs one scheduled step. */
async function oneStep(t: Plaza): Promise<void> {
  vi.advanceTimersByTime(0);
  await t.finishInProgressScheduledFunctions();
}

/** Drops all scheduled functions, as if the deployment had crashed. */
async function kill(t: Plaza): Promise<void> {
  for (const { _id } of await waiting(t)) await t.run((ctx) => ctx.scheduler.cancel(_id));
}

async function resume(t: Plaza): Promise<void> {
  vi.advanceTimersByTime(11 * minute);
  await settled(t);
  await t.mutation(internal.scheduled.resumeRuns, {});
}

test("a run that is killed at twenty random points leaves the ledger of an undisturbed one", async () => {
  const undisturbed = await community();
  await finish(undisturbed, await begin(undisturbed));
  const expected = await written(undisturbed);
  const [run] = await rows(undisturbed, "distributionRuns");
  expect(run?.state).toBe("done");
  // Each batch is one step; the explanations and reports follow after the steps.
  const steps = run?.step ?? 0;
  expect(steps).toBeGreaterThan(30);

  const t = await community();
  const week = await begin(t);
  const random = numbers(7);
  let kills = 0;
  while ((await rows(t, "distributionRuns"))[0]?.state !== "done") {
    if (kills < 20 && random() < 0.8) {
      await kill(t);
      kills++;
      await resume(t);
    }
    if ((await rows(t, "distributionRuns"))[0]?.state === "explaining" && random() < 0.5)
      await t.mutation(internal.portfolioManager.explained, { weekStartDate: week });
    await oneStep(t);
  }
  expect(kills).toBe(20);
  expect(stepless(await written(t))).toEqual(stepless(expected));
  const { stripe, held, charity } = await balances(t);
  expect(stripe + held + charity).toBe(0);
});

/** Removes the number of steps, which differs between runs. */
function stepless(all: Record<string, unknown[]>) {
  return {
    ...all,
    runs: (all["runs"] ?? []).map((run) => ({ ...(run as object), step: 0, cursor: 0 })),
  };
}

test("a failed batch writes nothing, and the run continues when it is resumed", async () => {
  const t = await community();
  const week = await begin(t);
  const before = await rows(t, "distributions");
  while ((await rows(t, "distributionRuns"))[0]?.state !== "allocating") await oneStep(t);
  // The plan no longer equals the allocated sum, so the city's last batch throws.
  const [city] = await rows(t, "cityRuns");
  if (!city) throw new Error("no city was counted");
  await t.run((ctx) => ctx.db.patch(city._id, { toGive: city.toGive + 1 }));
  await oneStep(t);
  expect(await rows(t, "distributions")).toEqual(before);
  await t.run((ctx) => ctx.db.patch(city._id, { toGive: city.toGive }));
  await resume(t);
  await finish(t, week);
  expect((await rows(t, "distributionRuns"))[0]).toMatchObject({ state: "done" });
  const { stripe, held, charity } = await balances(t);
  expect(stripe + held + charity).toBe(0);
});

test("a run with progress is not resumed", async () => {
  const t = await community();
  const week = await begin(t);
  await oneStep(t);
  await t.mutation(internal.scheduled.resumeRuns, {});
  await as(t, leo).mutation(api.portfolioManager.distributeFunds, { weekStartDate: week });
  expect(await waiting(t)).toHaveLength(1);
});

test("missing explanations do not block the reports", async () => {
  const t = await community();
  await begin(t);
  while ((await rows(t, "distributionRuns"))[0]?.state !== "explaining") await oneStep(t);
  await kill(t);
  await resume(t);
  await settled(t);
  expect((await rows(t, "distributionRuns"))[0]?.state).toBe("done");
  expect(await rows(t, "reports")).toHaveLength(64);
});
