import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { activity, lowerGap } from "../../convex/model/giving/needs.ts";
import {
  addCharity,
  admin,
  approvedCharity,
  member,
  needsIn,
  plazaWithAdmins,
} from "../support/convex/charities.ts";
import { refused } from "../support/convex/people.ts";
import { as, begin, leo, minute, pass, rows } from "../support/convex/plaza.ts";

const urgent = { urgencyScore: 80, fundingGap: 1200 };

test("a need is active when its charity is approved and urgency and gap are above zero", () => {
  const statuses = fc.constantFrom("pending" as const, "approved" as const, "rejected" as const);
  fc.assert(
    fc.property(
      statuses,
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      (verificationStatus, urgencyScore, fundingGap) => {
        const isActive = activity({ verificationStatus }, { urgencyScore, fundingGap });
        const product = urgencyScore * fundingGap;
        expect(isActive).toBe(verificationStatus === "approved" && product > 0);
      },
    ),
  );
});

describe("setting a need", () => {
  test.each([
    ["bad-urgency", { urgencyScore: -1 }],
    ["bad-urgency", { urgencyScore: 101 }],
    ["bad-urgency", { urgencyScore: 1.5 }],
    ["bad-urgency", { urgencyScore: NaN }],
    ["bad-gap", { fundingGap: -1 }],
    ["bad-gap", { fundingGap: 0.5 }],
    ["bad-gap", { fundingGap: 1_000_000_000_001 }],
    ["bad-gap", { fundingGap: Infinity }],
  ])("is refused with %s for %o, new or known", async (code, given) => {
    const t = await plazaWithAdmins();
    const charityId = await approvedCharity(t, {}, urgent);
    const [need] = await rows(t, "needsData");
    const create = { charityId, category: "water", ...urgent, ...given };
    expect(await refused(as(t, admin).mutation(api.needs.createNeed, create))).toBe(code);
    const update = { needId: need?._id ?? "", ...given };
    expect(await refused(as(t, admin).mutation(api.needs.updateNeed, update))).toBe(code);
    expect(await rows(t, "needsData")).toEqual([need]);
  });

  test("accepts the limits of the ranges", async () => {
    const t = await plazaWithAdmins();
    await approvedCharity(t, {}, { urgencyScore: 100, fundingGap: 1_000_000_000_000 });
    await approvedCharity(t, { name: "B" }, { urgencyScore: 0, fundingGap: 0 });
    expect(await needsIn(t)).toEqual([
      "food 100 1000000000000 bogota active",
      "food 0 0 bogota waits",
    ]);
  });

  test("allows one need per category in any spelling, and ten at most", async () => {
    const t = await plazaWithAdmins();
    const charityId = await addCharity(t);
    const create = async (category: string) =>
      await refused(
        as(t, admin).mutation(api.needs.createNeed, { charityId, category, ...urgent }),
      );
    expect(await create("Educación")).toBe("allowed");
    expect(await create(" educacion ")).toBe("need-taken");
    expect(await create(" ")).toBe("bad-category");
    expect(await create("x".repeat(41))).toBe("bad-category");
    for (let number = 0; number < 9; number++)
      expect(await create(`kind ${number}`)).toBe("allowed");
    expect(await create("one more")).toBe("too-many-needs");
  });

  test("changes the given fields, time and source, and activates or deactivates the need", async () => {
    const t = await plazaWithAdmins();
    await approvedCharity(t, {}, urgent);
    const [need] = await rows(t, "needsData");
    const update = async (changes: object) => {
      await as(t, admin).mutation(api.needs.updateNeed, { needId: need?._id ?? "", ...changes });
      return await needsIn(t);
    };
    await pass(t, minute);
    expect(await update({ urgencyScore: 0 })).toEqual(["food 0 1200 bogota waits"]);
    expect(await update({ urgencyScore: 5 })).toEqual(["food 5 1200 bogota active"]);
    expect(await update({ fundingGap: 0 })).toEqual(["food 5 0 bogota waits"]);
    const [row] = await rows(t, "needsData");
    expect(row).toMatchObject({ lastUpdated: begin + minute, source: "manual" });
  });

  test("is refused where a city has the maximum of active needs", async () => {
    const t = await plazaWithAdmins();
    const charityId = await approvedCharity(t);
    await t.run(async ({ db }) => {
      for (let number = 0; number < 4000; number++)
        await db.insert("needsData", {
          charityId,
          cityKey: "bogota",
          isActive: true,
          urgencyScore: 1,
          fundingGap: 1,
          category: `kind ${number}`,
          lastUpdated: 0,
          source: "manual",
        });
    });
    const other = await addCharity(t, { name: "Other" });
    await t.run(({ db }) => db.patch("charities", other, { verificationStatus: "approved" }));
    const need = { charityId: other, category: "food", ...urgent };
    expect(await refused(as(t, leo).mutation(api.needs.createNeed, need))).toBe("city-full");
    const quiet = { ...need, urgencyScore: 0 };
    expect(await refused(as(t, leo).mutation(api.needs.createNeed, quiet))).toBe("allowed");
  });

  test("of an unknown charity or need is refused", async () => {
    const t = await plazaWithAdmins();
    const me = as(t, admin);
    expect(await refused(me.mutation(api.needs.updateNeed, { needId: "none" }))).toBe(
      "no-such-need",
    );
    const need = { charityId: "none", category: "food", ...urgent };
    expect(await refused(me.mutation(api.needs.createNeed, need))).toBe("no-such-charity");
  });
});

test("a distribution lowers the gap, never below zero", async () => {
  const t = await plazaWithAdmins();
  await approvedCharity(t, {}, urgent);
  await approvedCharity(t, { name: "B" }, urgent);
  await t.run(async (ctx) => {
    const [first, second] = await ctx.db.query("needsData").collect();
    if (!first || !second) throw new Error("there are no needs");
    await lowerGap(ctx, first, 200, begin + minute);
    await lowerGap(ctx, second, 1300, begin + minute);
  });
  expect(await needsIn(t)).toEqual(["food 80 1000 bogota active", "food 80 0 bogota waits"]);
  const [row] = await rows(t, "needsData");
  expect(row).toMatchObject({ source: "calculated", lastUpdated: begin + minute });
});

test("members read the needs of a charity, of a city, and of all", async () => {
  const t = await plazaWithAdmins();
  const charityId = await approvedCharity(t, {}, urgent);
  await approvedCharity(t, { name: "Quiet" }, { urgencyScore: 0, fundingGap: 5 });
  await approvedCharity(t, { name: "C", city: "Cali" }, urgent);
  const me = as(t, member);
  expect(await me.query(api.needs.getNeedsByCharity, { charityId })).toMatchObject([urgent]);
  const paginationOpts = { numItems: 10, cursor: null };
  const city = { city: "bogotá", paginationOpts };
  expect((await me.query(api.needs.getNeedsByCity, city)).page).toMatchObject([urgent]);
  const all = await me.query(api.needs.getActiveNeeds, { limit: 1 });
  expect(all).toMatchObject({ count: 2, shown: [{ charity: "Casa Azul", city: "Bogotá" }] });
  const cali = await me.query(api.needs.getActiveNeeds, { city: "CALI", limit: 9 });
  expect(cali).toMatchObject({ count: 1, shown: [{ charity: "C" }] });
});
