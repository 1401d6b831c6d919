// @vitest-environment edge-runtime
import { describe, expect, test } from "vitest";
import { internal } from "../../convex/_generated/api.js";
import { nextAgenda } from "../../convex/model/events/schedules.ts";
import {
  begin,
  day,
  hour,
  makeBot,
  makeChannel,
  makeOrganization,
  minute,
  pass,
  type Plaza,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

/** The next `count` moments of an agenda, as UTC. */
function moments(
  agenda: Parameters<typeof nextAgenda>[0],
  timezone: string,
  after: string,
  count: number,
): string[] {
  const found: number[] = [];
  for (let at = Date.parse(after); found.length < count; at = found.at(-1) ?? at)
    found.push(nextAgenda(agenda, timezone, at));
  return found.map((at) => new Date(at).toISOString().slice(0, 16));
}

describe("an agenda comes at its local hour, summer and winter", () => {
  const daily = { every: "day", hour: 9 } as const;

  test("Madrid, clocks back on 25 October 2026", () => {
    expect(moments(daily, "Europe/Madrid", "2026-10-23T12:00Z", 3)).toEqual([
      "2026-10-24T07:00",
      "2026-10-25T08:00",
      "2026-10-26T08:00",
    ]);
  });

  test("Madrid, clocks forward on 28 March 2027", () => {
    expect(moments(daily, "Europe/Madrid", "2027-03-26T12:00Z", 3)).toEqual([
      "2027-03-27T08:00",
      "2027-03-28T07:00",
      "2027-03-29T07:00",
    ]);
  });

  test("New York, clocks back on 1 November 2026", () => {
    expect(moments(daily, "America/New_York", "2026-10-30T20:00Z", 3)).toEqual([
      "2026-10-31T13:00",
      "2026-11-01T14:00",
      "2026-11-02T14:00",
    ]);
  });

  test("New York, clocks forward on 14 March 2027", () => {
    expect(moments(daily, "America/New_York", "2027-03-12T20:00Z", 3)).toEqual([
      "2027-03-13T14:00",
      "2027-03-14T13:00",
      "2027-03-15T13:00",
    ]);
  });

  test("an hour that comes twice is meant once, the first time", () => {
    const atTwo = { every: "day", hour: 2 } as const;
    expect(moments(atTwo, "Europe/Madrid", "2026-10-24T12:00Z", 2)).toEqual([
      "2026-10-25T00:00",
      "2026-10-26T01:00",
    ]);
  });

  test("an hour that is skipped comes after the gap", () => {
    const atTwo = { every: "day", hour: 2 } as const;
    expect(moments(atTwo, "Europe/Madrid", "2027-03-27T12:00Z", 2)).toEqual([
      "2027-03-28T01:00",
      "2027-03-29T00:00",
    ]);
  });

  test("weekly on its weekday, across both changes", () => {
    const sundays = { every: "week", hour: 18, weekday: 0 } as const;
    expect(moments(sundays, "Europe/Madrid", "2026-10-18T17:00Z", 2)).toEqual([
      "2026-10-25T17:00",
      "2026-11-01T17:00",
    ]);
    expect(moments(sundays, "America/New_York", "2027-03-08T00:00Z", 2)).toEqual([
      "2027-03-14T22:00",
      "2027-03-21T22:00",
    ]);
  });

  test("weekly without a weekday is on Mondays", () => {
    expect(moments({ every: "week", hour: 9 }, "UTC", "2026-11-02T09:00Z", 1)).toEqual([
      "2026-11-09T09:00",
    ]);
  });
});

/** A channel in Madrid, at 11:00 there, that wants an agenda. */
async function plazaWithAgenda(agenda: { every: "day" | "week"; hour: number }) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await makeChannel(t, { orgId, kinds: ["agenda"], agenda });
  return { t, orgId, bot: makeBot(t) };
}

async function runAgendas(t: Plaza) {
  await t.mutation(internal.clock.sendAgendas, {});
  await settled(t);
}

test("an agenda names the events of its day, soonest first, once", async () => {
  const { t, orgId, bot } = await plazaWithAgenda({ every: "day", hour: 12 });
  const noon = begin + hour;
  await takeOver(t, orgId, [
    said("evening", noon + 8 * hour),
    said("afternoon", noon + 3 * hour),
    said("tomorrow", noon + 25 * hour),
  ]);
  await runAgendas(t);
  expect(await bot.sendAll()).toEqual([]);
  await pass(t, hour);
  await runAgendas(t);
  await runAgendas(t);
  const sent = await bot.sendAll();
  expect(
    sent.map(({ announcement }) => announcement.events.map(({ facts }) => facts.title)),
  ).toEqual([["Event afternoon", "Event evening"]]);
});

test("a day without events has no agenda", async () => {
  const { t, orgId, bot } = await plazaWithAgenda({ every: "day", hour: 12 });
  await takeOver(t, orgId, [said("later", begin + 3 * day)]);
  await pass(t, hour);
  await runAgendas(t);
  expect(await bot.sendAll()).toEqual([]);
});

test("after a downtime the last agenda is sent, not each of them, and none that is hours old", async () => {
  const { t, orgId, bot } = await plazaWithAgenda({ every: "day", hour: 12 });
  await takeOver(t, orgId, [said("later", begin + 3 * day)]);
  await pass(t, 2 * day + 2 * hour);
  await runAgendas(t);
  // The agenda that was due two days ago is over; the next is tomorrow's.
  expect(await bot.sendAll()).toEqual([]);
  const [channel] = await rows(t, "channels");
  expect(channel?.nextAgendaAt).toBe(begin + 3 * day + hour);
});

test("a channel that is off, or no longer wants it, gets no agenda", async () => {
  const { t, orgId, bot } = await plazaWithAgenda({ every: "week", hour: 12 });
  await takeOver(t, orgId, [said("later", begin + 8 * day)]);
  await makeChannel(t, { orgId, agenda: null });
  await pass(t, 8 * day);
  await runAgendas(t);
  expect(await bot.sendAll()).toEqual([]);
});

test("however many agendas come due at once, each transaction takes a bounded number", async () => {
  const { t, orgId } = await plazaWithAgenda({ every: "day", hour: 12 });
  for (let number = 0; number < 60; number++)
    await makeChannel(t, { orgId, chatId: `c${number}`, agenda: { every: "day", hour: 12 } });
  await takeOver(t, orgId, [said("today", begin + 4 * hour)]);
  await pass(t, hour + minute);
  await t.mutation(internal.clock.sendAgendas, {});
  const owed = async () =>
    new Set(
      (await rows(t, "deliveries"))
        .filter(({ key }) => key.startsWith("agenda"))
        .map((row) => row.destination),
    ).size;
  expect(await owed()).toBe(50);
  await settled(t);
  expect(await owed()).toBe(61);
});
