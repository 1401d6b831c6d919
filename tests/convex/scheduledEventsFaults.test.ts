import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { many, plazaWithServer, soon } from "../support/convex/scheduledEvents.ts";
import {
  as,
  eventNamed,
  leo,
  makeChannel,
  minute,
  pass,
  type Plaza,
  said,
  settled,
  takeOver,
} from "../support/convex/plaza.ts";

// What goes wrong between the calendar and a Discord server's own events, and how it is mended.

describe("what goes wrong", () => {
  const one = async () => {
    const it = await plazaWithServer();
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
    const [first] = await bot.lease();
    if (!first) throw new Error("nothing is owed");
    await bot.begin(first);
    await bot.complete(first, { kind: "ambiguous", reason: "no answer" });
    await pass(t, minute);
    await follow();
    const again = told().filter(
      ({ url }) =>
        first.payload.kind === "scheduledEvent" && url === first.payload.scheduledEvent.url,
    );
    expect(again.map(({ mayExist }) => mayExist)).toEqual([true]);
  });

  test("a bot that dies in the middle leaves it to be looked for", async () => {
    const { t, bot, follow, told } = await one();
    await settled(t);
    const [held, ...others] = await bot.lease();
    // A server's are done one after the other.
    expect(others).toEqual([]);
    if (held) await bot.begin(held);
    await pass(t, minute);
    await follow();
    expect(told().map(({ mayExist }) => mayExist)).toEqual([true, false]);
  });

  test("one that was given up is looked for too when its event changes", async () => {
    const { t, follow, told } = await one();
    await follow({ kind: "refused", reason: "Discord 50035" });
    told();
    await rename(t, "jam", "Jam");
    await follow();
    expect(told()).toMatchObject([{ mayExist: true, wanted: { title: "Jam" } }]);
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
    const [held] = await bot.lease();
    if (!held) throw new Error("nothing is owed");
    await bot.begin(held);
    await mirror(true);
    there.delete(
      held.payload.kind === "scheduledEvent"
        ? (held.payload.scheduledEvent.discordEventId ?? "")
        : "",
    );
    expect(there.size).toBe(1);
    await bot.complete(held, { kind: "sent", messageId: "" });
    await follow();
    expect(titles()).toEqual(["Event jam", "Event talk"]);
  });

  test('"not now" is the whole server\'s, and other things go on', async () => {
    const { t, orgId, bot, mirror } = await plazaWithServer();
    await takeOver(t, orgId, many(5));
    await mirror(true);
    const [first] = await bot.lease();
    if (!first) throw new Error("nothing is owed");
    await bot.begin(first);
    await bot.complete(first, { kind: "later", retryAfterMs: 60_000 });
    await makeChannel(t, { platform: "discord", chatId: "1", kinds: ["new"] });
    await takeOver(t, orgId, [said("other", soon(9))]);
    const others = await bot.sendAll();
    expect(others.map(({ payload }) => payload.kind)).toEqual(["announce"]);
    await pass(t, 59_000);
    expect(await bot.lease()).toEqual([]);
    await pass(t, 2_000);
    expect(await bot.lease()).toHaveLength(1);
  });
});
