import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { weekMs } from "../../shared/time/week.ts";
import { finish, makeCharity, makeGiver, pay, thisWeek } from "../support/convex/givers.ts";
import {
  as,
  day,
  leo,
  pass,
  type Plaza,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

// The nightly check of the ledger.

async function community() {
  const t = startPlaza();
  await makeCharity(t, { name: "Soup", urgency: 80, gap: 700 });
  const givers = [await makeGiver(t, 31), await makeGiver(t, 32)];
  for (const giver of givers) await pay(t, giver);
  const week = thisWeek();
  await distribute(t, week);
  return { t, week, givers };
}

async function distribute(t: Plaza, weekStartDate: number) {
  await as(t, leo).mutation(api.portfolioManager.distributeFunds, { weekStartDate });
  await finish(t, weekStartDate);
}

async function check(t: Plaza) {
  await t.mutation(internal.scheduled.checkBooks, {});
  await settled(t);
  return (await rows(t, "bookChecks")).at(-1);
}

describe("the check of the ledger", () => {
  test("finds no problem in a correct ledger", async () => {
    const { t, week } = await community();
    expect(await check(t)).toMatchObject({
      until: week,
      entries: 4,
      paid: -1000,
      held: 300,
      given: 700,
      problems: [],
    });
  });

  test("does not check correct weeks again", async () => {
    const { t, week, givers } = await community();
    await check(t);
    await check(t);
    expect(await rows(t, "bookChecks")).toHaveLength(1);
    await pass(t, 7 * day);
    for (const giver of givers) await pay(t, giver);
    await distribute(t, week + weekMs);
    expect(await check(t)).toMatchObject({
      from: week + 1,
      until: week + weekMs,
      entries: 6,
      paid: -2000,
      held: 1300,
      given: 700,
      problems: [],
    });
  });

  test("checks a year of entries in batches", async () => {
    const { t } = await community();
    await t.run(async ({ db }) => {
      const [first] = await db.query("bookEntries").take(1);
      if (!first) throw new Error("nothing was paid");
      const { _id, _creationTime, ...entry } = first;
      for (let index = 0; index < 700; index++)
        await db.insert("bookEntries", {
          ...entry,
          key: `paid:old-${index}`,
          weekStartDate: entry.weekStartDate - weekMs,
          lines: [
            { account: "stripe", amount: -1 },
            { account: "held", amount: 1 },
          ],
        });
      void [_id, _creationTime];
    });
    expect(await check(t)).toMatchObject({ entries: 704, held: 1000 });
  });

  const broken: [string, (t: Plaza) => Promise<void>, RegExp][] = [
    [
      "an entry that does not sum to zero",
      async (t) => {
        const [entry] = await rows(t, "bookEntries");
        if (!entry) return;
        const lines = entry.lines.map((line) => ({ ...line, amount: line.amount + 1 }));
        await t.run((ctx) => ctx.db.patch(entry._id, { lines }));
      },
      /does not sum to zero/,
    ],
    [
      "a gift that says something else",
      async (t) => {
        const [gift] = await rows(t, "gifts");
        if (gift) await t.run((ctx) => ctx.db.patch(gift._id, { given: 1 }));
      },
      /not what its gift says/,
    ],
    [
      "a row that is missing",
      async (t) => {
        const [row] = await rows(t, "distributions");
        if (row) await t.run((ctx) => ctx.db.delete(row._id));
      },
      /not what the distributions say/,
    ],
    [
      "an entry that is missing",
      async (t) => {
        const entry = (await rows(t, "bookEntries")).find(({ kind }) => kind === "given");
        if (entry) await t.run((ctx) => ctx.db.delete(entry._id));
      },
      /were carried over/,
    ],
  ];
  test.each(broken)("finds %s, and checks again the next night", async (_, harm, words) => {
    const { t } = await community();
    await harm(t);
    expect((await check(t))?.problems.join()).toMatch(words);
    await check(t);
    expect(await rows(t, "bookChecks")).toHaveLength(2);
  });
});
