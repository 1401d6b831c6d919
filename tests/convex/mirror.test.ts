import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import {
  as,
  begin,
  day,
  eventNamed,
  hour,
  leo,
  makeBot,
  makeChannel,
  makeOrganization,
  minute,
  type Outcome,
  pass,
  type Plaza,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "./setup.ts";

// Which events stand among a Discord server's own, and what its bot is told to do about them.

const guildId = "900000000000000001";
type Claimed = Awaited<ReturnType<ReturnType<typeof makeBot>["claim"]>>[number];

/** A Discord with so much room, by what the bot was told: ids and titles. */
function discord(t: Plaza, { room = 100 } = {}) {
  const bot = makeBot(t, "discord");
  const there = new Map<string, string>();
  let serial = 0;
  const mirrorOf = ({ about }: Claimed) => {
    if (about.do !== "mirror") throw new Error(`it is a ${about.do}`);
    return about.mirror;
  };
  const answer = (claimed: Claimed): Outcome => {
    const { wanted, scheduledEventId } = mirrorOf(claimed);
    if (!wanted) {
      if (scheduledEventId !== undefined) there.delete(scheduledEventId);
      return { kind: "sent", messageId: "" };
    }
    const hash = JSON.stringify(wanted);
    if (hash === claimed.shownHash) return { kind: "unchanged" };
    if (scheduledEventId !== undefined && !there.has(scheduledEventId))
      return { kind: "message-gone" };
    if (scheduledEventId === undefined && there.size >= room)
      return { kind: "not-there", reason: "Discord 30038: 100 reached" };
    const id = scheduledEventId ?? `e${++serial}`;
    there.set(id, wanted.title);
    return { kind: "sent", messageId: id, hash };
  };
  const sent: ReturnType<typeof mirrorOf>[] = [];
  return {
    bot,
    there,
    /** What it was told since the last time. */
    told: () => sent.splice(0),
    titles: () => [...there.values()].toSorted(),
    /** Does what is owed, until nothing is; by the clock, for a server is not rushed. */
    follow: async (outcome?: Outcome) => {
      for (let round = 0; round < 400; round++) {
        await settled(t);
        const claimed = await bot.claim();
        for (const one of claimed) {
          if (!(await bot.begin(one))) continue;
          const result = outcome ?? answer(one);
          if (result.kind !== "unchanged") sent.push(mirrorOf(one));
          await bot.settle(one, result);
        }
        const open = (await rows(t, "deliveries")).filter(
          ({ work, isOpen }) => work.do === "mirror" && isOpen,
        );
        if (claimed.length === 0 && open.length === 0) return;
        if (claimed.length === 0) await pass(t, 2000);
      }
      throw new Error("there is no end to it");
    },
  };
}

async function plaza({ room = 100 } = {}) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  const there = discord(t, { room });
  const mirror = async (isOn: boolean, of: Id<"organizations"> = orgId) => {
    await as(t, leo).mutation(api.mirrors.set, { orgId: of, isOn, guildId });
    await settled(t);
  };
  return { t, orgId, mirror, ...there };
}

const soon = (index: number) => begin + (index + 2) * day;
const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    said(`n${String(index).padStart(3, "0")}`, soon(index)),
  );

describe("an organization's events", () => {
  test("stand there once an admin wants it, with all that Discord asks for, and go when not", async () => {
    const { t, orgId, mirror, follow, told, there } = await plaza();
    const place = { location: "Cinema", description: "Bring *friends*", endDate: soon(0) + hour };
    await takeOver(t, orgId, [said("jam", soon(0), place), said("talk", soon(1))]);
    await follow();
    expect(told()).toEqual([]);
    await mirror(true);
    await follow();
    expect(told()).toMatchObject([
      {
        guildId,
        mayBeThere: false,
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
    expect(await rows(t, "mirrors")).toEqual([]);
  });

  test("follow each change, once, owed in the same transaction; what is the same is not sent", async () => {
    const { t, orgId, mirror, follow, told, titles } = await plaza();
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
      (await rows(t, "deliveries")).filter(({ work, isOpen }) => work.do === "mirror" && isOpen),
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
    const { t, orgId, mirror, follow, titles } = await plaza();
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
    const { t, orgId, mirror, follow, told } = await plaza();
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
    expect(await rows(t, "mirrors")).toHaveLength(1);
    await pass(t, 3 * hour);
    await t.mutation(internal.clock.updateStatuses, {});
    await follow();
    expect(told()).toEqual([]);
    expect(await rows(t, "mirrors")).toEqual([]);
  });

  test("that are on already when it is switched on are not put there", async () => {
    const { t, orgId, mirror, follow, told } = await plaza();
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
    const { t, orgId, mirror, follow, told, titles, there } = await plaza();
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
    const { t, orgId, mirror, follow, titles, there } = await plaza();
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
    const { t, orgId, mirror, follow, titles, there } = await plaza();
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
    const { t, orgId, mirror, follow, titles } = await plaza({ room: 2 });
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

describe("what goes wrong", () => {
  const one = async () => {
    const it = await plaza();
    await takeOver(it.t, it.orgId, [said("jam", soon(0)), said("talk", soon(1))]);
    await it.mirror(true);
    return it;
  };
  const rename = async (t: Plaza, name: string, title: string) => {
    const eventId = (await eventNamed(t, name))._id;
    await as(t, leo).mutation(api.events.mutations.update, { eventId, changes: { title } });
  };

  test("a try without an answer is looked for before it is made again, however long ago", async () => {
    const { t, bot, follow, told } = await one();
    await settled(t);
    const [first] = await bot.claim();
    if (!first) throw new Error("nothing is owed");
    await bot.begin(first);
    await bot.settle(first, { kind: "unheard", reason: "no answer" });
    await pass(t, minute);
    await follow();
    const again = told().filter(
      ({ url }) => first.about.do === "mirror" && url === first.about.mirror.url,
    );
    expect(again.map(({ mayBeThere }) => mayBeThere)).toEqual([true]);
  });

  test("a bot that dies in the middle leaves it to be looked for", async () => {
    const { t, bot, follow, told } = await one();
    await settled(t);
    const [held, ...others] = await bot.claim();
    // A server's are done one after the other.
    expect(others).toEqual([]);
    if (held) await bot.begin(held);
    await pass(t, minute);
    await follow();
    expect(told().map(({ mayBeThere }) => mayBeThere)).toEqual([true, false]);
  });

  test("one that was given up is looked for too when its event changes", async () => {
    const { t, follow, told } = await one();
    await follow({ kind: "refused", reason: "Discord 50035" });
    told();
    await rename(t, "jam", "Jam");
    await follow();
    expect(told()).toMatchObject([{ mayBeThere: true, wanted: { title: "Jam" } }]);
  });

  test("one that was deleted in Discord is made anew once, and a second time not", async () => {
    const { t, follow, told, there, titles } = await one();
    await follow();
    for (const [title, left] of [
      ["Jam", ["Event talk", "Jam"]],
      ["Jam!", ["Event talk"]],
      ["Jam?", ["Event talk"]],
    ] as const) {
      for (const [id, name] of there) if (name !== "Event talk") there.delete(id);
      await rename(t, "jam", title);
      await follow();
      expect(titles()).toEqual(left);
    }
    told();
    // It was somebody's wish: nothing is to be taken away either.
    const eventId = (await eventNamed(t, "jam"))._id;
    await as(t, leo).mutation(api.events.mutations.update, { eventId, changes: {}, cancel: true });
    await follow();
    expect(told()).toEqual([]);
  });

  test("without the permission it goes off with the reason, and is whole again when switched on", async () => {
    const { t, orgId, mirror, follow, titles, told } = await one();
    await follow();
    await rename(t, "jam", "Jam");
    await follow({ kind: "channel-gone", reason: "Discord 50013: Missing Permissions" });
    const shown = await as(t, leo).query(api.organizations.show, { orgId });
    expect(shown).toMatchObject({
      mirrorsEvents: false,
      mirrorOffReason: "Discord 50013: Missing Permissions",
    });
    told();
    await rename(t, "talk", "Talk");
    await takeOver(t, orgId, [said("walk", soon(2))]);
    await follow();
    expect(told()).toEqual([]);
    await mirror(true);
    await follow();
    expect(titles()).toEqual(["Event walk", "Jam", "Talk"]);
    expect(await as(t, leo).query(api.organizations.show, { orgId })).not.toHaveProperty(
      "mirrorOffReason",
    );
  });

  test("wanted again while it is being taken away, it is put there anew", async () => {
    const { t, bot, mirror, follow, titles, there } = await one();
    await follow();
    await mirror(false);
    await pass(t, minute);
    const [held] = await bot.claim();
    if (!held) throw new Error("nothing is owed");
    await bot.begin(held);
    await mirror(true);
    there.delete(held.about.do === "mirror" ? (held.about.mirror.scheduledEventId ?? "") : "");
    expect(there.size).toBe(1);
    await bot.settle(held, { kind: "sent", messageId: "" });
    await follow();
    expect(titles()).toEqual(["Event jam", "Event talk"]);
  });

  test('"not now" is the whole server\'s, and other things go on', async () => {
    const { t, orgId, bot, mirror } = await plaza();
    await takeOver(t, orgId, many(5));
    await mirror(true);
    const [first] = await bot.claim();
    if (!first) throw new Error("nothing is owed");
    await bot.begin(first);
    await bot.settle(first, { kind: "later", retryAfterMs: 60_000 });
    await makeChannel(t, { platform: "discord", chatId: "1", kinds: ["new"] });
    await takeOver(t, orgId, [said("other", soon(9))]);
    const others = await bot.sendAll();
    expect(others.map(({ about }) => about.do)).toEqual(["announce"]);
    await pass(t, 59_000);
    expect(await bot.claim()).toEqual([]);
    await pass(t, 2_000);
    expect(await bot.claim()).toHaveLength(1);
  });
});

test("a server is looked through once for all that a page of the calendar changes", async () => {
  const { t, orgId, mirror } = await plaza();
  await mirror(true);
  await t.mutation(internal.events.mutations.upsertEvents, {
    orgId,
    events: many(40),
    refused: [],
  });
  expect(await rows(t, "mirrorLooks")).toHaveLength(1);
  await settled(t);
  expect(await rows(t, "mirrorLooks")).toEqual([]);
  expect(await rows(t, "mirrors")).toHaveLength(40);
});

describe("an admin", () => {
  const set = async (t: Plaza, orgId: Id<"organizations">, isOn: boolean, guild?: string) =>
    await as(t, leo)
      .mutation(api.mirrors.set, { orgId, isOn, ...(guild !== undefined && { guildId: guild }) })
      .then(
        () => "allowed",
        (error: unknown) => String(error),
      );

  test("says it in a server, or for an organization that has one", async () => {
    const { t, orgId } = await plaza();
    expect(await set(t, orgId, true)).toContain("no-server");
    expect(await set(t, orgId, true, "a server")).toContain("no-server");
    expect(await set(t, orgId, false)).toBe("allowed");
    expect(await set(t, orgId, true, guildId)).toBe("allowed");
    expect(await set(t, orgId, true)).toBe("allowed");
  });

  test("who names the member role of another server takes the events along", async () => {
    const { t, orgId, mirror, follow, told } = await plaza();
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
    expect(await rows(t, "mirrors")).toHaveLength(1);
  });
});
