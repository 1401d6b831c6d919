import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { hostA, hostB, inDiscord, inTelegram, plazaWithLine } from "../support/convex/queue.ts";
import { makePerson, refused } from "../support/convex/people.ts";
import {
  as,
  begin,
  day,
  hour,
  leo,
  minute,
  pass,
  rows,
  said,
  settled,
  takeOver,
} from "../support/convex/plaza.ts";

// Places in a line, and turns.

describe("who joins", () => {
  test("stands at the end, whichever chat they come from", async () => {
    const { join, order } = await plazaWithLine();
    expect((await join(0)).place).toMatchObject({ position: 1, status: "waiting" });
    expect((await join(1, inDiscord)).place.position).toBe(2);
    expect((await join(2)).place.position).toBe(3);
    expect(await order()).toEqual([0, 1, 2]);
  });

  test("again, in either chat, keeps their place", async () => {
    const { t, join, order } = await plazaWithLine();
    await join(0);
    await join(1);
    const again = await join(0, inDiscord);
    expect(again).toMatchObject({ isNew: false, place: { position: 1 } });
    expect(await order()).toEqual([0, 1]);
    expect(await rows(t, "queuePositions")).toHaveLength(2);
  });

  test("at once from both chats has one place", async () => {
    const { join, order } = await plazaWithLine();
    await Promise.all([join(0), join(0, inDiscord), join(1), join(1, inDiscord)]);
    expect(new Set(await order())).toEqual(new Set([0, 1]));
  });

  test("after they are done stands at the end anew", async () => {
    const { join, next, coming, order } = await plazaWithLine();
    await join(0);
    await join(1);
    await next();
    await coming(0);
    await next();
    expect((await join(0)).isNew).toBe(true);
    expect(await order()).toEqual([0]);
  });

  test("is refused where the line takes no more, and taken when somebody has left", async () => {
    const { join, leave } = await plazaWithLine(4, { capacity: 2 });
    await join(0);
    await join(1);
    expect(await refused(join(2))).toBe("line-full");
    await leave(0);
    expect(await refused(join(2))).toBe("allowed");
  });

  test("is refused where there is no line, or it is closed, or the event is over", async () => {
    const { t, orgId, eventId, join } = await plazaWithLine();
    await takeOver(t, orgId, [said("other", begin + day)]);
    const other = (await rows(t, "events")).find(({ lumaSlug }) => lumaSlug === "other");
    const asked = { eventId: other?._id ?? "" };
    const me = as(t, inTelegram(0));
    expect(await refused(me.mutation(api.queue.joinQueue, asked))).toBe("no-line");
    expect(await refused(me.mutation(api.queue.joinQueue, { eventId: "x" }))).toBe("no-such-event");
    await as(t, hostA).mutation(api.queue.closeQueue, { eventId });
    expect(await refused(join(0))).toBe("line-closed");
    await as(t, hostA).mutation(api.queue.openQueue, { eventId });
    await t.run((ctx) => ctx.db.patch("events", eventId, { status: "cancelled" }));
    expect(await refused(join(0))).toBe("event-over");
    await t.run((ctx) => ctx.db.patch("events", eventId, { status: "live", endsBy: begin - 1 }));
    expect(await refused(join(0))).toBe("event-over");
    expect(await refused(as(t, hostA).mutation(api.queue.openQueue, { eventId }))).toBe(
      "event-over",
    );
  });

  test("can be in five lines at once", async () => {
    const { t, orgId, join } = await plazaWithLine();
    await join(0);
    for (let number = 1; number <= 5; number++) {
      await takeOver(t, orgId, [said(`e${number}`, begin + hour)]);
      const found = (await rows(t, "events")).find(({ lumaSlug }) => lumaSlug === `e${number}`);
      const eventId = found?._id ?? "";
      await as(t, hostA).mutation(api.queue.openQueue, { eventId });
      const asked = as(t, inTelegram(0)).mutation(api.queue.joinQueue, { eventId });
      expect(await refused(asked)).toBe(number < 5 ? "allowed" : "too-many-lines");
    }
  });
});

test("who leaves leaves no gap, and cannot leave twice", async () => {
  const { join, leave, order } = await plazaWithLine();
  for (const number of [0, 1, 2, 3]) await join(number);
  await leave(1, inDiscord);
  expect(await order()).toEqual([0, 2, 3]);
  expect(await refused(leave(1))).toBe("not-in-line");
});

describe("next", () => {
  test("calls the first, and only once they are coming the one after", async () => {
    const { join, next, coming, order, called, ticket } = await plazaWithLine();
    for (const number of [0, 1, 2]) await join(number);
    const first = await next();
    expect(first.called).toMatchObject({ name: "Member 0", isMine: true, isConfirmed: false });
    // A double tap.
    expect(await refused(next())).toBe("still-coming");
    expect(await called()).toEqual(["0 by A"]);
    await coming(0, inDiscord);
    await next();
    expect((await ticket(0)).status).toBe("completed");
    expect(await called()).toEqual(["1 by A"]);
    expect(await order()).toEqual([2]);
  });

  test("of two hosts at once calls two different people", async () => {
    const { join, next, called, order } = await plazaWithLine();
    for (const number of [0, 1, 2]) await join(number);
    const both = await Promise.all([next(hostA), next(hostB)]);
    expect(new Set(both.map((one) => one.called?.name))).toEqual(new Set(["Member 0", "Member 1"]));
    expect(await called()).toHaveLength(2);
    expect(await order()).toEqual([2]);
  });

  test("where nobody waits calls nobody, and still ends what went on", async () => {
    const { join, next, coming, ticket } = await plazaWithLine();
    await join(0);
    await next();
    await coming(0);
    expect(await next()).toMatchObject({ isNew: true, called: null });
    expect((await ticket(0)).status).toBe("completed");
    expect(await next()).toMatchObject({ isNew: false, called: null });
  });
});

describe("who was called", () => {
  test("and says so within two minutes is served", async () => {
    const { t, join, next, coming, ticket } = await plazaWithLine();
    await join(0);
    await next();
    await pass(t, 2 * minute - 1);
    expect(await coming(0)).toMatchObject({ status: "called", isConfirmed: true });
    await pass(t, hour);
    expect((await ticket(0)).status).toBe("called");
  });

  test("is served too when a host sees them", async () => {
    const { t, join, next, about, ticket } = await plazaWithLine();
    await join(0);
    await next();
    expect(await about("here", 0, hostB)).toMatchObject({ isNew: true, name: "Member 0" });
    await pass(t, hour);
    expect((await ticket(0)).status).toBe("called");
  });

  test("and does not is second again, and the next one is called for the same host", async () => {
    const { t, join, next, order, called } = await plazaWithLine();
    for (const number of [0, 1, 2, 3]) await join(number);
    await next(hostB);
    await pass(t, 2 * minute);
    expect(await called()).toEqual(["1 by B"]);
    expect(await order()).toEqual([2, 0, 3]);
  });

  test("and does not come a second time is out, and may join again", async () => {
    const { t, join, next, order, called, ticket } = await plazaWithLine();
    for (const number of [0, 1, 2, 3]) await join(number);
    await next();
    // 0 and 1 do not come; then 2 neither; then 0 and 1 again.
    await pass(t, 2 * minute);
    expect([await called(), await order()]).toEqual([["1 by A"], [2, 0, 3]]);
    await pass(t, 2 * minute);
    expect([await called(), await order()]).toEqual([["2 by A"], [0, 1, 3]]);
    await pass(t, 2 * minute);
    expect([await called(), await order()]).toEqual([["0 by A"], [1, 2, 3]]);
    await pass(t, 2 * minute);
    expect([await called(), await order()]).toEqual([["1 by A"], [2, 3]]);
    expect(await ticket(0)).toMatchObject({ status: "noShow", noShows: 2, position: 0 });
    await join(0);
    expect(await order()).toEqual([2, 3, 0]);
  });

  test("and does not come where nobody else waits is first, and is not called by itself", async () => {
    const { t, join, next, order, called } = await plazaWithLine();
    await join(0);
    await next();
    await pass(t, hour);
    expect([await called(), await order()]).toEqual([[], [0]]);
    await next();
    expect(await called()).toEqual(["0 by A"]);
  });

  test("is not hit by the clock of an earlier call", async () => {
    const { t, join, next, about, called, ticket } = await plazaWithLine();
    for (const number of [0, 1]) await join(number);
    await next();
    await pass(t, minute);
    await about("noshow", 0);
    await about("here", 1);
    await about("done", 1);
    await next();
    expect(await called()).toEqual(["0 by A"]);
    // Two minutes after the first call, one after the second.
    await pass(t, minute);
    expect(await ticket(0)).toMatchObject({ status: "called", noShows: 1, calls: 2 });
    await pass(t, minute);
    expect(await ticket(0)).toMatchObject({ status: "noShow" });
  });

  test("is not hit by a button of an earlier call", async () => {
    const { t, join, next, about, ticket } = await plazaWithLine();
    await join(0);
    await next();
    await about("noshow", 0);
    await next();
    const { _id: positionId } = await ticket(0);
    const old = await as(t, hostA).mutation(api.queue.noShowEntry, { positionId, call: 1 });
    expect(old.isNew).toBe(false);
    expect(await ticket(0)).toMatchObject({ status: "called", noShows: 1 });
  });

  test("and leaves makes room: nobody waits for a ghost", async () => {
    const { join, next, leave, order, called } = await plazaWithLine();
    for (const number of [0, 1, 2]) await join(number);
    await next();
    await leave(0);
    expect([await called(), await order()]).toEqual([["1 by A"], [2]]);
  });

  test("too late is told that they are not called", async () => {
    const { t, join, next, coming } = await plazaWithLine();
    for (const number of [0, 1]) await join(number);
    await next();
    await pass(t, 2 * minute);
    expect(await refused(coming(0))).toBe("not-called");
    expect(await refused(coming(3))).toBe("not-called");
  });

  test("stays called where their host may not call any more; nobody else is called for that host", async () => {
    const { t, hosts, join, next, order, called } = await plazaWithLine();
    for (const number of [0, 1]) await join(number);
    await next();
    await t.run((ctx) => ctx.db.patch("users", hosts.a._id, { role: "member" }));
    await pass(t, 2 * minute);
    expect([await called(), await order()]).toEqual([[], [1, 0]]);
  });
});

test("a press that is repeated changes nothing the second time", async () => {
  const { join, next, about, order } = await plazaWithLine();
  for (const number of [0, 1]) await join(number);
  await next();
  await about("here", 0);
  expect((await about("done", 0)).isNew).toBe(true);
  expect((await about("done", 0)).isNew).toBe(false);
  expect((await about("noshow", 0)).isNew).toBe(false);
  expect(await order()).toEqual([1]);
});

test("a host takes somebody out of the line, once", async () => {
  const { t, join, order, ticket } = await plazaWithLine();
  for (const number of [0, 1, 2]) await join(number);
  const { _id: positionId } = await ticket(1);
  const host = as(t, hostA);
  expect(await host.mutation(api.queue.cancelEntry, { positionId })).toMatchObject({ isNew: true });
  expect(await order()).toEqual([0, 2]);
  expect(await host.mutation(api.queue.cancelEntry, { positionId })).toMatchObject({
    isNew: false,
  });
});

describe("a closed line", () => {
  test("is still served", async () => {
    const { t, eventId, join, next, called } = await plazaWithLine();
    for (const number of [0, 1]) await join(number);
    const closed = await as(t, hostA).mutation(api.queue.closeQueue, { eventId });
    expect(closed).toMatchObject({ isNew: true, count: 2 });
    await next();
    expect(await called()).toEqual(["0 by A"]);
  });

  test("keeps a place for who was in it", async () => {
    const { t, eventId, join } = await plazaWithLine();
    await join(0);
    await as(t, hostA).mutation(api.queue.closeQueue, { eventId });
    expect(await join(0)).toMatchObject({ isNew: false, place: { position: 1 } });
  });

  test("can be sent home whole, everybody told, whoever is served still served", async () => {
    const { t, eventId, join, next, order, called, told } = await plazaWithLine(4);
    for (const number of [0, 1, 2, 3]) await join(number);
    await next();
    await as(t, hostA).mutation(api.queue.closeQueue, { eventId, sendsHome: true });
    await settled(t);
    expect([await called(), await order()]).toEqual([["0 by A"], []]);
    expect((await told()).filter((one) => one.endsWith("closed"))).toHaveLength(3);
  });

  test("is what is left of one whose event is called off, and everybody who waits is told", async () => {
    const { t, eventId, join, next, order, called, told } = await plazaWithLine(3);
    for (const number of [0, 1, 2]) await join(number);
    await next();
    await as(t, leo).mutation(api.events.mutations.update, { eventId, changes: {}, cancel: true });
    await settled(t);
    expect([await called(), await order()]).toEqual([["0 by A"], []]);
    expect((await told()).filter((one) => one.endsWith("closed"))).toHaveLength(2);
    expect(await rows(t, "queues")).toMatchObject([{ isOpen: false }]);
  });

  test("is what is left of one whose event is over; those in it are still served", async () => {
    const { t, join, next, called } = await plazaWithLine(2);
    await join(0);
    await pass(t, 13 * hour);
    await t.mutation(internal.clock.updateStatuses, {});
    expect(await rows(t, "queues")).toMatchObject([{ isOpen: false }]);
    await next();
    expect(await called()).toEqual(["0 by A"]);
  });

  test("stops sending home when it is opened again", async () => {
    const { t, eventId, join, order } = await plazaWithLine(150, { capacity: 200 });
    for (let number = 0; number < 150; number++) await join(number);
    await as(t, hostA).mutation(api.queue.closeQueue, { eventId, sendsHome: true });
    await as(t, hostB).mutation(api.queue.openQueue, { eventId });
    await settled(t);
    expect(await order()).toHaveLength(50);
  });
});

test.each([
  [{ slotMinutes: 0 }, "bad-line"],
  [{ slotMinutes: 241 }, "bad-line"],
  [{ slotMinutes: 2.5 }, "bad-line"],
  [{ capacity: 1001 }, "bad-line"],
  [{ capacity: NaN }, "bad-line"],
  [{ capacity: 1000, slotMinutes: 240 }, "allowed"],
])("a line opened with %j: %s", async (settings, expected) => {
  const { t, eventId } = await plazaWithLine(0);
  const opened = as(t, hostA).mutation(api.queue.openQueue, { eventId, ...settings });
  expect(await refused(opened)).toBe(expected);
});

test("numbering anew finds nothing to do", async () => {
  const { t, eventId, join, leave } = await plazaWithLine();
  for (const number of [0, 1, 2]) await join(number);
  await leave(0);
  const before = await rows(t, "queuePositions");
  await t.mutation(internal.queue.updateQueuePositions, { eventId });
  expect(await rows(t, "queuePositions")).toEqual(before);
});

describe("people who are not there any more", () => {
  test("have left the line when they are suspended or delete themselves", async () => {
    const { t, members, join, next, order, called } = await plazaWithLine();
    for (const number of [0, 1, 2, 3]) await join(number);
    await next();
    const admin = "discord:2001";
    await makePerson(t, { accountStatus: "active", role: "admin", chats: [admin] });
    const [first, , third] = members;
    if (!first || !third) throw new Error("nobody is there");
    await as(t, admin).mutation(api.users.setStatus, { userId: third._id, event: "suspend" });
    expect(await order()).toEqual([1, 3]);
    await as(t, inTelegram(0)).mutation(api.users.softDelete, {});
    expect([await called(), await order()]).toEqual([["1 by A"], [3]]);
  });
});
