import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { no, plazaWithJam, toldOf, yes } from "../support/convex/rsvps.ts";
import { linkWith } from "../support/convex/linkedAccounts.ts";
import { refused } from "../support/convex/people.ts";
import {
  as,
  begin,
  day,
  hour,
  makeBot,
  minute,
  pass,
  type Plaza,
  rows,
  settled,
} from "../support/convex/plaza.ts";

// A person's own reminders: due so long before their event, wherever that moves.

const one = "telegram:1";
const two = "discord:2";

const tick = async (t: Plaza) => {
  await t.mutation(internal.clock.remind, {});
  await settled(t);
};
const due = async (t: Plaza) => (await rows(t, "reminders")).map(({ dueAt }) => dueAt);

describe("a reminder", () => {
  test("is told once, when it is due, where it was set", async () => {
    const { t, remind } = await plazaWithJam(begin + 3 * hour);
    await remind(two, 60);
    await pass(t, 2 * hour - minute);
    await tick(t);
    expect(await toldOf(t, "reminder")).toEqual([]);
    await pass(t, minute);
    await tick(t);
    await tick(t);
    expect(await toldOf(t, "reminder")).toEqual([two]);
    const [sent, ...more] = await makeBot(t, "discord").sendAll();
    expect(sent).toMatchObject({
      to: { chatId: "2", isPerson: true },
      payload: { kind: "event", event: { title: "Event jam" }, why: { kind: "reminder" } },
    });
    expect(more).toEqual([]);
  });

  test("of a bare account is told in the language and the zone of who set it, or the event's", async () => {
    const { t, eventId } = await plazaWithJam(begin + 3 * hour);
    await as(t, one).mutation(api.reminders.set, { eventId, minutesBefore: 60, locale: "es" });
    await pass(t, 2 * hour);
    await tick(t);
    const [sent] = await makeBot(t).sendAll();
    expect(sent?.to).toMatchObject({ locale: "es", timezone: "Europe/Madrid" });
  });

  test.each([5, 45, 60, 90, 43_200])("can come %d minutes before", async (minutes) => {
    const { remind } = await plazaWithJam(begin + 40 * day);
    expect(await remind(one, minutes)).toMatchObject({ reminders: [minutes] });
  });

  test.each([4, 0, -60, 43_201, 60.5, NaN, Infinity])(
    "cannot come %d minutes before",
    async (minutes) => {
      const { remind } = await plazaWithJam(begin + 40 * day);
      expect(await refused(remind(one, minutes))).toBe("bad-reminder");
    },
  );

  test("cannot lie in the past, nor be of what is called off or unknown", async () => {
    const { t, remind, cancel } = await plazaWithJam(begin + 50 * minute);
    expect(await refused(remind(one, 60))).toBe("reminder-too-late");
    expect(await refused(remind(one, 45))).toBe("allowed");
    await cancel();
    expect(await refused(remind(one, 15))).toBe("event-over");
    const unknown = { eventId: "x", minutesBefore: 15 };
    expect(await refused(as(t, one).mutation(api.reminders.set, unknown))).toBe("no-such-event");
  });

  test("set twice is one; five of an event are enough; each can be taken away, and all", async () => {
    const { t, remind, eventId } = await plazaWithJam(begin + 3 * day);
    for (const minutes of [10, 20, 30, 40, 50, 50]) await remind(one, minutes);
    expect(await rows(t, "reminders")).toHaveLength(5);
    expect(await refused(remind(one, 60))).toBe("too-many-reminders");
    const unset = async (minutesBefore?: number) =>
      await as(t, one).mutation(api.reminders.unset, {
        eventId,
        ...(minutesBefore !== undefined && { minutesBefore }),
      });
    expect(await unset(30)).toMatchObject({ reminders: [50, 40, 20, 10] });
    expect(await unset(30)).toMatchObject({ reminders: [50, 40, 20, 10] });
    expect(await unset()).toMatchObject({ reminders: [] });
  });

  test("that is done makes room for another", async () => {
    const { t, remind } = await plazaWithJam(begin + 2 * hour);
    for (const minutes of [119, 118, 117, 116, 115]) await remind(one, minutes);
    await pass(t, 6 * minute);
    await tick(t);
    expect(await remind(one, 30)).toMatchObject({ reminders: [30] });
    expect((await rows(t, "reminders")).length).toBeLessThanOrEqual(5);
  });

  test("is listed with the time at which it is due, the next one first", async () => {
    const { t, remind } = await plazaWithJam(begin + 3 * day);
    await remind(one, 60);
    await remind(one, 24 * 60);
    await remind(two, 30);
    expect(await as(t, one).query(api.reminders.mine, {})).toMatchObject([
      { minutesBefore: 1440, dueAt: begin + 2 * day },
      { minutesBefore: 60, dueAt: begin + 3 * day - hour },
    ]);
  });

  test("taken away before it is sent is not sent", async () => {
    const { t, remind, eventId } = await plazaWithJam(begin + 2 * hour);
    await remind(one, 60);
    await pass(t, hour);
    await tick(t);
    await as(t, one).mutation(api.reminders.unset, { eventId });
    expect(await makeBot(t).sendAll()).toEqual([]);
  });

  test("is told a person in the chat they chose, and not to who does not want to hear of events", async () => {
    const { t, remind } = await plazaWithJam(begin + 2 * hour);
    await linkWith(t, one, two);
    await remind(one, 60);
    await as(t, one).mutation(api.chatAccounts.change, { tellIn: "discord" });
    await pass(t, hour);
    await tick(t);
    expect(await toldOf(t, "reminder")).toEqual([two]);
    await as(t, one).mutation(api.chatAccounts.change, { muted: ["events"] });
    await remind(one, 30);
    await pass(t, 30 * minute);
    await tick(t);
    expect(await toldOf(t, "reminder")).toEqual([two]);
  });
});

describe("an event that moves takes its reminders along", () => {
  test("in the same moment, later and earlier", async () => {
    const { t, remind, move } = await plazaWithJam(begin + 3 * day);
    await remind(one, 60);
    await move(begin + 5 * day);
    expect(await due(t)).toEqual([begin + 5 * day - hour]);
    await move(begin + 2 * day);
    expect(await due(t)).toEqual([begin + 2 * day - hour]);
  });

  test("more of them than fit into one transaction", async () => {
    const { t, eventId, move } = await plazaWithJam(begin + 3 * day);
    await t.run(async ({ db }) => {
      for (let number = 0; number < 250; number++)
        await db.insert("reminders", {
          account: `telegram:${number}`,
          eventId,
          minutesBefore: 60,
          dueAt: begin + 3 * day - hour,
        });
    });
    await move(begin + 4 * day);
    expect(new Set(await due(t))).toEqual(new Set([begin + 4 * day - hour]));
  });

  test("a reminder that was due and not sent yet is not sent wrong, and comes again", async () => {
    const { t, remind, move } = await plazaWithJam(begin + 2 * hour);
    await remind(one, 60);
    await pass(t, hour);
    await tick(t);
    await move(begin + 5 * hour);
    expect(await makeBot(t).sendAll()).toEqual([]);
    await pass(t, 3 * hour);
    await tick(t);
    expect(await makeBot(t).sendAll()).toMatchObject([
      { payload: { event: { startDate: begin + 5 * hour } } },
    ]);
  });

  test("one that was sent comes again where it lies ahead again, and not where it does not", async () => {
    const { t, remind, move } = await plazaWithJam(begin + 2 * hour);
    await remind(one, 60);
    await pass(t, hour);
    await tick(t);
    expect(await makeBot(t).sendAll()).toHaveLength(1);
    await move(begin + 2 * hour - 10 * minute);
    expect(await due(t)).toEqual([undefined]);
    await move(begin + 8 * hour);
    expect(await due(t)).toEqual([begin + 7 * hour]);
  });

  test("so near that its moment has passed: it is told at once, but to who comes only the move", async () => {
    const { t, remind, move, say } = await plazaWithJam(begin + 3 * day);
    await remind(one, 60);
    await remind(two, 60);
    await say(two, yes);
    await move(begin + 40 * minute);
    await tick(t);
    expect(await toldOf(t, "reminder")).toEqual([one]);
    expect(await toldOf(t, "changed")).toEqual([two]);
    expect(await makeBot(t).sendAll()).toHaveLength(1);
  });

  test("a reminder that has not followed yet is not told at its old moment", async () => {
    const { t, remind, eventId } = await plazaWithJam(begin + 2 * hour);
    await remind(one, 60);
    await t.run((ctx) => ctx.db.patch("events", eventId, { startDate: begin + 9 * hour }));
    await pass(t, hour);
    await tick(t);
    expect(await toldOf(t, "reminder")).toEqual([]);
    expect(await due(t)).toEqual([begin + 8 * hour]);
  });
});

describe("an event that is called off", () => {
  test("reminds nobody; back on, those that still lie ahead come", async () => {
    const { t, remind, cancel, move } = await plazaWithJam(begin + 12 * hour);
    await remind(one, 60);
    await remind(one, 10 * 60);
    await cancel();
    expect(await as(t, one).query(api.reminders.mine, {})).toEqual([]);
    expect(await due(t)).toEqual([undefined, undefined]);
    await pass(t, 3 * hour);
    await tick(t);
    await move(begin + 12 * hour);
    expect(await as(t, one).query(api.reminders.mine, {})).toMatchObject([{ minutesBefore: 60 }]);
    await pass(t, 8 * hour);
    await tick(t);
    expect(await toldOf(t, "reminder")).toEqual([one]);
  });

  test("between the moment and the sending reminds nobody either", async () => {
    const { t, remind, cancel } = await plazaWithJam(begin + 2 * hour);
    await remind(one, 60);
    await pass(t, hour);
    await tick(t);
    await cancel();
    expect(await makeBot(t).sendAll()).toEqual([]);
  });
});

test("reminders of what is over are forgotten", async () => {
  const { t, remind } = await plazaWithJam(begin + 2 * hour);
  await remind(one, 60);
  await pass(t, 6 * hour);
  await t.mutation(internal.clock.updateStatuses, {});
  await t.mutation(internal.clock.updateStatuses, {});
  await settled(t);
  expect(await rows(t, "reminders")).toEqual([]);
});

describe("after a downtime", () => {
  // An hour before: a quarter of an hour late is late enough.
  test.each([
    [14, 1],
    [15, 0],
    [59, 0],
    [61, 0],
  ])("a reminder an hour before that is %d minutes late is told %d times", async (late, times) => {
    const { t, remind } = await plazaWithJam(begin + 2 * hour);
    await remind(one, 60);
    await pass(t, hour + late * minute);
    await tick(t);
    expect(await toldOf(t, "reminder")).toHaveLength(times);
    expect(await due(t)).toEqual([undefined]);
  });

  test("of the bots one that is too late is suppressed, and says why", async () => {
    const { t, remind } = await plazaWithJam(begin + 2 * hour);
    await remind(one, 60);
    await pass(t, hour);
    await tick(t);
    await pass(t, 16 * minute);
    expect(await makeBot(t).sendAll()).toEqual([]);
    const deliveries = await rows(t, "deliveries");
    expect(deliveries.filter(({ task }) => task.kind === "notice")).toMatchObject([
      { state: "suppressed", reason: "too late" },
    ]);
  });

  test("more than one batch is told, each once", async () => {
    const { t, eventId } = await plazaWithJam(begin + 2 * hour);
    await t.run(async ({ db }) => {
      for (let number = 0; number < 230; number++)
        await db.insert("reminders", {
          account: `telegram:${number}`,
          eventId,
          minutesBefore: 60,
          dueAt: begin + hour,
        });
    });
    await pass(t, hour);
    await tick(t);
    const told = await toldOf(t, "reminder");
    expect(told).toHaveLength(230);
    expect(new Set(told).size).toBe(230);
  });
});

test("whoever said no is still reminded: they asked for it", async () => {
  const { t, remind, say } = await plazaWithJam(begin + 2 * hour);
  await remind(one, 60);
  await say(one, no);
  await pass(t, hour);
  await tick(t);
  expect(await toldOf(t, "reminder")).toEqual([one]);
});
