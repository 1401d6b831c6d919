import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  balances,
  finish,
  makeCharity,
  makeGiver,
  pay,
  thisWeek,
} from "../support/convex/givers.ts";
import { as, day, leo, pass, type Plaza, rows, startPlaza } from "../support/convex/plaza.ts";

// Money that belongs to no city: nothing is carried over for ever.

/** Runs so many weeks, one after the other, and gives what the last one put into the common pot. */
async function runWeeks(t: Plaza, count: number) {
  for (let done = 0; done < count; done++) {
    const week = thisWeek();
    await as(t, leo).mutation(api.portfolioManager.distributeFunds, { weekStartDate: week });
    await finish(t, week);
    await pass(t, 7 * day);
  }
  const due = await as(t, leo).query(api.portfolioManager.due, { now: Date.now() });
  return due.last?.pot;
}

async function start() {
  const t = startPlaza();
  await makeCharity(t, { name: "Soup", urgency: 40, gap: 100_000 });
  await makeCharity(t, { name: "Beds", city: "Vigo", urgency: 90, gap: 100_000 });
  return t;
}

const leave = async (t: Plaza, { userId }: { userId: string }) =>
  await t.run(async ({ db }) => {
    const id = db.normalizeId("users", userId);
    if (id) await db.patch("users", id, { deletedAt: Date.now(), city: undefined });
  });

test("whose giver has left without a city goes to the most urgent need, and that is said", async () => {
  const t = await start();
  const giver = await makeGiver(t, 31, { city: "" });
  await pay(t, giver);
  await leave(t, giver);
  expect(await runWeeks(t, 1)).toEqual({ amount: 500, city: "Vigo" });
  expect(await balances(t)).toEqual({ stripe: -500, held: 500, charity: 0 });
  expect(await runWeeks(t, 1)).toBeUndefined();
  expect(await balances(t)).toEqual({ stripe: -500, held: 0, charity: 500 });
  const [only] = await rows(t, "allocations");
  expect(only).toMatchObject({ cityKey: "vigo", given: 500 });
});

test("whose giver has left goes to the city of the plan, where there is one", async () => {
  const t = await start();
  const giver = await makeGiver(t, 31, { city: "" });
  await pay(t, giver);
  await t.run(async ({ db }) => await db.patch(giver._id, { city: "Bogotá", cityKey: "bogota" }));
  await leave(t, giver);
  expect(await runWeeks(t, 2)).toBeUndefined();
  const [only] = await rows(t, "allocations");
  expect(only).toMatchObject({ cityKey: "bogota", given: 500 });
});

test("of a plan that has ended without a city goes there at once", async () => {
  const t = await start();
  const giver = await makeGiver(t, 31, { city: "" });
  await pay(t, giver);
  await t.run(async ({ db }) => await db.patch(giver._id, { status: "cancelled" }));
  expect(await runWeeks(t, 1)).toEqual({ amount: 500, city: "Vigo" });
});

test.each(["", "Nowhere"])("of the city %j waits eight weeks and no longer", async (city) => {
  const t = await start();
  await pay(t, await makeGiver(t, 31, { city }));
  expect(await runWeeks(t, 7)).toBeUndefined();
  expect(await balances(t)).toEqual({ stripe: -500, held: 500, charity: 0 });
  expect(await runWeeks(t, 1)).toEqual({ amount: 500, city: "Vigo" });
  await runWeeks(t, 1);
  expect(await balances(t)).toEqual({ stripe: -500, held: 0, charity: 500 });
});

test("waits on while nobody needs anything", async () => {
  const t = startPlaza();
  const giver = await makeGiver(t, 31, { city: "" });
  await pay(t, giver);
  await leave(t, giver);
  expect(await runWeeks(t, 9)).toBeUndefined();
  await makeCharity(t, { name: "Soup", urgency: 40, gap: 100_000 });
  expect(await runWeeks(t, 1)).toEqual({ amount: 500, city: "Bogotá" });
  await runWeeks(t, 1);
  expect(await balances(t)).toEqual({ stripe: -500, held: 0, charity: 500 });
});
