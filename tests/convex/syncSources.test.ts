import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  type Answers,
  icsEvent,
  icsExternal,
  jsonEvent,
  jsonExternal,
  plazaWithSources,
} from "../support/convex/lumaSources.ts";
import { sync } from "../support/convex/lumaSync.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { talk, wordsOf } from "../support/access/chats.ts";
import {
  as,
  begin,
  day,
  eventNamed,
  everything,
  hour,
  leo,
  makeBot,
  makeChannel,
  minute,
  pass,
  type Plaza,
  rows,
} from "../support/convex/plaza.ts";

// One calendar is read by several sources: what another source leaves out or words differently is no
// news, and only a source that has listed an event can find it missing.

const tickets = "https://tickets.example/e/harbour-walk?ref=luma";
const party = "https://party.example/e/AbC123";
/** In Luma's JSON places have a name and an address, in the feed an address only. */
const pier = {
  mode: "shown",
  address: "Pier 3",
  city: "New York",
  full_address: "Pier 3, New York",
};

const asItems: Answers["items"] = [
  jsonEvent("dinner", begin + 5 * hour, { geo_address_info: pier, location_type: "offline" }),
  jsonEvent("brunch", begin + 2 * day, { geo_address_info: pier, hosts: [] }),
  jsonExternal("walk", begin + 3 * day, tickets),
  jsonExternal("party", begin + 4 * day, party),
];
const asFeed: string[][] = [
  icsEvent("dinner", begin + 5 * hour, ["LOCATION:Pier 3\\, New York\\, NY", "GEO:40.7;-74.0"]),
  icsEvent("brunch", begin + 2 * day, ["LOCATION:Pier 3\\, New York\\, NY", "GEO:40.7;-74.0"]),
  icsExternal("walk", begin + 3 * day, tickets),
  icsExternal("party", begin + 4 * day, party),
];

/** Everything that was told to anybody since the last time, by kind. */
async function told(t: Plaza): Promise<string[]> {
  const sent = await makeBot(t).sendAll();
  return sent.map(({ payload }) =>
    payload.kind === "announce" ? payload.announcement.kind : payload.kind,
  );
}

/** A synced calendar with a channel, and a person who goes to every event. */
async function mix(first: Partial<Answers>) {
  const plaza = await plazaWithSources();
  const { t, orgId, answers } = plaza;
  Object.assign(answers, first);
  await makeChannel(t, { orgId });
  await sync(t, orgId);
  for (const { _id: eventId } of await rows(t, "events"))
    await as(t, "telegram:77").mutation(api.rsvps.answer, { eventId, answer: "going", guests: 0 });
  expect(await told(t)).toEqual(["new"]);
  return plaza;
}

const statuses = async (t: Plaza) => (await rows(t, "events")).map(({ status }) => status);

describe("the same calendar by two sources", () => {
  test.each([
    ["the keyless JSON fails for good", { items: asItems, ics: asFeed }, { items: "gone" }],
    ["the keyless JSON is there after all", { ics: asFeed }, { items: asItems }],
  ] as const)("%s: the same four events, and nobody hears of it", async (_, first, then) => {
    const { t, orgId, answers } = await mix(first);
    const before = await statuses(t);
    expect(before).toHaveLength(4);
    for (const change of [then, first, then, first]) {
      Object.assign(answers, change);
      expect(await sync(t, orgId)).toMatchObject({ result: "ok", read: 4, missing: 0, created: 0 });
      await pass(t, 10 * minute);
      expect(await told(t)).toEqual([]);
    }
    expect(await statuses(t)).toEqual(before);
  });

  test("after both have been read, changing between them writes no event and no listing", async () => {
    const { t, orgId, answers } = await mix({ items: asItems, ics: asFeed });
    answers.items = "gone";
    await sync(t, orgId);
    const known = async () => {
      const { events, listings } = await everything(t);
      return { events, listings };
    };
    const before = await known();
    for (const items of [asItems, "gone", asItems, "gone"] as const) {
      answers.items = items;
      await sync(t, orgId);
      expect(await known()).toEqual(before);
    }
  });

  test("a change that the other source shows is applied, and told once", async () => {
    const { t, orgId, answers } = await mix({ items: asItems, ics: asFeed });
    answers.items = "gone";
    await sync(t, orgId);
    answers.ics = asFeed.map((lines) =>
      lines.map((line) =>
        lines[1] === "SUMMARY:Event brunch" ? line.replace("Pier 3", "Pier 9") : line,
      ),
    );
    expect(await sync(t, orgId)).toMatchObject({ changed: 1 });
    expect(await eventNamed(t, "brunch")).toMatchObject({ location: "Pier 9, New York, NY" });
    answers.items = asItems;
    expect(await sync(t, orgId)).toMatchObject({ changed: 0 });
    expect((await eventNamed(t, "brunch")).location).toBe("Pier 9, New York, NY");
  });

  test("events off Luma that share an address stay apart, also a week later", async () => {
    const club = "https://meet.example/run-club/";
    const runs = [1, 2, 3].map((week) => jsonExternal(`run${week}`, begin + week * 7 * day, club));
    const { t, orgId, answers } = await mix({ items: runs });
    expect(await rows(t, "events")).toHaveLength(3);
    await pass(t, 7 * day + 5 * hour);
    answers.items = runs.slice(1);
    for (let looks = 0; looks < 3; looks++) {
      expect(await sync(t, orgId)).toMatchObject({ result: "ok", created: 0, missing: 0 });
      await pass(t, 10 * minute);
    }
    expect(await statuses(t)).not.toContain("cancelled");
  });
});

describe("events off Luma of a page, which have no ids", () => {
  const club = "https://meet.example/run-club/";
  const pageOf = (...starts: number[]) =>
    pageWith({
      "@type": "ItemList",
      itemListElement: starts.map((start) => ({
        item: ldEvent({ url: club, startDate: new Date(start).toISOString() }),
      })),
    });
  async function synced(...starts: number[]) {
    const { t, orgId, answers } = await plazaWithSources("luma.com/club");
    answers.page = pageOf(...starts);
    await sync(t, orgId);
    const startsById = async () =>
      new Map((await rows(t, "events")).map(({ _id, startDate }) => [_id, startDate]));
    return { t, orgId, answers, startsById, before: await startsById() };
  }
  const [one, two, three] = [begin + day, begin + 8 * day, begin + 15 * day];

  test("stay themselves when another date of their address is gone or new", async () => {
    const { t, orgId, answers, startsById, before } = await synced(one, two, three);
    expect([...before.values()]).toEqual([one, two, three]);
    answers.page = pageOf(two, three, three + 7 * day);
    expect(await sync(t, orgId)).toMatchObject({ created: 1, changed: 0, missing: 1 });
    const after = await startsById();
    for (const [id, start] of before) expect(after.get(id)).toBe(start);
  });

  test("are moved where they are alone at their address", async () => {
    const { t, orgId, answers, startsById, before } = await synced(one);
    answers.page = pageOf(two);
    expect(await sync(t, orgId)).toMatchObject({ created: 0, changed: 1, missing: 0 });
    expect([...(await startsById()).entries()]).toEqual([...before.keys()].map((id) => [id, two]));
  });
});

describe("what is called off", () => {
  const listed = [1, 2, 3].map((n) => jsonEvent(`e${n}`, begin + n * day));
  const fed = [1, 2, 3].map((n) => icsEvent(`e${n}`, begin + n * day));

  test("nothing that the source now in use has never listed", async () => {
    const { t, orgId, answers } = await mix({ items: listed });
    Object.assign(answers, { items: "gone", ics: fed.slice(0, 2) });
    for (let looks = 0; looks < 4; looks++) {
      expect(await sync(t, orgId)).toMatchObject({ source: "ics", missing: 0, removed: 0 });
      await pass(t, 10 * minute);
    }
    answers.items = listed.slice(0, 2);
    expect(await sync(t, orgId)).toMatchObject({ source: "items", missing: 1 });
    await pass(t, 2 * minute);
    expect((await eventNamed(t, "e3")).status).toBe("cancelled");
  });

  test("nothing by one look of each of two sources", async () => {
    const { t, orgId, answers } = await mix({ items: listed, ics: fed });
    answers.items = "gone";
    await sync(t, orgId);
    answers.ics = fed.slice(0, 2);
    expect(await sync(t, orgId)).toMatchObject({ source: "ics", missing: 1 });
    answers.items = listed.slice(0, 2);
    await pass(t, 2 * minute);
    expect((await eventNamed(t, "e3")).status).toBe("upcoming");
    await pass(t, 2 * minute);
    expect((await eventNamed(t, "e3")).status).toBe("cancelled");
  });

  test("nothing by a second sync within seconds", async () => {
    const { t, orgId, answers } = await mix({ items: listed });
    answers.items = listed.slice(0, 2);
    for (let times = 0; times < 3; times++) {
      expect(await sync(t, orgId)).toMatchObject({ missing: 1, removed: 0 });
      await pass(t, 10_000);
    }
    expect((await eventNamed(t, "e3")).status).toBe("upcoming");
    await pass(t, 2 * minute);
    expect((await eventNamed(t, "e3")).status).toBe("cancelled");
  });

  test.each([
    ["an alarm that is not closed", ["BEGIN:VALARM", "ACTION:DISPLAY"]],
    ["an end that was never begun", ["END:VALARM"]],
    ["a line that is none", ["this is not a line of a calendar"]],
    ["a second UID", ["UID:evt-e3@events.lu.ma"]],
  ])("nothing by a feed with %s, as often as it is read", async (_, damage) => {
    const { t, orgId, answers } = await mix({ ics: fed });
    const [one = [], two = []] = fed;
    answers.ics = [one, [...two, ...damage]];
    for (let looks = 0; looks < 3; looks++) {
      expect(await sync(t, orgId)).toMatchObject({ result: "ok", missing: 0, isPartial: true });
      await pass(t, hour);
    }
    expect(await statuses(t)).toEqual(["upcoming", "upcoming", "upcoming"]);
    const admin = talk(t, leo);
    expect(wordsOf(await admin.command("sync"))).toContain("cut or damaged");
    answers.ics = fed;
    expect(wordsOf(await admin.command("sync"))).not.toContain("cut or damaged");
  });
});

describe("an address that is no calendar's", () => {
  const pageOf = (kind: string, more = "") =>
    `<html>${more}<script id="__NEXT_DATA__">{"props":{"pageProps":{"initialData":{"kind":"${kind}",` +
    `"data":{"event":{"api_id":"evt-1","name":"Jam","start_at":"2026-12-01T10:00:00Z","url":"jam"}}}}}}</script></html>`;

  test.each([
    ["event", "that address is an event, not a calendar"],
    ["discover-place", "that page of Luma is not a calendar"],
  ])(
    "a page of the kind %s is refused in words, stores nothing and is not tried again",
    async (kind, words) => {
      const { t, answers } = await plazaWithSources("luma.com/jam");
      answers.page = pageOf(kind);
      const said = wordsOf(await talk(t, leo).command("sync"));
      expect(said).toContain(words);
      expect(said).toContain("/org change");
      expect(await rows(t, "events")).toEqual([]);
      expect((await rows(t, "organizations"))[0]?.lastSync).not.toHaveProperty("retryAt");
    },
  );
});

describe("fields", () => {
  const at = (more: Record<string, unknown>) => [jsonEvent("jam", begin + 5 * hour, more)];
  const shown = {
    geo_address_info: {
      mode: "shown",
      address: "Casa",
      city: "Zeist",
      full_address: "Lane 4, Zeist",
    },
    coordinate: { latitude: 52.1, longitude: 5.2 },
    location_type: "offline",
  };

  test("an address that Luma hides later disappears with its coordinates, and is no news", async () => {
    const { t, orgId, answers } = await mix({ items: at(shown) });
    expect(await eventNamed(t, "jam")).toMatchObject({
      location: "Casa",
      locationDetails: "Lane 4, Zeist",
    });
    answers.items = at({ ...shown, geo_address_visibility: "guests-only" });
    await sync(t, orgId);
    const hidden = await eventNamed(t, "jam");
    expect(hidden.location).toBe("Zeist");
    for (const field of ["locationDetails", "locationUrl", "coordinates"])
      expect(hidden).not.toHaveProperty(field);
    expect(await told(t)).toEqual([]);
    // Neither does the feed, which may still have it, bring it back.
    Object.assign(answers, {
      items: "gone",
      ics: [icsEvent("jam", begin + 5 * hour, ["LOCATION:Lane 4"])],
    });
    await sync(t, orgId);
    expect((await eventNamed(t, "jam")).location).toBe("Zeist");
    expect(await told(t)).toEqual([]);
  });

  test("a new place does not keep the street and the coordinates of the old one", async () => {
    const { t, orgId, answers } = await mix({ items: at(shown) });
    answers.items = at({ geo_address_info: { mode: "shown", address: "Town hall" } });
    await sync(t, orgId);
    const moved = await eventNamed(t, "jam");
    expect(moved.location).toBe("Town hall");
    expect(moved).not.toHaveProperty("locationDetails");
    expect(moved).not.toHaveProperty("coordinates");
    expect(await told(t)).toEqual(["event"]);
  });

  test("the same start with and without its seconds is no move", async () => {
    const { t, orgId, answers } = await mix({ items: at({}) });
    answers.items = at({ start_at: new Date(begin + 5 * hour + 673).toISOString() });
    expect(await sync(t, orgId)).toMatchObject({ changed: 0 });
    answers.items = at({ start_at: new Date(begin + 5 * hour + minute).toISOString() });
    expect(await sync(t, orgId)).toMatchObject({ changed: 1 });
  });

  test("what no source says is not known", async () => {
    const { t } = await mix({ items: at({}) });
    for (const field of ["eventType", "registrationCount", "registrationType", "maxCapacity"])
      expect(await eventNamed(t, "jam")).not.toHaveProperty(field);
  });

  test("an event that becomes private is listed nowhere, and again when it is public again", async () => {
    const listed = async (t: Plaza) => (await t.query(api.events.queries.upcoming, {})).length;
    const { t, orgId, answers } = await mix({ ics: [icsEvent("jam", begin + day)] });
    answers.ics = [icsEvent("jam", begin + day, ["CLASS:PRIVATE"])];
    await sync(t, orgId);
    expect(await listed(t)).toBe(0);
    answers.ics = [icsEvent("jam", begin + day)];
    await sync(t, orgId);
    expect(await listed(t)).toBe(1);
  });

  test("a private event of a feed is not announced", async () => {
    const { t, orgId, answers } = await plazaWithSources();
    await makeChannel(t, { orgId });
    answers.ics = [icsEvent("secret", begin + day, ["CLASS:PRIVATE"])];
    await sync(t, orgId);
    expect(await t.query(api.events.queries.upcoming, {})).toEqual([]);
    expect(await told(t)).toEqual([]);
  });
});
