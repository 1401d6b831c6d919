import { expect, test } from "vitest";
import { icsEvent, jsonEvent, plazaWithSources } from "../support/convex/lumaSources.ts";
import { sync } from "../support/convex/lumaSync.ts";
import { announcementMessage } from "../../shared/messages/announcement.ts";
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
} from "../support/convex/plaza.ts";

// Many changes in one sync are one message for each channel.

const listed = (count: number, delay = 0) =>
  Array.from({ length: count }, (_, n) =>
    jsonEvent(`e${n}`, begin + 2 * day + n * hour + delay, { end_at: undefined }),
  );
const fed = (count: number, more: string[] = []) =>
  Array.from({ length: count }, (_, n) => icsEvent(`e${n}`, begin + 2 * day + n * hour, more));

/** What the channels get, as "chat kind total". */
async function sentTo(t: Plaza): Promise<string[]> {
  const sent = await makeBot(t).sendAll();
  return sent
    .map(({ to, announcement: { kind, total } }) => `${to.chatId} ${kind} ${total}`)
    .toSorted();
}

async function synced(first: Parameters<typeof Object.assign>[1]) {
  const plaza = await plazaWithSources();
  Object.assign(plaza.answers, first);
  await sync(plaza.t, plaza.orgId);
  await makeChannel(plaza.t, { chatId: "1", orgId: plaza.orgId });
  await makeChannel(plaza.t, { chatId: "2" });
  await pass(plaza.t, hour);
  return plaza;
}

test("110 events that are gone are one digest of cancellations for each channel", async () => {
  const { t, orgId, answers } = await synced({ items: listed(112) });
  answers.items = listed(2);
  expect(await sync(t, orgId)).toMatchObject({ missing: 110 });
  await pass(t, 2 * minute);
  expect(await sentTo(t)).toEqual(["1 cancelled 110", "2 cancelled 110"]);
});

test("110 events that are marked as cancelled, on two pages, are one digest as well", async () => {
  const { t, orgId, answers } = await synced({ ics: fed(110) });
  answers.ics = fed(110, ["STATUS:CANCELLED"]);
  expect(await sync(t, orgId)).toMatchObject({ removed: 110 });
  expect(await sentTo(t)).toEqual(["1 cancelled 110", "2 cancelled 110"]);
});

test("a digest that is out already is edited when a further page adds to it", async () => {
  const { t, orgId, answers } = await synced({ ics: fed(110) });
  const bot = makeBot(t);
  answers.ics = fed(110, ["STATUS:CANCELLED"]);
  await sync(t, orgId);
  await bot.sendAll();
  const [digest] = (await rows(t, "announcements")).filter(({ kind }) => kind === "cancelled");
  expect(digest).toMatchObject({ total: 110, version: 2 });
  expect((await rows(t, "announcements")).filter(({ kind }) => kind === "cancelled")).toHaveLength(
    1,
  );
});

test("12 moves are one digest, with the new times and the old ones", async () => {
  const { t, orgId, answers } = await synced({ items: listed(12) });
  answers.items = listed(12, hour);
  expect(await sync(t, orgId)).toMatchObject({ changed: 12 });
  const sent = await makeBot(t).sendAll();
  expect(sent.map(({ announcement: { kind, total } }) => `${kind} ${total}`)).toEqual([
    "moved 12",
    "moved 12",
  ]);
  const [first] = sent;
  if (!first) throw new Error("nothing was sent");
  const message = announcementMessage(first, { locale: "en", timezone: "UTC" });
  expect(message.title).toBe("12 events have a new time");
  expect(message.items).toHaveLength(10);
  expect(message.total).toBe(12);
  expect(JSON.stringify(message.items?.[0])).toContain(`"time":${begin + 2 * day}`);
  expect(JSON.stringify(message.items?.[0])).toContain(`"time":${begin + 2 * day + hour}`);
});

test("five moves are told singly", async () => {
  const { t, orgId, answers } = await synced({ items: listed(5) });
  answers.items = listed(5, hour);
  await sync(t, orgId);
  expect(await sentTo(t)).toEqual([
    ...Array.from({ length: 5 }, () => "1 moved 1"),
    ...Array.from({ length: 5 }, () => "2 moved 1"),
  ]);
});

test("moves of events that two organizations list reach the channels of both", async () => {
  const { t, orgId, answers } = await synced({ items: listed(12) });
  const second = await makeOrganization(t, { name: "Second", luma: "cal-Second0000001" });
  await sync(t, second);
  await pass(t, hour);
  await makeBot(t).sendAll();
  await makeChannel(t, { chatId: "3", orgId: second });
  answers.items = listed(12, hour);
  await sync(t, orgId);
  await sync(t, second);
  const sent = await sentTo(t);
  expect(sent.filter((one) => one.startsWith("1 "))).toEqual(["1 moved 12"]);
  expect(sent.filter((one) => one.startsWith("3 "))).toEqual(["3 moved 12"]);
});
