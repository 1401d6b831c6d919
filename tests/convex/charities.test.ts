import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  addCharity,
  admin,
  approvedCharity,
  form,
  kept,
  member,
  needsIn,
  plazaWithAdmins,
  secondAdmin,
} from "../support/convex/charities.ts";
import { refused } from "../support/convex/people.ts";
import { as, begin, leo, minute, pass, rows, startPlaza } from "../support/convex/plaza.ts";

describe("a new charity", () => {
  test("is pending, and is stored trimmed, with the key of its city", async () => {
    const t = await plazaWithAdmins();
    const given = { name: "  Casa Azul ", city: " Bogotá", website: "https://casa.example.org" };
    const id = await addCharity(t, { ...given, state: "Cundinamarca", zipCode: "110111" });
    expect(await kept(t, id)).toMatchObject({
      name: "Casa Azul",
      city: "Bogotá",
      cityKey: "bogota",
      state: "Cundinamarca",
      zipCode: "110111",
      website: "https://casa.example.org",
      verificationStatus: "pending",
      createdAt: begin,
      version: 1,
    });
  });

  test.each([
    ["bad-name", { name: " " }],
    ["bad-name", { name: "x".repeat(81) }],
    ["bad-description", { description: "" }],
    ["bad-description", { description: "x".repeat(501) }],
    ["bad-city", { city: "" }],
    ["bad-city", { city: "¿?" }],
    ["bad-city", { city: "x".repeat(81) }],
    ["bad-category", { category: " " }],
    ["bad-category", { category: "x".repeat(41) }],
    ["too-long", { state: "x".repeat(61) }],
    ["too-long", { zipCode: "x".repeat(13) }],
    ["bad-website", { website: "http://casa.example.org" }],
    ["bad-website", { website: "javascript:alert(1)" }],
    ["bad-website", { website: "https://me:secret@casa.example.org" }],
    ["bad-email", { contactEmail: "casa at example" }],
    ["bad-place", { latitude: 4 }],
    ["bad-place", { longitude: 4 }],
    ["bad-place", { latitude: 90.1, longitude: 0 }],
    ["bad-place", { latitude: 0, longitude: -180.1 }],
    ["bad-place", { latitude: NaN, longitude: 0 }],
  ])("is refused with %s where it is %o", async (code, given) => {
    const t = await plazaWithAdmins();
    expect(await refused(as(t, leo).mutation(api.charities.createCharity, form(given)))).toBe(code);
    expect(await rows(t, "charities")).toEqual([]);
  });

  test("with the name and city of a known one in any spelling is that charity", async () => {
    const t = await plazaWithAdmins();
    const id = await addCharity(t);
    const again = form({ name: "CASA azúl", city: "bogota", description: "Another" });
    const { isNew, charity } = await as(t, admin).mutation(api.charities.createCharity, again);
    expect({ isNew, id: charity._id, description: charity.description }).toEqual({
      isNew: false,
      id,
      description: "A house for everybody",
    });
    await addCharity(t, { city: "Cali" });
    expect(await rows(t, "charities")).toHaveLength(2);
  });
});

describe("a decision", () => {
  test("is made once: a second one changes nothing, and returns who decided first and when", async () => {
    const t = await plazaWithAdmins();
    const charityId = await addCharity(t);
    const first = await as(t, admin).mutation(api.charities.approveCharity, { charityId });
    expect(first).toMatchObject({ isNew: true, charity: { verificationStatus: "approved" } });
    await pass(t, minute);
    const before = await kept(t, charityId);
    const reason = "No";
    for (const again of [
      await as(t, secondAdmin).mutation(api.charities.approveCharity, { charityId }),
      await as(t, secondAdmin).mutation(api.charities.rejectCharity, { charityId, reason }),
    ])
      expect(again).toMatchObject({
        isNew: false,
        charity: {
          verificationStatus: "approved",
          reviewerName: `Name of ${admin}`,
          decidedAt: begin,
        },
      });
    expect(await kept(t, charityId)).toEqual(before);
    expect(before.approvedAt).toBe(begin);
    expect(before.approvedBy).toBeDefined();
  });

  test("can be replaced in both directions with isChange", async () => {
    const t = await plazaWithAdmins();
    const charityId = await approvedCharity(t, {}, { urgencyScore: 80, fundingGap: 1200 });
    const change = { charityId, isChange: true };
    const reject = { ...change, reason: "code:charity-closed" };
    await as(t, admin).mutation(api.charities.rejectCharity, reject);
    expect(await kept(t, charityId)).toMatchObject({
      verificationStatus: "rejected",
      reason: "code:charity-closed",
      reviewerName: `Name of ${admin}`,
    });
    expect((await kept(t, charityId)).approvedAt).toBeUndefined();
    expect(await needsIn(t)).toEqual(["food 80 1200 bogota waits"]);
    await as(t, secondAdmin).mutation(api.charities.approveCharity, change);
    expect(await kept(t, charityId)).toMatchObject({ verificationStatus: "approved" });
    expect((await kept(t, charityId)).reason).toBeUndefined();
    expect(await needsIn(t)).toEqual(["food 80 1200 bogota active"]);
  });

  test("activates the needs that were set before it", async () => {
    const t = await plazaWithAdmins();
    const charityId = await addCharity(t);
    const need = { charityId, urgencyScore: 80, fundingGap: 1200, category: "food" };
    await as(t, leo).mutation(api.needs.createNeed, need);
    expect(await needsIn(t)).toEqual(["food 80 1200 bogota waits"]);
    await as(t, leo).mutation(api.charities.approveCharity, { charityId });
    expect(await needsIn(t)).toEqual(["food 80 1200 bogota active"]);
  });

  test("about an unknown charity is refused", async () => {
    const t = await plazaWithAdmins();
    const approve = as(t, leo).mutation(api.charities.approveCharity, { charityId: "nothing" });
    expect(await refused(approve)).toBe("no-such-charity");
  });
});

describe("a city that is full", () => {
  async function fill(count: number, needs: number) {
    const t = await plazaWithAdmins();
    const charityId = await addCharity(t);
    await t.run(async ({ db }) => {
      const { _id, _creationTime, ...row } = (await db.get("charities", charityId)) ?? {};
      void [_id, _creationTime];
      const other = { ...row, verificationStatus: "approved", name: "Other" } as never;
      for (let number = 0; number < count; number++) await db.insert("charities", other);
      for (let number = 0; number < needs; number++)
        await db.insert("needsData", {
          charityId,
          cityKey: "bogota",
          isActive: true,
          urgencyScore: 1,
          fundingGap: 1,
          category: "food",
          lastUpdated: 0,
          source: "manual",
        });
    });
    return { t, charityId };
  }

  test("accepts its 2000th charity, and no more", async () => {
    const { t, charityId } = await fill(1999, 0);
    const approve = { charityId };
    expect(await refused(as(t, leo).mutation(api.charities.approveCharity, approve))).toBe(
      "allowed",
    );
    const next = await addCharity(t, { name: "One more" });
    expect(
      await refused(as(t, leo).mutation(api.charities.approveCharity, { charityId: next })),
    ).toBe("city-full");
    const elsewhere = await addCharity(t, { city: "Cali" });
    const moves = { charityId: elsewhere, changes: { city: "Bogotá", name: "Mover" } };
    await as(t, leo).mutation(api.charities.approveCharity, { charityId: elsewhere });
    expect(await refused(as(t, leo).mutation(api.charities.updateCharity, moves))).toBe(
      "city-full",
    );
  });

  test("accepts no charity whose needs could exceed a distribution's limit", async () => {
    const { t, charityId } = await fill(0, 3991);
    expect(await refused(as(t, leo).mutation(api.charities.approveCharity, { charityId }))).toBe(
      "city-full",
    );
  });
});

describe("an edit", () => {
  test("changes the given fields, raises the version, and removes empty fields", async () => {
    const t = await plazaWithAdmins();
    const charityId = await addCharity(t, { website: "https://casa.example.org", state: "X" });
    const changes = { website: "", description: "Beds" };
    const edited = await as(t, admin).mutation(api.charities.updateCharity, { charityId, changes });
    expect(edited).toMatchObject({ name: "Casa Azul", description: "Beds", state: "X" });
    const row = await kept(t, charityId);
    expect(row.website).toBeUndefined();
    expect(row.version).toBe(2);
  });

  test("that moves a charity moves its needs with it", async () => {
    const t = await plazaWithAdmins();
    const charityId = await approvedCharity(t, {}, { urgencyScore: 80, fundingGap: 1200 });
    const changes = { city: "Medellín" };
    await as(t, admin).mutation(api.charities.updateCharity, { charityId, changes });
    expect(await needsIn(t)).toEqual(["food 80 1200 medellin active"]);
  });

  test("to the name of another charity in the city is refused", async () => {
    const t = await plazaWithAdmins();
    await addCharity(t);
    const charityId = await addCharity(t, { name: "Casa Verde" });
    const change = async (changes: object) =>
      await refused(as(t, admin).mutation(api.charities.updateCharity, { charityId, changes }));
    expect(await change({ name: "casa azul" })).toBe("charity-taken");
    expect(await change({ name: "Casa verde" })).toBe("allowed");
  });

  test.each([
    ["bad-name", { name: " " }],
    ["bad-city", { city: "-" }],
    ["bad-website", { website: "http://casa.example.org" }],
  ])("is refused with %s where it says %o", async (code, changes) => {
    const t = await plazaWithAdmins();
    const charityId = await addCharity(t);
    const before = await kept(t, charityId);
    const edit = as(t, admin).mutation(api.charities.updateCharity, { charityId, changes });
    expect(await refused(edit)).toBe(code);
    expect(await kept(t, charityId)).toEqual(before);
  });

  test("of the coordinates sets degrees, and null removes them", async () => {
    const t = await plazaWithAdmins();
    const charityId = await addCharity(t);
    const place = async (at: { latitude: number; longitude: number } | null) =>
      await refused(
        as(t, admin).mutation(api.charities.updateCharityCoordinates, { charityId, place: at }),
      );
    expect(await place({ latitude: -90, longitude: 180 })).toBe("allowed");
    expect(await kept(t, charityId)).toMatchObject({ latitude: -90, placedBy: "admin" });
    expect(await place({ latitude: 91, longitude: 0 })).toBe("bad-place");
    expect(await place(null)).toBe("allowed");
    expect((await kept(t, charityId)).latitude).toBeUndefined();
  });
});

describe("members", () => {
  test("see approved charities without notes, email address and reviewer", async () => {
    const t = await plazaWithAdmins();
    const secrets = { contactEmail: "casa@example.org", adminNotes: "Ask twice" };
    const charityId = await approvedCharity(t, secrets, { urgencyScore: 80, fundingGap: 1200 });
    const seen = await as(t, member).query(api.charities.getCharity, { charityId });
    expect(seen).toMatchObject({ name: "Casa Azul", needs: [{ fundingGap: 1200 }] });
    const all = JSON.stringify([
      seen,
      await as(t, member).query(api.charities.find, { who: "casa azul" }),
      await as(t, member).query(api.charities.getCharitiesByCity, { limit: 10 }),
    ]);
    expect(all).not.toMatch(/example\.org|Ask twice|Leo|reviewerName|Name of/);
    expect(await as(t, admin).query(api.charities.getCharity, { charityId })).toMatchObject(
      secrets,
    );
  });

  test("see no pending or rejected charity in any query", async () => {
    const t = await plazaWithAdmins();
    const waiting = await addCharity(t);
    const rejected = await addCharity(t, { name: "Casa Roja" });
    await as(t, leo).mutation(api.charities.rejectCharity, { charityId: rejected });
    const me = as(t, member);
    for (const charityId of [waiting, rejected]) {
      expect(await refused(me.query(api.charities.getCharity, { charityId }))).toBe(
        "no-such-charity",
      );
      expect(await refused(me.query(api.needs.getNeedsByCharity, { charityId }))).toBe(
        "no-such-charity",
      );
      expect(await me.query(api.charities.find, { who: charityId })).toEqual([]);
      const city = { cityOf: charityId, limit: 10 };
      expect((await me.query(api.charities.getCharitiesByCity, city)).charities).toEqual([]);
    }
    expect(await me.query(api.charities.find, { who: "Casa" })).toEqual([]);
    expect(await me.query(api.charities.suggest, { typed: "" })).toEqual([]);
    expect(await me.query(api.charities.getCities, {})).toEqual([]);
    const found = await as(t, admin).query(api.charities.find, { who: "Casa" });
    expect(found).toHaveLength(2);
  });

  test("read their own city page by page, each charity once", async () => {
    const t = await plazaWithAdmins();
    for (const name of ["A", "B", "C", "D", "E"]) await approvedCharity(t, { name });
    await approvedCharity(t, { name: "F", city: "Cali" });
    const me = as(t, member);
    const names: string[] = [];
    let after: { after?: string } = {};
    for (;;) {
      const page = await me.query(api.charities.getCharitiesByCity, { ...after, limit: 2 });
      expect(page.city).toBe("Bogotá");
      names.push(...page.charities.map(({ name }) => name));
      const last = page.charities.at(-1);
      if (!page.hasMore || !last) break;
      after = { after: last._id };
    }
    expect(names).toEqual(["A", "B", "C", "D", "E"]);
    const cities = await me.query(api.charities.getCities, {});
    expect(cities.map(({ city }) => city)).toEqual(["Bogotá", "Cali"]);
  });

  test("get the coordinates of the known places, with the open gaps", async () => {
    const t = await plazaWithAdmins();
    const place = { latitude: 4.6, longitude: -74.1 };
    await approvedCharity(t, place, { urgencyScore: 80, fundingGap: 1200 });
    await approvedCharity(t, { name: "Nowhere" });
    await approvedCharity(t, { name: "Elsewhere", city: "Cali", latitude: 3, longitude: -76 });
    await addCharity(t, { name: "Waits", latitude: 3, longitude: -76 });
    const all = await as(t, member).query(api.charities.getCharitiesWithCoordinates, {});
    expect(all).toMatchObject({
      city: null,
      places: [{ name: "Casa Azul" }, { name: "Elsewhere", gap: 0 }],
      others: true,
    });
    const inCity = { city: "bogota" };
    const map = await as(t, member).query(api.charities.getCharitiesWithCoordinates, inCity);
    expect(map).toMatchObject({
      city: "Bogotá",
      places: [{ name: "Casa Azul", ...place, gap: 1200 }],
      others: true,
    });
  });
});

test("admins read pending charities, and all charities in pages", async () => {
  const t = await plazaWithAdmins();
  for (const name of ["A", "B", "C"]) await addCharity(t, { name });
  await approvedCharity(t, { name: "D" });
  const me = as(t, admin);
  expect(await me.query(api.charities.getPendingCharities, {})).toMatchObject({
    count: 3,
    shown: [{ name: "A" }, { name: "B" }, { name: "C" }],
  });
  const paginationOpts = { numItems: 3, cursor: null };
  const first = await me.query(api.charities.getAllCharities, { paginationOpts });
  expect(first.page).toHaveLength(3);
  expect(first.isDone).toBe(false);
  const approved = { status: "approved" as const, paginationOpts };
  expect((await me.query(api.charities.getAllCharities, approved)).page).toMatchObject([
    { name: "D" },
  ]);
});

test("without charities the queries return nothing, and no city", async () => {
  const t = startPlaza();
  const empty = await as(t, leo).query(api.charities.getCharitiesByCity, { limit: 10 });
  expect(empty).toEqual({ city: null, charities: [], hasMore: false });
});
