import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { plazaWithLine } from "../support/convex/queue.ts";
import {
  ana,
  as,
  day,
  leo,
  makeChannel,
  minute,
  pass,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

const form = { goal: "Climb", motivation: "Neighbours", name: "Ana" };

/** Ana has applied, and her card waits to be sent to one chat. */
async function plazaWithCard() {
  const t = startPlaza();
  await makeChannel(t, { kinds: ["application"] });
  await as(t, ana).mutation(api.applications.submit, form);
  await settled(t);
  const [application] = await rows(t, "applications");
  const [card] = await rows(t, "deliveries");
  if (!application || !card) throw new Error("there is no card");
  // It has been sent: nothing of it is open any more.
  await t.run((ctx) => ctx.db.patch("deliveries", card._id, { state: "sent", isOpen: false }));
  return { t, application, card };
}
const cards = async (t: Awaited<ReturnType<typeof plazaWithCard>>["t"]) =>
  (await rows(t, "deliveries")).filter(({ task }) => task.kind === "card");

test("a card is kept as long as its application waits: deciding changes it", async () => {
  const { t } = await plazaWithCard();
  await pass(t, 31 * day);
  await t.mutation(internal.sweep.expired, { rule: "deliveries" });
  expect(await cards(t)).toHaveLength(1);
});

test("a card of a decided application goes after a month", async () => {
  const { t, application } = await plazaWithCard();
  const decision = { applicationId: application._id, decision: "approve" as const };
  await as(t, leo).mutation(api.applications.decide, decision);
  await pass(t, 31 * day);
  await t.run(async (ctx) => {
    for (const { _id } of await ctx.db.query("deliveries").collect())
      await ctx.db.patch("deliveries", _id, { isOpen: false });
  });
  await t.mutation(internal.sweep.expired, { rule: "deliveries" });
  expect(await rows(t, "deliveries")).toEqual([]);
});

test("what is still open is kept, however old", async () => {
  const { t, card } = await plazaWithCard();
  await t.run((ctx) => ctx.db.patch("deliveries", card._id, { isOpen: true, state: "pending" }));
  await pass(t, 31 * day);
  await t.mutation(internal.sweep.expired, { rule: "deliveries" });
  expect(await rows(t, "deliveries")).toHaveLength(1);
});

test("a deleted person's chat account is bare at once, so that bots notice, and gone in a minute", async () => {
  const { t } = await plazaWithCard();
  await as(t, ana).mutation(api.users.softDelete, {});
  const [bare] = (await rows(t, "chatAccounts")).filter(({ platformUserId }) =>
    ana.endsWith(platformUserId),
  );
  expect(Object.keys(bare ?? {}).sort()).toEqual(
    ["_creationTime", "_id", "platform", "platformUserId", "settingsChangedAt"].sort(),
  );
  await pass(t, minute);
  const left = (await rows(t, "chatAccounts")).map(({ platformUserId }) => platformUserId);
  expect(left).not.toContain(ana.split(":")[1]);
});

test("who comes back within that minute keeps what they chose anew", async () => {
  const { t } = await plazaWithCard();
  await as(t, ana).mutation(api.users.softDelete, {});
  await pass(t, minute / 2);
  await as(t, ana).mutation(api.chatAccounts.change, { locale: "es" });
  await pass(t, minute);
  const kept = (await rows(t, "chatAccounts")).find(({ locale }) => locale === "es");
  expect(kept).toBeDefined();
});

test("how often somebody tried is forgotten a day later", async () => {
  const t = startPlaza();
  const row = { name: "link", key: ana, value: 1 };
  await t.run(async (ctx) => {
    await ctx.db.insert("rateLimits", { ...row, ts: Date.now() - day - 1 });
    await ctx.db.insert("rateLimits", { ...row, ts: Date.now() - day + 1 });
  });
  await t.mutation(internal.sweep.expired, { rule: "rateLimits" });
  expect(await rows(t, "rateLimits")).toHaveLength(1);
});

test("a request to be let into a chat is forgotten after a month without an application", async () => {
  const t = startPlaza();
  const chat = { title: "Plaza" };
  for (const chatId of ["-1", "-2"])
    await makeChannel(t, { chatId, kinds: [], admitsMembers: true });
  await as(t, ana).mutation(api.applications.requestJoin, { ...chat, chatId: "-1" });
  await pass(t, 30 * day + minute);
  await as(t, ana).mutation(api.applications.requestJoin, { ...chat, chatId: "-2" });
  await t.mutation(internal.sweep.expired, { rule: "joinRequests" });
  expect((await rows(t, "joinRequests")).map(({ chatId }) => chatId)).toEqual(["-2"]);
});

test("a line and who stood in it are forgotten a month after it was closed, in bounded parts", async () => {
  const { t, eventId, join } = await plazaWithLine(1);
  await join(0);
  const [place] = await rows(t, "queuePositions");
  if (!place) throw new Error("nobody is in the line");
  const { _id, _creationTime, ...fields } = place;
  await t.run(async (ctx) => {
    for (let more = 0; more < 500; more++) await ctx.db.insert("queuePositions", fields);
  });
  const left = async () => [
    (await rows(t, "queues")).length,
    (await rows(t, "queuePositions")).length,
  ];
  // One that is still open is kept, however old.
  await pass(t, 31 * day);
  await t.mutation(internal.sweep.expired, { rule: "queues" });
  expect(await left()).toEqual([1, 501]);
  await as(t, leo).mutation(api.queue.closeQueue, { eventId });
  await pass(t, 30 * day);
  await t.mutation(internal.sweep.expired, { rule: "queues" });
  expect(await left()).toEqual([1, 501]);
  await pass(t, minute);
  await t.mutation(internal.sweep.expired, { rule: "queues" });
  expect(await left()).toEqual([1, 1]);
  await settled(t);
  expect(await left()).toEqual([0, 0]);
});
