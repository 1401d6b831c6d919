// @vitest-environment edge-runtime
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import {
  as,
  begin,
  day,
  hour,
  leo,
  makeBot,
  makeChannel,
  makeOrganization,
  minute,
  pass,
  type Plaza,
  rows,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

const tomorrow = begin + day;

async function plazaWithChannel(wants: Parameters<typeof makeChannel>[1] = {}) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  const channelId = await makeChannel(t, wants);
  return { t, orgId, channelId };
}

function many(prefix: string, count: number) {
  return Array.from({ length: count }, (_, index) => said(`${prefix}${index}`, tomorrow + index));
}

/** What a channel is owed, as "kind part state". */
async function owed(t: Plaza, channelId?: Id<"channels">): Promise<string[]> {
  const announcements = await rows(t, "announcements");
  const deliveries = await rows(t, "deliveries");
  return deliveries
    .filter((row) => channelId === undefined || row.destination === channelId)
    .map(({ task, part, state }) => {
      const told = task.kind === "announce" ? task.announcementId : undefined;
      const kind = announcements.find(({ _id }) => _id === told)?.kind;
      return `${kind} ${part} ${state}`;
    });
}

test("a new event is owed once per channel, however often it is read", async () => {
  const { t, orgId } = await plazaWithChannel();
  await makeChannel(t, { platform: "discord", chatId: "55", orgId });
  for (let times = 0; times < 3; times++) await takeOver(t, orgId, [said("jam", tomorrow)]);
  expect(await owed(t)).toEqual(["new message pending", "new message pending"]);
});

test("up to five new events of one page are told singly, six as one digest", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, many("five", 5));
  expect(await rows(t, "announcements")).toHaveLength(5);
  await takeOver(t, orgId, many("six", 6));
  const told = await rows(t, "announcements");
  expect(told).toHaveLength(6);
  expect(told.at(-1)).toMatchObject({ kind: "new", total: 6 });
});

test("a digest names ten events and says how many there are", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, many("e", 25));
  const [digest] = await rows(t, "announcements");
  expect(digest?.total).toBe(25);
  expect(digest?.events).toHaveLength(10);
});

test("a channel hears only the kinds it asked for", async () => {
  const { t, orgId, channelId } = await plazaWithChannel({ kinds: ["cancelled"] });
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  expect(await owed(t, channelId)).toEqual([]);
  await takeOver(t, orgId, [said("jam", tomorrow, { cancelled: true })]);
  expect(await owed(t, channelId)).toEqual(["cancelled message pending"]);
});

test("a channel hears its organization, one without an organization hears all of them once", async () => {
  const t = startPlaza();
  const here = await makeOrganization(t, { name: "Here", hasSynced: true });
  const there = await makeOrganization(t, { name: "There", hasSynced: true });
  const forHere = await makeChannel(t, { chatId: "1", orgId: here });
  const forThere = await makeChannel(t, { chatId: "2", orgId: there });
  const forAll = await makeChannel(t, { chatId: "3" });
  await takeOver(t, here, [said("jam", tomorrow)]);
  expect(await owed(t, forThere)).toEqual([]);
  // The same event on the other calendar: its own channel hears too, the one for all not again.
  await takeOver(t, there, [said("jam", tomorrow)]);
  for (const channel of [forHere, forThere, forAll])
    expect(await owed(t, channel)).toEqual(["new message pending"]);
});

test("an event that is listed by a second calendar after a move is not new again to those who know it", async () => {
  const t = startPlaza();
  const here = await makeOrganization(t, { name: "Here", hasSynced: true });
  const there = await makeOrganization(t, { name: "There", hasSynced: true });
  const forAll = await makeChannel(t);
  await takeOver(t, here, [said("jam", tomorrow)]);
  await pass(t, hour);
  await takeOver(t, here, [said("jam", tomorrow + hour)]);
  await takeOver(t, there, [said("jam", tomorrow + hour)]);
  expect(await owed(t, forAll)).toEqual(["new message pending", "moved message pending"]);
});

test("a move within a minute adds nothing where the first word still waits", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  await pass(t, 30_000);
  await takeOver(t, orgId, [said("jam", tomorrow + hour)]);
  expect(await owed(t)).toEqual(["new message pending"]);
  const [message] = await makeBot(t).sendAll();
  expect(message?.announcement.events[0]?.facts.startDate).toBe(tomorrow + hour);
});

test("a move within a minute is owed as an edit where the first word is out", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  const [first] = await makeBot(t).sendAll();
  await pass(t, 30_000);
  await takeOver(t, orgId, [said("jam", tomorrow + hour)]);
  expect(await owed(t)).toEqual(["new message sent", "new edit-2 pending"]);
  const [edit] = await makeBot(t).sendAll();
  expect(edit).toMatchObject({ part: "edit-2", messageId: `m-${first?.deliveryId}` });
});

test("a message that is on its way when its event moves is corrected afterwards", async () => {
  const { t, orgId } = await plazaWithChannel();
  const bot = makeBot(t);
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  const [held] = await bot.lease();
  if (!held) throw new Error("nothing was leased");
  await bot.begin(held);
  await takeOver(t, orgId, [said("jam", tomorrow + hour)]);
  await bot.complete(held, { kind: "sent", messageId: "7" });
  expect((await bot.sendAll()).map(({ part, messageId }) => [part, messageId])).toEqual([
    ["edit-2", "7"],
  ]);
});

test("of two corrections only the last is sent", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  await makeBot(t).sendAll();
  await takeOver(t, orgId, [said("jam", tomorrow + hour)]);
  await takeOver(t, orgId, [said("jam", tomorrow + 2 * hour)]);
  const edits = await makeBot(t).sendAll();
  expect(edits.map(({ part }) => part)).toEqual(["edit-3"]);
});

test("a move later than a minute is told anew, with where it was", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  await makeBot(t).sendAll();
  await pass(t, 2 * minute);
  await takeOver(t, orgId, [said("jam", tomorrow + hour)]);
  expect(await owed(t)).toEqual(["new message sent", "moved message pending"]);
  const [moved] = await makeBot(t).sendAll();
  expect(moved?.announcement).toMatchObject({ kind: "moved", previousStart: tomorrow });
});

test("of two moves that both wait, only the last is told", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  await makeBot(t).sendAll();
  for (const later of [1, 2]) {
    await pass(t, 2 * minute);
    await takeOver(t, orgId, [said("jam", tomorrow + later * hour)]);
  }
  const sent = await makeBot(t).sendAll();
  expect(sent.map(({ event }) => event?.startDate)).toEqual([tomorrow + 2 * hour]);
  expect(await owed(t)).toContain("moved message suppressed");
});

test("a cancelled event suppresses what waits, and is told itself", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  await pass(t, 2 * minute);
  await takeOver(t, orgId, [said("jam", tomorrow + hour)]);
  await takeOver(t, orgId, [said("jam", tomorrow + hour, { cancelled: true })]);
  const sent = await makeBot(t).sendAll();
  expect(sent.map(({ announcement }) => announcement.kind)).toEqual(["cancelled"]);
  expect(await owed(t)).toEqual([
    "new message suppressed",
    "moved message suppressed",
    "cancelled message sent",
  ]);
});

test("an event that comes back is told as new, and a cancellation that waits is not sent", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  await makeBot(t).sendAll();
  await takeOver(t, orgId, [said("jam", tomorrow, { cancelled: true })]);
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  const sent = await makeBot(t).sendAll();
  expect(sent.map(({ announcement }) => announcement.kind)).toEqual(["new"]);
});

test("an event that became private while its news waited is not shown to a channel", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  await takeOver(t, orgId, [said("jam", tomorrow, { isPrivate: true })]);
  expect(await makeBot(t).sendAll()).toEqual([]);
});

test("an event that was private is told when it becomes public", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", tomorrow, { isPrivate: true })]);
  expect(await owed(t)).toEqual([]);
  await takeOver(t, orgId, [said("jam", tomorrow, { isPrivate: false })]);
  expect(await owed(t)).toEqual(["new message pending"]);
});

test("an event that an admin adds is announced like any other, and no sync takes it away", async () => {
  const { t, orgId } = await plazaWithChannel();
  await as(t, leo).mutation(api.events.mutations.create, {
    orgId,
    event: { title: "Picnic", startDate: tomorrow, lumaUrl: "https://example.org/picnic" },
  });
  await pass(t, 0);
  expect(await owed(t)).toEqual(["new message pending"]);
});

test("news about an event that has begun is not sent any more", async () => {
  const { t, orgId } = await plazaWithChannel();
  await takeOver(t, orgId, [said("jam", begin + hour)]);
  await pass(t, hour);
  expect(await makeBot(t).sendAll()).toEqual([]);
  expect(await owed(t)).toEqual(["new message suppressed"]);
});
