import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { serve } from "../support/luma/serve.ts";
import { byId, sync } from "../support/convex/lumaSync.ts";
import {
  as,
  begin,
  day,
  eventNamed,
  leo,
  makeOrganization,
  minute,
  pass,
  rows,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

// Entries that cannot be read. Luma's answers are written by hand, entry by entry.

type Entry = { api_id?: string; name: string; start_at: string; url?: string };

function one(slug: string, start = begin + day): Entry {
  return {
    api_id: `evt-${slug}0000000000`,
    name: `Event ${slug}`,
    start_at: new Date(start).toISOString(),
    url: slug,
  };
}

/** The same event in the format of a calendar page. */
function item(slug: string, startDate: string) {
  return {
    "@type": "Event",
    name: `Event ${slug}`,
    url: `https://luma.com/${slug}`,
    startDate,
  };
}

/** A Luma whose keyless JSON lists these entries, or answers 404 where there are none. */
async function plazaWithEntries(entries: Entry[]) {
  const t = startPlaza();
  const luma = { entries, page: "" };
  const { origin } = await serve(({ path }, response) => {
    if (path.startsWith("/luma.com/")) return response.end(luma.page);
    if (luma.entries.length === 0) return response.writeHead(404).end();
    const wrapped = luma.entries.map((event) => ({ api_id: "calev-1", event }));
    return response.end(JSON.stringify({ entries: wrapped, has_more: false }));
  });
  vi.stubEnv("LUMA_ORIGIN", origin);
  const orgId = await makeOrganization(t, { luma: byId });
  return { t, orgId, luma };
}

test("an entry with an invalid start is refused and counted, and the rest is stored", async () => {
  const { t, orgId } = await plazaWithEntries([
    one("good"),
    { ...one("bad"), start_at: "nonsense" },
    one("fine"),
  ]);
  expect(await sync(t, orgId)).toMatchObject({ result: "ok", read: 2, refused: 1 });
  expect((await rows(t, "events")).map(({ startDate }) => startDate)).toEqual([
    begin + day,
    begin + day,
  ]);
});

test("where no entry can be read, the calendar is suspicious and not empty", async () => {
  const { t, orgId, luma } = await plazaWithEntries([one("a"), one("b")]);
  await sync(t, orgId);
  luma.entries = luma.entries.map((entry) => ({ ...entry, start_at: "nonsense" }));
  expect(await sync(t, orgId)).toMatchObject({ result: "suspicious" });
  await pass(t, day / 2);
  expect((await rows(t, "events")).map(({ status }) => status)).toEqual(["upcoming", "upcoming"]);
});

test("while an entry is refused, nothing counts as vanished, and what is readable is stored", async () => {
  const { t, orgId, luma } = await plazaWithEntries([one("a"), one("b"), one("c")]);
  await sync(t, orgId);
  luma.entries = [one("a"), { ...one("b"), start_at: "nonsense" }];
  expect(await sync(t, orgId)).toMatchObject({ refused: 1, missing: 0 });
  await pass(t, day / 2);
  await sync(t, orgId);
  expect((await eventNamed(t, "b")).status).toBe("upcoming");
  expect((await eventNamed(t, "c")).status).toBe("upcoming");
  luma.entries = [one("a"), one("b")];
  expect(await sync(t, orgId)).toMatchObject({ refused: 0, missing: 1 });
  await pass(t, 2 * minute);
  expect((await eventNamed(t, "c")).status).toBe("cancelled");
});

test("while a refused entry cannot be recognised, nothing counts as vanished", async () => {
  const { t, orgId, luma } = await plazaWithEntries([one("a"), one("b"), one("c")]);
  await sync(t, orgId);
  luma.entries = [one("a"), { name: "who knows", start_at: "nonsense" }];
  expect(await sync(t, orgId)).toMatchObject({ refused: 1, missing: 0 });
  await pass(t, day / 2);
  expect((await rows(t, "events")).map(({ status }) => status)).not.toContain("cancelled");
});

test("a refused entry of the page is recognised by its slug, though the event has an id", async () => {
  const { t, orgId, luma } = await plazaWithEntries([one("a"), one("b")]);
  await sync(t, orgId);
  await as(t, leo).mutation(api.organizations.change, { orgId, luma: "luma.com/club" });
  await t.run((ctx) => ctx.db.patch("organizations", orgId, { hasSynced: true }));
  const list = {
    "@type": "ItemList",
    itemListElement: [
      { item: item("a", new Date(begin + day).toISOString()) },
      { item: item("b", "nonsense") },
    ],
  };
  luma.entries = [];
  luma.page = `<html><script type="application/ld+json">${JSON.stringify(list)}</script></html>`;
  expect(await sync(t, orgId)).toMatchObject({ source: "page", refused: 1, missing: 0 });
});

test.each([
  ["evt-b", "its id"],
  ["b", "its slug"],
  ["https://luma.com/b", "its address"],
])("the identity %s of a refused entry is found by %s", async (identity) => {
  const t = startPlaza();
  const orgId = await makeOrganization(t);
  await takeOver(t, orgId, [said("b", begin + day)]);
  const { seen } = await takeOver(t, orgId, [], [identity]);
  expect(seen).toEqual([(await eventNamed(t, "b"))._id]);
});
