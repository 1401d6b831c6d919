import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { guildId, many, plazaWithServer, soon } from "../support/convex/scheduledEvents.ts";
import {
  as,
  begin,
  eventNamed,
  hour,
  leo,
  makeOrganization,
  minute,
  pass,
  type Plaza,
  rows,
  said,
  settled,
  takeOver,
} from "../support/convex/plaza.ts";

// Which events stand among a Discord server's own, and what its bot is told to do about them.

describe("an organization's events", () => {
  test("stand there once an admin wants it, with all that Discord asks for, and go when not", async () => {
    const { t, orgId, mirror, follow, told, there } = await plazaWithServer();
    const place = { location: "Cinema", description: "Bring *friends*", endDate: soon(0) + hour };
    await takeOver(t, orgId, [said("jam", soon(0), place), said("talk", soon(1))]);
    await follow();
    expect(told()).toEqual([]);
    await mirror(true);
    await follow();
    expect(told()).toMatchObject([
      {
        guildId,
        mayExist: false,
        url: "https://luma.com/jam",
        wanted: {
          title: "Event jam",
          description: "Bring *friends*",
          start: soon(0),
          end: soon(0) + hour,
          location: "Cinema",
        },
      },
      // Without an end it is taken to last three hours.
      { wanted: { title: "Event talk", end: soon(1) + 3 * hour } },
    ]);
    await mirror(false);
    await follow();
    expect(told().map(({ wanted }) => wanted)).toEqual([null, null]);
    expect([...there]).toEqual([]);
    expect(await rows(t, "scheduledEvents")).toEqual([]);
  });

  test("follow each change, once, owed in the same transaction; what is the same is not sent", async () => {
    const { t, orgId, mirror, follow, told, titles } = await plazaWithServer();
    await takeOver(t, orgId, [said("jam", soon(0)), said("talk", soon(1))]);
    await mirror(true);
    await follow();
    told();
    await takeOver(t, orgId, [said("jam", soon(0)), said("talk", soon(1))]);
    await follow();
    expect(told()).toEqual([]);
    const eventId = (await eventNamed(t, "jam"))._id;
    for (const title of ["One", "Two", "Three"])
      await as(t, leo).mutation(api.events.mutations.update, { eventId, changes: { title } });
    expect(
      (await rows(t, "deliveries")).filter(
        ({ task, isOpen }) => task.kind === "scheduledEvent" && isOpen,
      ),
    ).toHaveLength(1);
    await follow();
    expect(told()).toMatchObject([{ wanted: { title: "Three" } }]);
    expect(titles()).toEqual(["Event talk", "Three"]);
    // There and back again: Discord never hears of it.
    for (const title of ["Four", "Three"])
      await as(t, leo).mutation(api.events.mutations.update, { eventId, changes: { title } });
    await follow();
    expect(told()).toEqual([]);
  });

  test("that are called off, hidden or unlisted go; one that is on again comes back", async () => {
    const { t, orgId, mirror, follow, titles } = await plazaWithServer();
    await takeOver(t, orgId, [said("jam", soon(0)), said("talk", soon(1)), said("walk", soon(2))]);
    await mirror(true);
    await follow();
    const jam = (await eventNamed(t, "jam"))._id;
    const talk = (await eventNamed(t, "talk"))._id;
    const update = async (args: (typeof api.events.mutations.update)["_args"]) => {
      await as(t, leo).mutation(api.events.mutations.update, args);
      await follow();
    };
    await update({ eventId: jam, changes: {}, cancel: true });
    expect(titles()).toEqual(["Event talk", "Event walk"]);
    await update({ eventId: talk, changes: { isPublished: false } });
    expect(titles()).toEqual(["Event walk"]);
    await update({ eventId: talk, changes: { isPublished: true } });
    await update({ eventId: jam, changes: {}, cancel: false });
    await takeOver(t, orgId, [said("jam", soon(0))]);
    await follow();
    expect(titles()).toEqual(["Event jam", "Event talk", "Event walk"]);
  });

  test("that have begun are left alone, and forgotten when they are over", async () => {
    const { t, orgId, mirror, follow, told } = await plazaWithServer();
    await takeOver(t, orgId, [said("jam", begin + hour)]);
    await mirror(true);
    await follow();
    told();
    await pass(t, hour + minute);
    await t.mutation(internal.clock.updateStatuses, {});
    await follow();
    const eventId = (await eventNamed(t, "jam"))._id;
    await as(t, leo).mutation(api.events.mutations.update, { eventId, changes: { title: "On!" } });
    await follow();
    expect(told()).toEqual([]);
    expect(await rows(t, "scheduledEvents")).toHaveLength(1);
    await pass(t, 3 * hour);
    await t.mutation(internal.clock.updateStatuses, {});
    await follow();
    expect(told()).toEqual([]);
    expect(await rows(t, "scheduledEvents")).toEqual([]);
  });

  test("that are on already when it is switched on are not put there", async () => {
    const { t, orgId, mirror, follow, told } = await plazaWithServer();
    await takeOver(t, orgId, [said("jam", begin + hour), said("talk", soon(1))]);
    await pass(t, hour + minute);
    await t.mutation(internal.clock.updateStatuses, {});
    await mirror(true);
    await follow();
    expect(told()).toMatchObject([{ wanted: { title: "Event talk" } }]);
  });
});

describe("of more than a hundred", () => {
  test("the soonest stand there; when one leaves, the next moves in", async () => {
    const { t, orgId, mirror, follow, told, titles, there } = await plazaWithServer();
    await takeOver(t, orgId, many(60));
    await takeOver(t, orgId, many(130).slice(60));
    await mirror(true);
    await follow();
    expect(there.size).toBe(100);
    expect(titles().at(-1)).toBe("Event n099");
    told();
    const eventId = (await eventNamed(t, "n003"))._id;
    const update = as(t, leo).mutation(api.events.mutations.update, {
      eventId,
      changes: {},
      cancel: true,
    });
    await update;
    await follow();
    expect(told().map(({ wanted }) => wanted?.title ?? null)).toEqual([null, "Event n100"]);
    // A sooner one takes the place of the last.
    await takeOver(t, orgId, [said("sooner", begin + hour)]);
    await follow();
    expect(there.size).toBe(100);
    expect(titles()).toContain("Event sooner");
    expect(titles()).not.toContain("Event n100");
  });

  test("two organizations of one server share it, and what both list stands there once", async () => {
    const { t, orgId, mirror, follow, titles, there } = await plazaWithServer();
    const other = await makeOrganization(t, { name: "Other", hasSynced: true });
    await takeOver(t, orgId, many(70));
    await takeOver(t, other, [...many(10), ...many(120).slice(70)]);
    await mirror(true);
    await mirror(true, other);
    await follow();
    expect(there.size).toBe(100);
    expect(new Set(titles()).size).toBe(100);
    expect(titles().at(-1)).toBe("Event n099");
    await mirror(false, other);
    await follow();
    expect(there.size).toBe(70);
  });

  test("a move far away gives its place to the next", async () => {
    const { t, orgId, mirror, follow, titles, there } = await plazaWithServer();
    await takeOver(t, orgId, many(101));
    await mirror(true);
    await follow();
    await takeOver(t, orgId, [said("n000", soon(500))]);
    await follow();
    expect(there.size).toBe(100);
    expect(titles()).toContain("Event n100");
    expect(titles()).not.toContain("Event n000");
  });

  test("where Discord has no room, it is said, and tried again when something leaves", async () => {
    const { t, orgId, mirror, follow, titles } = await plazaWithServer({ room: 2 });
    await takeOver(t, orgId, many(3));
    await mirror(true);
    await follow();
    expect(titles()).toEqual(["Event n000", "Event n001"]);
    const waiting = (await rows(t, "deliveries")).filter(({ state }) => state === "suppressed");
    expect(waiting).toMatchObject([{ reason: "Discord 30038: 100 reached", isOpen: false }]);
    const eventId = (await eventNamed(t, "n000"))._id;
    await as(t, leo).mutation(api.events.mutations.update, { eventId, changes: {}, cancel: true });
    await follow();
    expect(titles()).toEqual(["Event n001", "Event n002"]);
  });
});

test("a server is looked through once for all that a page of the calendar changes", async () => {
  const { t, orgId, mirror } = await plazaWithServer();
  await mirror(true);
  await t.mutation(internal.events.mutations.upsertEvents, {
    orgId,
    events: many(40),
    refused: [],
  });
  expect(await rows(t, "guildReconciles")).toHaveLength(1);
  await settled(t);
  expect(await rows(t, "guildReconciles")).toEqual([]);
  expect(await rows(t, "scheduledEvents")).toHaveLength(40);
});

describe("an admin", () => {
  const set = async (t: Plaza, orgId: Id<"organizations">, isOn: boolean, guild?: string) =>
    await as(t, leo)
      .mutation(api.scheduledEvents.set, {
        orgId,
        isOn,
        ...(guild !== undefined && { guildId: guild }),
      })
      .then(
        () => "allowed",
        (error: unknown) => String(error),
      );

  test("says it in a server, or for an organization that has one", async () => {
    const { t, orgId } = await plazaWithServer();
    expect(await set(t, orgId, true)).toContain("no-server");
    expect(await set(t, orgId, true, "a server")).toContain("no-server");
    expect(await set(t, orgId, false)).toBe("allowed");
    expect(await set(t, orgId, true, guildId)).toBe("allowed");
    expect(await set(t, orgId, true)).toBe("allowed");
  });

  test("who names the member role of another server takes the events along", async () => {
    const { t, orgId, mirror, follow, told } = await plazaWithServer();
    await takeOver(t, orgId, many(1));
    await mirror(true);
    await follow();
    told();
    const there = "900000000000000009";
    await as(t, leo).mutation(api.organizations.setMemberRole, {
      orgId,
      member: { guildId: there, role: "Member" },
    });
    await follow();
    expect(told().map((one) => [one.guildId, one.wanted?.title ?? null])).toEqual([
      [guildId, null],
      [there, "Event n000"],
    ]);
    // Without a role the server stays: the events are still there.
    await as(t, leo).mutation(api.organizations.setMemberRole, { orgId, member: null });
    await follow();
    expect(told()).toEqual([]);
    expect(await rows(t, "scheduledEvents")).toHaveLength(1);
  });
});
