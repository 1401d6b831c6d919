import { expect, test } from "vitest";
import { feedOf, plazaWithSources } from "../support/convex/lumaSources.ts";
import { sync } from "../support/convex/lumaSync.ts";
import {
  begin,
  day,
  makeBot,
  makeChannel,
  minute,
  pass,
  type Plaza,
  rows,
} from "../support/convex/plaza.ts";

// The dates of a recurring event are events that stay themselves from sync to sync.

/** Every Tuesday at 18:00 in Madrid, from 3 November 2026. */
const weekly = (...more: string[]) => [
  "UID:evt-Weekly001@x",
  "SUMMARY:Weekly",
  "DTSTART;TZID=Europe/Madrid:20261103T180000",
  "DURATION:PT2H",
  "RRULE:FREQ=WEEKLY",
  ...more,
];

async function synced() {
  const { t, orgId, answers } = await plazaWithSources();
  answers.ics = feedOf(weekly());
  await sync(t, orgId);
  await makeChannel(t, { orgId, kinds: ["new", "moved", "cancelled"] });
  return { t, orgId, answers };
}

async function told(t: Plaza): Promise<string[]> {
  const sent = await makeBot(t).sendAll();
  return sent.map(({ announcement: { kind, total } }) => `${kind} ${total}`);
}

test("a series is its dates of a year, and the date that comes within reach is no news", async () => {
  const { t, orgId } = await synced();
  expect(await rows(t, "events")).toHaveLength(53);
  await pass(t, 7 * day);
  expect(await sync(t, orgId)).toMatchObject({ created: 1, missing: 0, changed: 0 });
  expect(await rows(t, "events")).toHaveLength(54);
  expect(await told(t)).toEqual([]);
});

test("a date that is moved is moved, and one that is called off is called off", async () => {
  const { t, orgId, answers } = await synced();
  const revised = (date: string, ...lines: string[]) => [
    "UID:evt-Weekly001@x",
    `RECURRENCE-ID;TZID=Europe/Madrid:${date}`,
    "SUMMARY:Weekly",
    ...lines,
  ];
  answers.ics = feedOf(
    weekly(),
    revised("20261110T180000", "DTSTART;TZID=Europe/Madrid:20261111T190000"),
    revised("20261117T180000", "DTSTART;TZID=Europe/Madrid:20261117T180000", "STATUS:CANCELLED"),
  );
  expect(await sync(t, orgId)).toMatchObject({ changed: 1, removed: 1, created: 0 });
  expect((await told(t)).toSorted()).toEqual(["cancelled 1", "moved 1"]);
  expect(await sync(t, orgId)).toMatchObject({ changed: 0, removed: 0, created: 0 });
});

test("a date that is taken out of the series is called off after a second look", async () => {
  const { t, orgId, answers } = await synced();
  answers.ics = feedOf(weekly("EXDATE;TZID=Europe/Madrid:20261110T180000"));
  expect(await sync(t, orgId)).toMatchObject({ missing: 1 });
  expect(await told(t)).toEqual([]);
  await pass(t, 2 * minute);
  expect(await told(t)).toEqual(["cancelled 1"]);
});

test("a series that is called off is one digest", async () => {
  const { t, orgId, answers } = await synced();
  answers.ics = feedOf(weekly("STATUS:CANCELLED"));
  await sync(t, orgId);
  expect(await told(t)).toEqual(["cancelled 53"]);
});

test("a rule that cannot be worked out any more calls nothing off", async () => {
  const { t, orgId, answers } = await synced();
  answers.ics = feedOf(weekly().with(4, "RRULE:FREQ=HOURLY"), [
    "UID:evt-Other001@x",
    "SUMMARY:Other",
    "DTSTART:20261205T180000Z",
  ]);
  for (let looks = 0; looks < 3; looks++) {
    expect(await sync(t, orgId)).toMatchObject({ result: "ok", refused: 1, missing: 0 });
    await pass(t, 10 * minute);
  }
  expect((await told(t)).filter((one) => one.startsWith("cancelled"))).toEqual([]);
  expect(begin).toBeLessThan(Date.UTC(2026, 10, 3, 17));
});
