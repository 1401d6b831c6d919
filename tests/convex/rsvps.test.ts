import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  answersIn,
  countedIn,
  countsIn,
  maybe,
  no,
  plazaWithJam,
  plusOne,
  toldOf,
  yes,
} from "../support/convex/rsvps.ts";
import { makePerson, refused } from "../support/convex/people.ts";
import { as, begin, hour, leo, makeBot, pass, rows, settled } from "../support/convex/plaza.ts";

// Who comes to an event, and who waits for a seat.

const one = "telegram:1";
const two = "discord:2";
const three = "telegram:3";
const four = "telegram:4";

describe("an answer", () => {
  test("counts people and those they bring, and tells what is so then", async () => {
    const { say } = await plazaWithJam();
    expect(await say(one, yes)).toMatchObject({ going: 1, mine: { answer: "going", guests: 0 } });
    expect(await say(two, plusOne)).toMatchObject({ going: 3, mine: { guests: 1 } });
    expect(await say(three, maybe)).toMatchObject({ going: 3, maybe: 1 });
    expect(await say(two, no)).toMatchObject({ going: 1, mine: { answer: "not", guests: 0 } });
  });

  test("said twice is said once", async () => {
    const { t, say } = await plazaWithJam();
    await say(one, plusOne);
    const before = JSON.stringify(await rows(t, "rsvps"));
    await pass(t, hour);
    await say(one, plusOne);
    expect(JSON.stringify(await rows(t, "rsvps"))).toBe(before);
    expect(await countsIn(t)).toEqual({ going: 2, maybe: 0, waiting: 0 });
  });

  test("brings one guest at most", async () => {
    const { say } = await plazaWithJam();
    expect(await say(one, { answer: "going", guests: 7 as 1 })).toMatchObject({ going: 2 });
  });

  test("of one person is one, in both of their chats", async () => {
    const { t, say } = await plazaWithJam();
    await makePerson(t, { chats: [one, two] });
    await say(one, plusOne);
    expect(await say(two, maybe)).toMatchObject({ going: 0, maybe: 1 });
    expect(await rows(t, "rsvps")).toHaveLength(1);
  });

  test("is taken for coming events alone", async () => {
    const { t, say, eventId, cancel } = await plazaWithJam();
    const answer = { eventId: "nothing", answer: "going" as const };
    expect(await refused(as(t, one).mutation(api.rsvps.answer, answer))).toBe("no-such-event");
    await cancel();
    expect(await refused(say(one, yes))).toBe("event-over");
    await t.run((ctx) => ctx.db.patch("events", eventId, { isPublished: false }));
    expect(await refused(say(one, yes))).toBe("no-such-event");
  });

  test("is taken until an event is over, whether or not the clock has noticed", async () => {
    const { t, say } = await plazaWithJam(begin + hour);
    await pass(t, 2 * hour);
    expect(await say(one, yes)).toMatchObject({ going: 1 });
    await pass(t, 3 * hour);
    expect(await refused(say(two, yes))).toBe("event-over");
  });

  test.each(["suspended", "banned"] as const)("who is %s takes no seat", async (accountStatus) => {
    const { t, say } = await plazaWithJam();
    await makePerson(t, { accountStatus, chats: [one] });
    expect(await refused(say(one, yes))).toBe(accountStatus);
    expect(await refused(say(one, maybe))).toBe(accountStatus);
    expect(await refused(say(one, no))).toBe("allowed");
  });
});

describe("seats", () => {
  test("that are taken make a line; who leaves lets the first in, who is told", async () => {
    const { t, say } = await plazaWithJam(undefined, 1);
    await say(one, yes);
    expect(await say(two, yes)).toMatchObject({ mine: { isWaiting: true, place: 1 } });
    expect(await say(three, yes)).toMatchObject({ mine: { isWaiting: true, place: 2 } });
    expect(await toldOf(t, "seat")).toEqual([]);
    await say(one, no);
    expect(await answersIn(t)).toEqual({ [one]: "not", [two]: "goes", [three]: "waits" });
    expect(await toldOf(t, "seat")).toEqual([two]);
    const [sent] = await makeBot(t, "discord").sendAll();
    expect(sent?.payload).toMatchObject({ kind: "event", why: { kind: "seat", guests: 0 } });
  });

  test("that were taken and left again before it was said are not told", async () => {
    const { t, say } = await plazaWithJam(undefined, 1);
    await say(one, yes);
    await say(two, yes);
    await say(one, no);
    await say(two, no);
    expect(await makeBot(t, "discord").sendAll()).toEqual([]);
  });

  test("nobody passes the first in line, who needs two and finds one", async () => {
    const { t, say } = await plazaWithJam(undefined, 2);
    await say(one, yes);
    await say(two, plusOne);
    expect(await say(three, yes)).toMatchObject({ mine: { isWaiting: true, place: 2 } });
    expect(await answersIn(t)).toEqual({ [one]: "goes", [two]: "waits +1", [three]: "waits" });
    // Alone they fit, and then nobody else does.
    await say(two, yes);
    expect(await answersIn(t)).toEqual({ [one]: "goes", [two]: "goes", [three]: "waits" });
    // They are answered: nobody needs to be told as well.
    expect(await toldOf(t, "seat")).toEqual([]);
  });

  test("of two who come in the same moment the first is first", async () => {
    const { say } = await plazaWithJam(undefined, 1);
    await say(one, yes);
    await say(two, maybe);
    await say(three, yes);
    expect(await say(two, yes)).toMatchObject({ mine: { isWaiting: true, place: 2 } });
  });

  test("a guest who stays away makes room for somebody else", async () => {
    const { t, say } = await plazaWithJam(undefined, 2);
    await say(one, plusOne);
    await say(two, yes);
    await say(one, yes);
    expect(await answersIn(t)).toEqual({ [one]: "goes", [two]: "goes" });
  });

  test("somebody more where there is no seat: one keeps one's own", async () => {
    const { t, say } = await plazaWithJam(undefined, 1);
    await say(one, yes);
    expect(await say(one, plusOne)).toMatchObject({ mine: { guests: 0, isWaiting: false } });
    await say(two, yes);
    expect(await say(one, plusOne)).toMatchObject({ mine: { guests: 0, isWaiting: false } });
    expect(await countsIn(t)).toEqual({ going: 1, maybe: 0, waiting: 1 });
  });

  test("who wants a guest while waiting keeps their place", async () => {
    const { t, say } = await plazaWithJam(undefined, 1);
    for (const who of [one, two, three]) await say(who, yes);
    expect(await say(two, plusOne)).toMatchObject({ mine: { place: 1, guests: 1 } });
    expect(await say(three, yes)).toMatchObject({ mine: { place: 2 } });
    expect(await countedIn(t)).toEqual(await countsIn(t));
  });

  test("more of them let as many in as fit; fewer take nobody's", async () => {
    const { t, say, limit } = await plazaWithJam(undefined, 1);
    await say(one, yes);
    await say(two, plusOne);
    await say(three, yes);
    await say(four, yes);
    await limit(4);
    expect(await answersIn(t)).toMatchObject({
      [two]: "goes +1",
      [three]: "goes",
      [four]: "waits",
    });
    expect(await toldOf(t, "seat")).toEqual([two, three]);
    expect(await limit(1)).toMatchObject({ going: 4, capacity: 1 });
    await say(one, no);
    expect(await answersIn(t)).toMatchObject({
      [two]: "goes +1",
      [three]: "goes",
      [four]: "waits",
    });
    const view = await limit(null);
    expect(view).not.toHaveProperty("capacity");
    expect(await answersIn(t)).toMatchObject({ [four]: "goes" });
  });

  test("an admin's number stays, whatever the calendar says; else the calendar's counts", async () => {
    const { t, say, limit, move } = await plazaWithJam(begin + 100 * hour, 1);
    await say(one, yes);
    await say(two, yes);
    await move(begin + 100 * hour, { maxCapacity: 2 });
    expect(await answersIn(t)).toMatchObject({ [two]: "goes" });
    await limit(null);
    await move(begin + 101 * hour, { maxCapacity: 1 });
    expect(await say(three, yes)).toMatchObject({ mine: { isWaiting: false } });
    await limit(3);
    await move(begin + 102 * hour, { maxCapacity: 9 });
    expect(await say(four, yes)).toMatchObject({ capacity: 3, mine: { isWaiting: true } });
  });

  test.each([0, -1, 1.5, NaN, 1e9])("%d is no number of seats", async (seats) => {
    const { t, eventId } = await plazaWithJam();
    const set = as(t, leo).mutation(api.rsvps.setLimit, { eventId, seats });
    expect(await refused(set)).toBe("bad-limit");
  });

  test("of an event that is called off go to nobody; back on, the line moves", async () => {
    const { t, say, cancel, move, limit, eventId } = await plazaWithJam(begin + 90 * hour, 1);
    await say(one, yes);
    await say(two, yes);
    await cancel();
    await limit(5);
    expect(await answersIn(t)).toMatchObject({ [two]: "waits" });
    await t.run((ctx) => ctx.db.patch("events", eventId, { curated: ["maxCapacity"] }));
    await move(begin + 90 * hour);
    expect(await answersIn(t)).toMatchObject({ [two]: "goes" });
  });

  test("a hundred that come free at once let a hundred in, in their order, and tell each", async () => {
    const { t, say, limit } = await plazaWithJam(undefined, 1);
    await say("telegram:1000", yes);
    for (let number = 1001; number <= 1110; number++) await say(`telegram:${number}`, yes);
    await limit(101);
    await settled(t);
    const waiting = Object.entries(await answersIn(t)).filter(([, word]) => word === "waits");
    expect(waiting.map(([who]) => who)).toEqual(
      Array.from({ length: 10 }, (_, index) => `telegram:${1101 + index}`),
    );
    expect(await toldOf(t, "seat")).toHaveLength(100);
    expect(await countsIn(t)).toEqual(await countedIn(t));
  });
});

test("what somebody goes to is listed, the soonest first, without what is over, off or refused", async () => {
  const { t, say, eventId } = await plazaWithJam(undefined, 1);
  await say(one, yes);
  await say(two, yes);
  const mine = async (who: string) => await as(t, who).query(api.rsvps.mine, {});
  expect(await mine(two)).toMatchObject([{ event: { _id: eventId }, isWaiting: true, place: 1 }]);
  expect(await mine(three)).toEqual([]);
  await say(one, no);
  expect(await mine(one)).toEqual([]);
  await t.run((ctx) => ctx.db.patch("events", eventId, { status: "past" }));
  expect(await mine(two)).toEqual([]);
});

test("of an event anybody sees how many come, and their own answer alone", async () => {
  const { t, say, eventId } = await plazaWithJam();
  await say(one, plusOne);
  const show = async (who: string | null) =>
    await (who === null ? t : as(t, who)).query(api.rsvps.show, { eventId });
  expect(await show(one)).toMatchObject({ going: 2, mine: { guests: 1 } });
  for (const who of [two, null, "bot:telegram"]) {
    const view = await show(who);
    expect(view).toMatchObject({ going: 2 });
    expect(view).not.toHaveProperty("mine");
  }
  expect(await t.query(api.rsvps.show, { eventId: "nothing" })).toBeNull();
});
