import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { startNeedsEmulator } from "../../bots/sandbox/services/needs.ts";
import { rowsOf } from "../../convex/external/needsFeed.ts";
import { serve } from "../support/luma/serve.ts";
import {
  addCharity,
  admin,
  approvedCharity,
  needsIn,
  plazaWithAdmins,
} from "../support/convex/charities.ts";
import { refused } from "../support/convex/people.ts";
import {
  as,
  begin,
  day,
  failedJobs,
  type Plaza,
  pass,
  rows,
  settled,
} from "../support/convex/plaza.ts";

const url = "https://needs.example.org/needs.json";

/** A Plaza with a needs feed that returns `answer`. */
async function plazaWithSource(answer: unknown) {
  const t = await plazaWithAdmins();
  const source = await startNeedsEmulator();
  onTestFinished(() => source.close());
  vi.stubEnv("NEEDS_ORIGIN", source.url);
  source.say(answer);
  return { t, source };
}

/** An admin configures the feed, and it is read. */
async function read(t: Plaza, address = url) {
  await as(t, admin).mutation(api.needsFeed.setSource, { url: address });
  await settled(t);
  expect(await failedJobs(t)).toEqual([]);
  return await as(t, admin).query(api.needsFeed.source, {});
}

const azul = { name: "casa AZUL", city: "bogota", category: "food", urgencyScore: 80 };

test("rows are imported: new needs and known ones, by name and city or by id", async () => {
  const { t, source } = await plazaWithSource([]);
  const charityId = await approvedCharity(t, {}, { urgencyScore: 10, fundingGap: 100 });
  const other = await approvedCharity(t, { name: "Casa Verde" });
  source.say({
    needs: [
      { ...azul, fundingGap: 1200 },
      { charityId: other, category: "water", urgencyScore: 5, fundingGap: 7, note: "ignored" },
    ],
  });
  expect(await read(t)).toEqual({ url, readAt: begin, taken: 2, refused: 0, problems: [] });
  expect(await needsIn(t)).toEqual(["food 80 1200 bogota active", "water 5 7 bogota active"]);
  const [first] = await rows(t, "needsData");
  expect(first).toMatchObject({ charityId, source: "api", category: "food" });
});

test("an invalid row does not affect the others, and is reported with its problem", async () => {
  const { t, source } = await plazaWithSource([]);
  const charityId = await approvedCharity(t);
  await approvedCharity(t, { name: "Twice", city: "Cali" });
  await t.run(async ({ db }) => {
    const twice = (await db.query("charities").collect()).find(({ name }) => name === "Twice");
    const { _id, _creationTime, ...row } = twice ?? {};
    void [_id, _creationTime];
    await db.insert("charities", row as never);
  });
  const good = { ...azul, fundingGap: 1200 };
  source.say([
    null,
    "need",
    { ...good, urgencyScore: 101 },
    { ...good, fundingGap: -1 },
    { ...good, fundingGap: 12.5 },
    { ...good, urgencyScore: "80" },
    { ...good, name: "Casa Roja" },
    { charityId: "nobody", category: "food", urgencyScore: 1, fundingGap: 1 },
    { ...good, name: "Twice", city: "Cali" },
    { category: "food", urgencyScore: 1, fundingGap: 1 },
    good,
    { charityId, category: " FOOD ", urgencyScore: 1, fundingGap: 1 },
    { ...good, category: "water" },
  ]);
  const feed = await read(t);
  expect(feed).toMatchObject({ taken: 2, refused: 11 });
  expect(feed?.problems).toEqual([
    "row 1: it is no object",
    "row 2: it is no object",
    "row 3: urgencyScore is not right",
    "row 4: fundingGap is not right",
    "row 5: fundingGap is not right",
    "row 6: urgencyScore is not right",
    "row 10: it names no charity",
    "row 7: the charity is unknown",
    "row 8: the charity is unknown",
    "row 9: the charity is unknown",
  ]);
  expect(await needsIn(t)).toEqual(["food 80 1200 bogota active", "water 80 1200 bogota active"]);
});

test("a need of a pending charity is imported, but is inactive", async () => {
  const { t } = await plazaWithSource([{ ...azul, fundingGap: 1200 }]);
  await addCharity(t);
  await read(t);
  expect(await needsIn(t)).toEqual(["food 80 1200 bogota waits"]);
});

test("many rows are imported in many transactions, and an eleventh need is refused", async () => {
  const kinds = Array.from({ length: 12 }, (_, index) => `kind ${index}`);
  const { t } = await plazaWithSource(
    kinds.map((category) => ({ ...azul, category, fundingGap: 1 })),
  );
  await approvedCharity(t);
  expect(await read(t)).toMatchObject({
    taken: 10,
    refused: 2,
    problems: [
      "row 11: the charity has ten needs already",
      "row 12: the charity has ten needs already",
    ],
  });
});

test("it is read every day until it is removed", async () => {
  const { t, source } = await plazaWithSource([{ ...azul, fundingGap: 1200 }]);
  await approvedCharity(t);
  await read(t);
  source.say([{ ...azul, fundingGap: 900 }]);
  await as(t, admin).mutation(api.needsFeed.readNow, {});
  await settled(t);
  expect(await needsIn(t)).toEqual(["food 80 900 bogota active"]);
  await as(t, admin).mutation(api.needsFeed.setSource, { url: null });
  const before = source.asked();
  await as(t, admin).mutation(api.needsFeed.readNow, {});
  await pass(t, day);
  expect(source.asked()).toBe(before);
  expect(await as(t, admin).query(api.needsFeed.source, {})).toBeNull();
});

test("a failed request is reported, and changes no need", async () => {
  const answers: Record<string, { status?: number; body?: string; location?: string }> = {
    "/404": { status: 404 },
    "/html": { body: "<html>" },
    "/number": { body: "1" },
    "/deep": { body: `${"[".repeat(70)}${"]".repeat(70)}` },
    "/large": { body: `[${" ".repeat(3_000_001)}]` },
    "/plain": { status: 302, location: "http://needs.example.org/needs.json" },
    "/file": { status: 302, location: "file:///etc/passwd" },
    "/secret": { status: 302, location: "https://me:secret@needs.example.org/" },
    "/circle": { status: 302, location: "/circle" },
  };
  const { origin } = await serve(({ path }, response) => {
    const { status = 200, body = "", location } = answers[path.replace("/n.example.org", "")] ?? {};
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  const t = await plazaWithAdmins();
  await approvedCharity(t, {}, { urgencyScore: 80, fundingGap: 1200 });
  const before = await rows(t, "needsData");
  const said: Record<string, unknown> = {};
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  onTestFinished(() => void vi.restoreAllMocks());
  vi.stubEnv("NEEDS_ORIGIN", origin);
  for (const path of Object.keys(answers))
    said[path] = (await read(t, `https://n.example.org${path}`))?.error;
  vi.stubEnv("NEEDS_ORIGIN", "http://127.0.0.1:1");
  said["away"] = (await read(t, "https://n.example.org/away"))?.error;
  expect(said).toEqual({
    "/404": "it answered 404",
    "/html": "the answer is no JSON",
    "/number": "the answer is no list of needs",
    "/deep": "the answer is no JSON",
    "/large": "the answer is too large",
    "/plain": "it redirects to where nothing may be read",
    "/file": "it redirects to where nothing may be read",
    "/secret": "it redirects to where nothing may be read",
    "/circle": "it redirects in circles",
    away: "it could not be reached",
  });
  expect(await rows(t, "needsData")).toEqual(before);
});

test.each([
  "http://needs.example.org/needs.json",
  "https://me:secret@needs.example.org/",
  "https://127.0.0.1/needs.json",
  "https://localhost/needs.json",
  "https://needs.example.org:8443/",
  "ftp://needs.example.org/",
  "needs.json",
  `https://needs.example.org/${"x".repeat(500)}`,
])("no source is %s", async (address) => {
  const t = await plazaWithAdmins();
  const naming = as(t, admin).mutation(api.needsFeed.setSource, { url: address });
  expect(await refused(naming)).toBe("bad-feed");
});

describe("with any answer of the feed", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.integer(),
    fc.double(),
    fc.constantFrom(-0, 1e308, "__proto__", "", " ", 100, 101),
  );
  const hostile = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        name: value,
        city: value,
        charityId: value,
        category: value,
        urgencyScore: value,
        fundingGap: value,
      },
      { requiredKeys: [] },
    ),
  );
  const good = { name: "Casa Azul", city: "Bogotá", category: "food", urgencyScore: 80 };

  test("valid rows are read among invalid ones, and no invalid one is", () => {
    fc.assert(
      fc.property(fc.array(hostile), fc.array(hostile), (before, after) => {
        const feed = rowsOf([...before, { ...good, fundingGap: 1200 }, ...after]);
        if ("error" in feed) throw new Error(feed.error);
        const { rows, problems } = feed;
        expect(rows.length + problems.length).toBe(before.length + 1 + after.length);
        expect(rows).toContainEqual({ ...good, fundingGap: 1200, number: before.length + 1 });
        for (const { urgencyScore, fundingGap, category } of rows) {
          expect(Number.isInteger(urgencyScore) && urgencyScore >= 0 && urgencyScore <= 100).toBe(
            true,
          );
          expect(Number.isInteger(fundingGap) && fundingGap >= 0 && fundingGap <= 1e12).toBe(true);
          expect(category.length > 0 && category.length <= 40).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("nothing is thrown", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const feed = rowsOf(json);
        expect("error" in feed || feed.rows.length >= 0).toBe(true);
      }),
    );
  });

  test("a refresh stores the needs of all valid rows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 8 }), async (others) => {
        const { t } = await plazaWithSource([...others, { ...good, fundingGap: 1200 }]);
        await approvedCharity(t);
        const feed = await read(t);
        expect(feed).toMatchObject({ taken: 1, refused: others.length });
        expect(await needsIn(t)).toEqual(["food 80 1200 bogota active"]);
      }),
      { numRuns: 15 },
    );
  });
});
