// @vitest-environment edge-runtime
import { expect, test } from "vitest";
import { internal } from "../../convex/_generated/api.js";
import {
  begin,
  day,
  eventNamed,
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

const tomorrow = begin + day;

async function plazaWith(wants: Parameters<typeof makeChannel>[1]) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await makeChannel(t, { orgId, ...wants });
  return { t, orgId, bot: makeBot(t) };
}

async function tick(t: Plaza) {
  for (const job of [internal.clock.updateStatuses, internal.clock.remind])
    await t.mutation(job, {});
  await settled(t);
}

/** Lets time pass with the clock's jobs running each minute. */
async function tickFor(t: Plaza, ms: number) {
  for (let past = 0; past < ms; past += minute) {
    await pass(t, Math.min(minute, ms - past));
    await tick(t);
  }
}

test("an event is upcoming, live from its start, past at its end", async () => {
  const { t, orgId } = await plazaWith({ kinds: [] });
  await takeOver(t, orgId, [said("jam", begin + 10 * minute, { endDate: begin + 20 * minute })]);
  const seen = [];
  for (const wait of [9 * minute, minute, 9 * minute, minute]) {
    await pass(t, wait);
    await tick(t);
    seen.push((await eventNamed(t, "jam")).status);
  }
  expect(seen).toEqual(["upcoming", "live", "live", "past"]);
  expect(await rows(t, "listings")).toMatchObject([{ isOpen: false }]);
});

test("an event without an end is past three hours after its start", async () => {
  const { t, orgId } = await plazaWith({ kinds: [] });
  await takeOver(t, orgId, [said("jam", begin + minute)]);
  await pass(t, 3 * hour);
  await tick(t);
  expect((await eventNamed(t, "jam")).status).toBe("live");
  await pass(t, minute);
  await tick(t);
  expect((await eventNamed(t, "jam")).status).toBe("past");
});

test("however many events begin at once, each transaction takes a bounded number, and all follow", async () => {
  const { t, orgId } = await plazaWith({ kinds: [] });
  const events = Array.from({ length: 120 }, (_, index) => said(`e${index}`, begin + minute));
  await takeOver(t, orgId, events);
  await pass(t, minute);
  await t.mutation(internal.clock.updateStatuses, {});
  const live = async () =>
    (await rows(t, "events")).filter(({ status }) => status === "live").length;
  expect(await live()).toBe(50);
  await settled(t);
  expect(await live()).toBe(120);
});

test("a cancelled event stays cancelled, whatever the clock says", async () => {
  const { t, orgId } = await plazaWith({ kinds: [] });
  await takeOver(t, orgId, [said("jam", begin + minute)]);
  await takeOver(t, orgId, [said("jam", begin + minute, { cancelled: true })]);
  await pass(t, 5 * hour);
  await tick(t);
  expect((await eventNamed(t, "jam")).status).toBe("cancelled");
});

/** When each reminder was owed, in minutes before the start that it speaks of. */
async function reminders(t: Plaza): Promise<number[]> {
  const told = await rows(t, "announcements");
  const owed = await rows(t, "deliveries");
  return told
    .filter(({ _id }) =>
      owed.some(({ task }) => task.kind === "announce" && task.announcementId === _id),
    )
    .flatMap(({ minutesBefore }) => minutesBefore ?? []);
}

test("a channel is reminded when it chose to be", async () => {
  const { t, orgId, bot } = await plazaWith({ kinds: ["reminder"], reminders: [180, 15] });
  await takeOver(t, orgId, [said("jam", begin + 4 * hour)]);
  await tickFor(t, 4 * hour);
  expect(await reminders(t)).toEqual([180, 15]);
  await bot.sendAll();
});

test("by default a channel is reminded a day and an hour before", async () => {
  const { t, orgId } = await plazaWith({});
  await takeOver(t, orgId, [said("jam", tomorrow + minute)]);
  await tickFor(t, 10 * minute);
  await pass(t, 22 * hour);
  await tickFor(t, 2 * hour);
  expect(await reminders(t)).toEqual([1440, 60]);
});

test("a reminder is told once, though two calendars list the event", async () => {
  const { t, orgId } = await plazaWith({ kinds: [] });
  const other = await makeOrganization(t, { name: "Other", hasSynced: true });
  await makeChannel(t, { chatId: "all", kinds: ["reminder"], reminders: [60] });
  for (const org of [orgId, other]) await takeOver(t, org, [said("jam", begin + 2 * hour)]);
  await tickFor(t, 90 * minute);
  expect(await rows(t, "deliveries")).toHaveLength(1);
});

test("reminders move with the event", async () => {
  const { t, orgId, bot } = await plazaWith({ kinds: ["reminder"], reminders: [60] });
  await takeOver(t, orgId, [said("jam", begin + 2 * hour)]);
  await takeOver(t, orgId, [said("jam", begin + 5 * hour)]);
  await tickFor(t, 3 * hour);
  expect(await bot.sendAll()).toEqual([]);
  await tickFor(t, hour);
  expect(await bot.sendAll()).toHaveLength(1);
});

test("a reminder that waits while its event moves is not sent, one for the new time is", async () => {
  const { t, orgId, bot } = await plazaWith({ kinds: ["reminder"], reminders: [60] });
  await takeOver(t, orgId, [said("jam", begin + hour + minute)]);
  await tickFor(t, minute);
  expect(await reminders(t)).toEqual([60]);
  await takeOver(t, orgId, [said("jam", begin + 3 * hour)]);
  expect(await bot.sendAll()).toEqual([]);
  await tickFor(t, 2 * hour);
  const [message] = await bot.sendAll();
  expect(message?.event?.startDate).toBe(begin + 3 * hour);
});

test("a cancelled event reminds nobody", async () => {
  const { t, orgId, bot } = await plazaWith({ kinds: ["reminder"], reminders: [60] });
  await takeOver(t, orgId, [said("jam", begin + hour + minute)]);
  await tickFor(t, minute);
  await takeOver(t, orgId, [said("jam", begin + hour + minute, { cancelled: true })]);
  await tickFor(t, hour);
  expect(await bot.sendAll()).toEqual([]);
});

test("a change just before the clock looks does not lose the reminder that is due", async () => {
  const { t, orgId } = await plazaWith({ kinds: ["reminder"], reminders: [60] });
  await takeOver(t, orgId, [said("jam", begin + 2 * hour)]);
  await pass(t, hour + 1);
  await takeOver(t, orgId, [said("jam", begin + 2 * hour, { registrationCount: 5 })]);
  await tick(t);
  expect(await reminders(t)).toEqual([60]);
});

test("after a downtime a reminder that is too late is not told, the next one is", async () => {
  const { t, orgId } = await plazaWith({ kinds: ["reminder"], reminders: [180, 60, 15] });
  await takeOver(t, orgId, [said("jam", begin + 4 * hour)]);
  // Down from before "three hours" until 50 minutes before the start.
  await pass(t, 3 * hour + 10 * minute);
  await tickFor(t, 50 * minute);
  expect(await reminders(t)).toEqual([60, 15]);
});

test("a reminder that waited too long in the ledger is suppressed", async () => {
  const { t, orgId, bot } = await plazaWith({ kinds: ["reminder"], reminders: [60] });
  await takeOver(t, orgId, [said("jam", begin + hour + minute)]);
  await tickFor(t, minute);
  await pass(t, 16 * minute);
  expect(await bot.sendAll()).toEqual([]);
  expect(await rows(t, "deliveries")).toMatchObject([{ state: "suppressed", reason: "too late" }]);
});

test("the sweep forgets what is older than a month, a bounded part at a time", async () => {
  const { t, orgId } = await plazaWith({});
  await takeOver(t, orgId, [said("old", begin + hour)]);
  await takeOver(t, orgId, [said("older", begin + hour)]);
  const [old] = await rows(t, "deliveries");
  if (!old) throw new Error("nothing is owed");
  const { _id, _creationTime, ...row } = old;
  await t.run(async (ctx) => {
    for (let copy = 0; copy < 700; copy++)
      await ctx.db.insert("deliveries", { ...row, key: `${row.key}-${copy}`, isOpen: false });
  });
  await pass(t, 31 * day);
  await takeOver(t, orgId, [said("fresh", Date.now() + hour)]);
  await t.mutation(internal.sweep.expired, { rule: "announcements" });
  expect(await rows(t, "deliveries")).toHaveLength(203);
  await settled(t);
  expect(await rows(t, "announcements")).toMatchObject([
    { events: [{ facts: { title: "Event fresh" } }] },
  ]);
  expect(await rows(t, "deliveries")).toHaveLength(1);
});
