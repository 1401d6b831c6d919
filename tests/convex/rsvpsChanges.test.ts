import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { maybe, no, plazaWithJam, toldOf, yes } from "../support/convex/rsvps.ts";
import { linkWith } from "../support/convex/linkedAccounts.ts";
import {
  as,
  begin,
  day,
  hour,
  leo,
  makeBot,
  makeChannel,
  minute,
  pass,
  type Plaza,
  rows,
  said,
  settled,
  takeOver,
} from "../support/convex/plaza.ts";

// A change shortly before an event is told to each of those who come, once.

const one = "telegram:1";
const two = "telegram:2";
const three = "discord:3";
const four = "telegram:4";

/** What a Telegram bot sends now: to whom, and why; or in which message it changes it. */
async function sent(t: Plaza) {
  const all = await makeBot(t).sendAll();
  return all.map(({ to, payload, messageId }) => {
    if (payload.kind !== "event") return [to.chatId, payload.kind];
    const { kind, ...why } = payload.why;
    return [
      to.chatId,
      kind,
      { ...why, at: payload.event.startDate, ...(messageId && { edited: true }) },
    ];
  });
}

test("a new time within a day is told to who goes, waits or may come, and to nobody else", async () => {
  const { t, say, move } = await plazaWithJam(begin + 12 * hour, 1);
  await say(one, yes);
  await say(two, yes);
  await say(three, maybe);
  await say(four, no);
  await move(begin + 14 * hour);
  expect(await toldOf(t, "changed")).toEqual([one, two, three]);
  expect(await sent(t)).toEqual([
    [
      "1",
      "changed",
      { start: begin + 12 * hour, at: begin + 14 * hour, hasNewPlace: false, wasOff: false },
    ],
    [
      "2",
      "changed",
      { start: begin + 12 * hour, at: begin + 14 * hour, hasNewPlace: false, wasOff: false },
    ],
  ]);
});

test("synced again it is not told again", async () => {
  const { t, say, move } = await plazaWithJam();
  await say(one, yes);
  await move(begin + 14 * hour);
  await move(begin + 14 * hour);
  await pass(t, hour);
  await move(begin + 14 * hour);
  expect(await toldOf(t, "changed")).toEqual([one]);
});

test.each([
  ["from far to near", 5 * day, 23 * hour, 1],
  ["from near to far", 23 * hour, 5 * day, 1],
  ["from far to far", 5 * day, 4 * day, 0],
  ["from a day and a bit to a day", 25 * hour, 24 * hour, 0],
] as const)("%s", async (_, from, to, times) => {
  const { t, say, move } = await plazaWithJam(begin + from);
  await say(one, yes);
  await move(begin + to);
  expect(await toldOf(t, "changed")).toHaveLength(times);
});

test("a new place is told, and what it was", async () => {
  const { t, say, move } = await plazaWithJam(begin + 12 * hour);
  await say(one, yes);
  await move(begin + 12 * hour, { location: "Parque" });
  expect(await sent(t)).toEqual([
    ["1", "changed", { place: "Casa", at: begin + 12 * hour, hasNewPlace: true, wasOff: false }],
  ]);
});

test("another title or picture is no reason to write to anybody", async () => {
  const { t, say, orgId } = await plazaWithJam(begin + 12 * hour);
  await say(one, yes);
  await takeOver(t, orgId, [said("jam", begin + 12 * hour, { title: "Jam!", location: "Casa" })]);
  expect(await sent(t)).toEqual([]);
});

test("an admin's change is told as a calendar's is", async () => {
  const { t, say, eventId } = await plazaWithJam(begin + 12 * hour);
  await say(one, yes);
  const changes = { startDate: begin + 13 * hour };
  await as(t, leo).mutation(api.events.mutations.update, { eventId, changes });
  await settled(t);
  expect(await toldOf(t, "changed")).toEqual([one]);
});

describe("within a minute of the first word", () => {
  test("what is still to be sent is sent as it is then, once", async () => {
    const { t, say, move } = await plazaWithJam(begin + 12 * hour);
    await say(one, yes);
    await move(begin + 13 * hour);
    await move(begin + 14 * hour);
    expect(await sent(t)).toEqual([
      [
        "1",
        "changed",
        expect.objectContaining({ start: begin + 12 * hour, at: begin + 14 * hour }),
      ],
    ]);
  });

  test("what is out is corrected where it stands", async () => {
    const { t, say, move } = await plazaWithJam(begin + 12 * hour);
    await say(one, yes);
    await move(begin + 13 * hour);
    expect(await sent(t)).toHaveLength(1);
    await pass(t, 30_000);
    await move(begin + 14 * hour);
    await move(begin + 15 * hour);
    expect(await sent(t)).toEqual([
      [
        "1",
        "changed",
        expect.objectContaining({ edited: true, start: begin + 12 * hour, at: begin + 15 * hour }),
      ],
    ]);
  });

  test("back to where it was: nobody hears who has not heard; who has is told that it is as planned", async () => {
    const { t, say, move } = await plazaWithJam(begin + 12 * hour);
    await say(one, yes);
    await say(three, yes);
    await move(begin + 13 * hour);
    expect(await sent(t)).toHaveLength(1);
    await move(begin + 12 * hour);
    const [[, , edit] = []] = await sent(t);
    expect(edit).toMatchObject({ edited: true, at: begin + 12 * hour, hasNewPlace: false });
    expect(edit).not.toHaveProperty("start");
    expect(await makeBot(t, "discord").sendAll()).toEqual([]);
  });

  test("and not after it: then it is told anew", async () => {
    const { t, say, move } = await plazaWithJam(begin + 12 * hour);
    await say(one, yes);
    await move(begin + 13 * hour);
    expect(await sent(t)).toHaveLength(1);
    await pass(t, minute);
    await move(begin + 14 * hour);
    expect(await sent(t)).toEqual([
      [
        "1",
        "changed",
        expect.objectContaining({ start: begin + 13 * hour, at: begin + 14 * hour }),
      ],
    ]);
  });
});

test("an older change that was not sent before a newer one is not sent any more", async () => {
  const { t, say, move } = await plazaWithJam(begin + 12 * hour);
  await say(one, yes);
  await move(begin + 13 * hour);
  await pass(t, 2 * minute);
  await move(begin + 14 * hour);
  expect(await sent(t)).toHaveLength(1);
});

describe("called off", () => {
  test("within a day: who goes, waits or may come is told, once", async () => {
    const { t, say, cancel } = await plazaWithJam(begin + 12 * hour, 1);
    await say(one, yes);
    await say(two, yes);
    await say(three, maybe);
    await say(four, no);
    await cancel();
    await cancel();
    expect(await toldOf(t, "called-off")).toEqual([one, two, three]);
    expect((await sent(t)).map(([, kind]) => kind)).toEqual(["called-off", "called-off"]);
  });

  test("further away the channels are told, and nobody in private", async () => {
    const { t, say, cancel } = await plazaWithJam(begin + 3 * day);
    await makeChannel(t);
    await say(one, yes);
    await cancel();
    expect(await toldOf(t, "called-off")).toEqual([]);
    expect((await sent(t)).map(([, what]) => what)).toEqual(["announce"]);
  });

  test("a moment after it moved: who has not heard of the move hears that it is off alone", async () => {
    const { t, say, move, cancel } = await plazaWithJam(begin + 12 * hour);
    await say(one, yes);
    await move(begin + 13 * hour);
    await cancel();
    expect((await sent(t)).map(([, kind]) => kind)).toEqual(["called-off"]);
  });

  test("and on again: each is told both, and who has not heard of either is told nothing wrong", async () => {
    const { t, say, move, cancel } = await plazaWithJam(begin + 12 * hour);
    await say(one, yes);
    await say(three, yes);
    await cancel();
    expect((await sent(t)).map(([, kind]) => kind)).toEqual(["called-off"]);
    await move(begin + 12 * hour);
    expect(await sent(t)).toEqual([["1", "changed", expect.objectContaining({ wasOff: true })]]);
    const others = await makeBot(t, "discord").sendAll();
    expect(others.map(({ payload }) => payload.kind === "event" && payload.why.kind)).toEqual([
      "changed",
    ]);
  });
});

test("who does not want to hear of events is told nothing", async () => {
  const { t, say, move } = await plazaWithJam(begin + 12 * hour);
  await linkWith(t, one);
  await say(one, yes);
  await as(t, one).mutation(api.chatAccounts.change, { muted: ["events"] });
  await move(begin + 13 * hour);
  expect(await sent(t)).toEqual([]);
});

test("a person with two chats is told in one of them", async () => {
  const { t, say, move } = await plazaWithJam(begin + 12 * hour);
  await linkWith(t, one, three);
  await say(three, yes);
  await move(begin + 13 * hour);
  expect(await toldOf(t, "changed")).toEqual([three]);
});

test("a thousand are told in batches, each once; in their first minute each is corrected", async () => {
  const { t, eventId, move } = await plazaWithJam(begin + 12 * hour);
  await t.run(async ({ db }) => {
    for (let number = 0; number < 1000; number++)
      await db.insert("rsvps", {
        account: `telegram:${number}`,
        eventId,
        guests: 0,
        isWaiting: false,
        answer: number % 4 === 0 ? "maybe" : "going",
        since: begin,
        answeredAt: begin,
      });
    await db.insert("attendances", { eventId, going: 750, maybe: 250, waiting: 0 });
  });
  await move(begin + 13 * hour);
  const told = await toldOf(t, "changed");
  expect(told).toHaveLength(1000);
  expect(new Set(told).size).toBe(1000);
  await t.run(async ({ db }) => {
    for (const { _id } of await db.query("deliveries").collect())
      await db.patch("deliveries", _id, { state: "sent", isOpen: false, messageId: "m" });
  });
  await move(begin + 14 * hour);
  const edits = (await rows(t, "deliveries")).filter(({ part }) => part === "edit-2");
  expect(edits).toHaveLength(1000);
});
