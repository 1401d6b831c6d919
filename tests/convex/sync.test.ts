import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import {
  byId,
  byPage,
  entry,
  plazaWithLuma,
  sync,
  syncedPlaza,
} from "../support/convex/lumaSync.ts";
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
  makeOrganization,
  minute,
  pass,
  rows,
  settled,
} from "../support/convex/plaza.ts";

test("a first sync announces one digest of upcoming events, and no past events", async () => {
  const { t, orgId } = await plazaWithLuma(byId, [
    entry("past", begin - day),
    entry("soon", begin + day),
    entry("later", begin + 2 * day),
  ]);
  await makeChannel(t, { orgId });
  expect(await sync(t, orgId)).toMatchObject({ result: "ok" });
  const sent = await makeBot(t).sendAll();
  expect(
    sent.map(({ announcement: { kind, events } }) => [
      kind,
      ...events.map(({ facts }) => facts.title),
    ]),
  ).toEqual([["new", "Event soon", "Event later"]]);
});

test("a first sync of many events announces one digest with ten of them and their number", async () => {
  const events = Array.from({ length: 120 }, (_, index) => entry(`e${index}`, begin + day + index));
  const { t, orgId } = await plazaWithLuma(byId, events);
  expect(await sync(t, orgId)).toMatchObject({ read: 120, created: 120 });
  const told = await rows(t, "announcements");
  expect(told).toHaveLength(1);
  expect(told[0]?.events).toHaveLength(10);
  expect(told[0]?.total).toBeGreaterThanOrEqual(100);
});

test("a first sync of a calendar without upcoming events announces nothing", async () => {
  const { t, orgId } = await plazaWithLuma(byId, [entry("past", begin - day)]);
  await sync(t, orgId);
  expect(await rows(t, "announcements")).toEqual([]);
});

test.each([byId, byPage])(
  "a sync in which nothing changed writes nothing at all (%s)",
  async (luma) => {
    const { t, orgId } = await syncedPlaza(luma);
    // The page contains the calendar's id: the next sync uses the better source and adds fields.
    await sync(t, orgId);
    const before = await everything(t);
    for (let times = 0; times < 3; times++) {
      await pass(t, hour);
      const next = await everything(t);
      expect(await sync(t, orgId)).toMatchObject({ result: "ok", created: 0, changed: 0 });
      expect(await everything(t)).toEqual(next);
    }
    expect(await everything(t)).toEqual(before);
  },
);

test("a new event, a move and a removal are each announced once", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  await makeChannel(t, { orgId, kinds: ["new", "moved", "cancelled"] });
  const bot = makeBot(t);
  const told = async () => (await bot.sendAll()).map(({ announcement }) => announcement.kind);
  const twice = async () => [await sync(t, orgId), await sync(t, orgId)];

  emulator.put(entry("jam", begin + 5 * day));
  await twice();
  expect(await told()).toEqual(["new"]);
  await pass(t, hour);
  emulator.put(entry("jam", begin + 5 * day + hour));
  await twice();
  expect(await told()).toEqual(["moved"]);
  emulator.remove("jam");
  await sync(t, orgId);
  expect(await told()).toEqual([]);
  await pass(t, 2 * minute);
  expect(await told()).toEqual(["cancelled"]);
  await twice();
  expect(await told()).toEqual([]);
});

test("an event that vanishes is noted by a first sync, and cancelled by a second complete one", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  emulator.remove("two");
  expect(await sync(t, orgId)).toMatchObject({ result: "ok", missing: 1, removed: 0 });
  expect((await eventNamed(t, "two")).status).toBe("upcoming");
  // The second sync fails, so it confirms nothing.
  emulator.fault({ kind: "rate-limit-page", count: 1 });
  await pass(t, 2 * minute);
  expect((await eventNamed(t, "two")).status).toBe("upcoming");
  await pass(t, 10 * minute);
  expect((await eventNamed(t, "two")).status).toBe("cancelled");
  const listings = await rows(t, "listings");
  expect(listings.map(({ eventId }) => eventId)).not.toContain((await eventNamed(t, "two"))._id);
});

test("an event that is back at the second sync is not cancelled", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const [, two] = emulator.events();
  emulator.remove("two");
  await sync(t, orgId);
  emulator.put(entry("two", two?.startMs ?? 0));
  await pass(t, 2 * minute);
  expect((await eventNamed(t, "two")).status).toBe("upcoming");
  emulator.remove("two");
  expect(await sync(t, orgId)).toMatchObject({ missing: 1, removed: 0 });
});

test("an event that returns after its cancellation is announced as new", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  await makeChannel(t, { orgId, kinds: ["new", "cancelled"] });
  emulator.remove("two");
  await sync(t, orgId);
  await pass(t, 2 * minute);
  const bot = makeBot(t);
  expect(await bot.sendAll()).toHaveLength(1);
  emulator.put(entry("two", begin + 2 * day));
  await sync(t, orgId);
  expect((await eventNamed(t, "two")).status).toBe("upcoming");
  const sent = await bot.sendAll();
  expect(sent.map(({ announcement }) => announcement.kind)).toEqual(["new"]);
  expect(await sync(t, orgId)).toMatchObject({ changed: 0, created: 0 });
});

test("a past event leaves the calendar without being cancelled", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  await pass(t, day + hour);
  emulator.remove("one");
  expect(await sync(t, orgId)).toMatchObject({ missing: 0, removed: 0 });
});

test("an event with a new slug is the same event", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const before = await eventNamed(t, "two");
  // The emulator derives ids from slugs, so the renamed event is written by hand.
  const [, two] = emulator.events();
  if (!two) throw new Error("there is no second event");
  const { _id } = before;
  await t.mutation(internal.events.mutations.upsertEvents, {
    orgId,
    refused: [],
    events: [
      {
        lumaEventId: two.id,
        lumaSlug: "renamed",
        lumaUrl: "https://luma.com/renamed",
        title: two.title,
        startDate: two.startMs,
      },
    ],
  });
  expect(await eventNamed(t, "renamed")).toMatchObject({
    _id,
    lumaUrl: "https://luma.com/renamed",
  });
  expect(await rows(t, "events")).toHaveLength(3);
});

test("the page has no ids: the calendar's better source adds them to the same events", async () => {
  const { t, orgId } = await syncedPlaza(byPage);
  await sync(t, orgId);
  const events = await rows(t, "events");
  expect(events).toHaveLength(3);
  expect(events.every(({ lumaEventId }) => lumaEventId?.startsWith("evt-"))).toBe(true);
});

test("a source with fewer fields deletes none", async () => {
  const { t, emulator, orgId } = await plazaWithLuma(byId, [
    entry("jam", begin + day, {
      timezone: "America/Bogota",
      location: { name: "Casa", address: "Calle 1", lat: 1, lng: 2 },
      hosts: ["Ana"],
      cover: "https://images.example.org/jam.png",
      capacity: 30,
      going: 7,
    }),
  ]);
  await sync(t, orgId);
  const before = await eventNamed(t, "jam");
  expect(before).toMatchObject({ location: "Casa", timezone: "America/Bogota" });
  const [known] = emulator.events();
  await t.mutation(internal.events.mutations.upsertEvents, {
    orgId,
    refused: [],
    events: [
      {
        lumaSlug: "jam",
        lumaUrl: "https://luma.com/jam",
        title: "Event jam",
        startDate: known?.startMs ?? 0,
      },
    ],
  });
  expect(await eventNamed(t, "jam")).toEqual(before);
});

test("fields set by an admin are not overwritten by a sync", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const { _id: eventId } = await eventNamed(t, "two");
  await as(t, leo).mutation(api.events.mutations.update, {
    eventId,
    changes: { title: "By hand", description: "Curated" },
    isFeatured: true,
  });
  emulator.put(
    entry("two", begin + 2 * day, { title: "By Luma", description: "Theirs", going: 9 }),
  );
  await sync(t, orgId);
  expect(await eventNamed(t, "two")).toMatchObject({
    title: "By hand",
    description: "Curated",
    isFeatured: true,
    registrationCount: 9,
  });
});

test("an event cancelled by an admin stays cancelled while the calendar lists it", async () => {
  const { t, orgId } = await syncedPlaza();
  const { _id: eventId } = await eventNamed(t, "two");
  const admin = as(t, leo);
  await admin.mutation(api.events.mutations.update, { eventId, changes: {}, cancel: true });
  expect(await sync(t, orgId)).toMatchObject({ result: "ok", changed: 0 });
  expect((await eventNamed(t, "two")).status).toBe("cancelled");
  await admin.mutation(api.events.mutations.update, { eventId, changes: {}, cancel: false });
  await sync(t, orgId);
  expect((await eventNamed(t, "two")).status).toBe("upcoming");
});

test("an event added by an admin is not expected in the calendar", async () => {
  const { t, orgId } = await syncedPlaza();
  await as(t, leo).mutation(api.events.mutations.create, {
    orgId,
    event: { title: "Picnic", startDate: begin + day, lumaUrl: "https://example.org/picnic" },
  });
  expect(await sync(t, orgId)).toMatchObject({ missing: 0 });
});

test("the zone is the source's where it has one, else the organization's", async () => {
  const { t, orgId } = await plazaWithLuma(byId, [
    entry("theirs", begin + day, { timezone: "America/Bogota" }),
    entry("ours", begin + day),
  ]);
  await sync(t, orgId);
  expect((await eventNamed(t, "theirs")).timezone).toBe("America/Bogota");
  expect((await eventNamed(t, "ours")).timezone).toBe("Europe/Madrid");
});

test("an event on two organizations' calendars keeps its owner, and is announced to the channels of both", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  // The emulator derives ids from slugs: the same slug is the same event.
  emulator.put(entry("other", begin + 9 * day), "second");
  const second = await makeOrganization(t, { name: "Second", luma: "luma.com/second" });
  await sync(t, second);
  await makeChannel(t, { chatId: "1", orgId, kinds: ["new", "moved"] });
  await makeChannel(t, { chatId: "2", orgId: second, kinds: ["new", "moved"] });
  for (const calendar of ["plaza", "second"])
    emulator.put(entry("shared", begin + 4 * day), calendar);
  for (let times = 0; times < 3; times++) for (const org of [orgId, second]) await sync(t, org);
  expect((await eventNamed(t, "shared")).orgId).toBe(orgId);
  const chats = async () => (await makeBot(t).sendAll()).map(({ to }) => to.chatId).sort();
  expect(await chats()).toEqual(["1", "2"]);

  await pass(t, hour);
  for (const calendar of ["plaza", "second"])
    emulator.put(entry("shared", begin + 5 * day), calendar);
  for (const org of [second, orgId]) await sync(t, org);
  expect(await chats()).toEqual(["1", "2"]);

  // It leaves the owner's calendar: the other organization owns it, and no cancellation is
  // announced.
  emulator.remove("shared");
  await sync(t, orgId);
  await pass(t, 2 * minute);
  expect(await eventNamed(t, "shared")).toMatchObject({ orgId: second, status: "upcoming" });
  expect(await chats()).toEqual([]);
});

test("two sources with different texts do not overwrite each other at every sync", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  const second = await makeOrganization(t, { name: "Second", luma: "luma.com/second" });
  emulator.put(entry("two", begin + 2 * day, { title: "Event two, elsewhere" }), "second");
  for (let times = 0; times < 2; times++) await sync(t, second);
  const before = await everything(t);
  for (const org of [orgId, second, orgId, second])
    expect(await sync(t, org)).toMatchObject({ changed: 0 });
  expect(await everything(t)).toEqual(before);
});

test("after a change of calendar an organization starts over: one digest, no cancellations", async () => {
  const { t, emulator, orgId } = await syncedPlaza();
  await makeChannel(t, { orgId });
  await pass(t, hour);
  emulator.put(entry("fresh", begin + 3 * day), "second");
  await as(t, leo).mutation(api.organizations.change, { orgId, luma: "luma.com/second" });
  await sync(t, orgId);
  const sent = await makeBot(t).sendAll();
  expect(sent.map(({ announcement }) => announcement.kind)).toEqual(["new"]);
  const open = await t.query(api.events.queries.getPublished, { orgId, limit: 10 });
  expect(open.map(({ title }) => title)).toEqual(["Event fresh"]);

  // And back: its events are there again, although the page has no visibility field.
  await as(t, leo).mutation(api.organizations.change, { orgId, luma: byPage });
  await sync(t, orgId);
  const again = await t.query(api.events.queries.getPublished, { orgId, limit: 10 });
  expect(again).toHaveLength(3);
});

test("a paged calendar is read to its end, in several actions where it is long", async () => {
  const events = Array.from({ length: 620 }, (_, index) =>
    entry(`e${index}`, begin + day + index * minute),
  );
  const { t, emulator, orgId } = await plazaWithLuma(byId, events);
  expect(await sync(t, orgId)).toBeNull();
  expect((await rows(t, "organizations"))[0]?.lastSync).toMatchObject({ result: "ok", read: 620 });
  expect(emulator.requests()).toHaveLength(13);
  expect(await rows(t, "events")).toHaveLength(620);
  emulator.remove("e5");
  await sync(t, orgId);
  expect((await rows(t, "organizations"))[0]?.lastSync).toMatchObject({ missing: 1, changed: 0 });
});

test("after a 429 in the middle a paged calendar continues at the same page", async () => {
  const events = Array.from({ length: 120 }, (_, index) =>
    entry(`e${index}`, begin + day + index * minute),
  );
  const { t, emulator, orgId } = await plazaWithLuma(byId, events);
  await sync(t, orgId);
  const before = await everything(t);
  const asked = emulator.requests().length;
  // The first page is served; the fault applies to the second.
  const put = vi.fn<() => void>(() => emulator.fault({ kind: "429", count: 1, retryAfter: 30 }));
  const realFetch = globalThis.fetch;
  vi.stubGlobal("fetch", async (...args: Parameters<typeof fetch>) => {
    const answer = await realFetch(...args);
    if (put.mock.calls.length === 0) put();
    return answer;
  });
  const report = await sync(t, orgId);
  vi.unstubAllGlobals();
  expect(report).toMatchObject({ result: "failed", message: "throttled", read: 50 });
  await pass(t, 30_000);
  expect((await rows(t, "organizations"))[0]?.lastSync).toMatchObject({ result: "ok", read: 120 });
  // Three pages and one refused request, not six pages.
  expect(emulator.requests().length - asked).toBe(4);
  expect({ ...(await everything(t)), organizations: [] }).toEqual({ ...before, organizations: [] });
});

test("the cron syncs every organization that has a calendar, a little apart", async () => {
  const { t, emulator } = await plazaWithLuma(byId, [entry("one", begin + day)]);
  await makeOrganization(t, { name: "Second", luma: "luma.com/second" });
  await makeOrganization(t, { name: "No calendar" });
  emulator.put(entry("two", begin + day), "second");
  await t.action(internal.events.sync.runFullEventSync, {});
  await settled(t);
  expect(await rows(t, "events")).toHaveLength(1);
  await pass(t, 5_000);
  expect(await rows(t, "events")).toHaveLength(2);
});
