// @vitest-environment edge-runtime
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Doc } from "../../convex/_generated/dataModel.js";
import { backoffMs } from "../../convex/model/deliveries/complete.ts";
import {
  as,
  begin,
  day,
  eventNamed,
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
const fine = { kind: "sent", messageId: "1" } as const;

/** A channel that is owed word of so many events, in their order. */
async function owing(events: number, wants: Parameters<typeof makeChannel>[1] = {}) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await makeChannel(t, wants);
  for (let number = 0; number < events; number++)
    await takeOver(t, orgId, [said(`e${number}`, tomorrow + number)]);
  return { t, orgId, bot: makeBot(t, wants?.platform ?? "telegram") };
}

async function first(t: Plaza): Promise<Doc<"deliveries">> {
  const [row] = await rows(t, "deliveries");
  if (!row) throw new Error("nothing is owed");
  return row;
}

async function claimOne(bot: ReturnType<typeof makeBot>) {
  const [held, ...others] = await bot.lease();
  if (!held || others.length > 0) throw new Error("not exactly one was leased");
  return held;
}

async function sendOnce(
  bot: ReturnType<typeof makeBot>,
  outcome: Parameters<typeof bot.complete>[1],
) {
  const held = await claimOne(bot);
  expect(await bot.begin(held)).toBe(true);
  await bot.complete(held, outcome);
}

/** The bot dies after it has said that sending begins. */
async function crashWhileSending(t: Plaza, bot: ReturnType<typeof makeBot>) {
  expect(await bot.begin(await claimOne(bot))).toBe(true);
  await pass(t, 21_000);
}

test("a channel's messages go out in the order of their facts, one at a time", async () => {
  const { bot } = await owing(3);
  const held = await claimOne(bot);
  expect(await bot.lease()).toEqual([]);
  await bot.begin(held);
  await bot.complete(held, fine);
  const rest = await bot.sendAll();
  const titles = [held, ...rest].map(({ event }) => event?.title);
  expect(titles).toEqual(["Event e0", "Event e1", "Event e2"]);
});

test("a message that waits for its next try holds back the later ones of its channel only", async () => {
  const { t, orgId, bot } = await owing(2);
  await sendOnce(bot, { kind: "unsent", reason: "no route" });
  expect(await bot.lease()).toEqual([]);
  await makeChannel(t, { chatId: "another", orgId });
  await takeOver(t, orgId, [said("later", tomorrow)]);
  expect((await claimOne(bot)).to.chatId).toBe("another");
});

test("two claims at once never hand out the same message", async () => {
  const { t, orgId } = await owing(0);
  for (let number = 0; number < 7; number++) await makeChannel(t, { chatId: `c${number}` });
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  const claims = await Promise.all([1, 2, 3].map(() => makeBot(t).lease(3)));
  const ids = claims.flat().map(({ deliveryId }) => deliveryId);
  expect(ids).toHaveLength(8);
  expect(new Set(ids).size).toBe(8);
});

test("a bot is given messages of its own platform only", async () => {
  const { t, bot } = await owing(1);
  const discord = makeBot(t, "discord");
  expect(await discord.lease()).toEqual([]);
  const held = await claimOne(bot);
  expect(await discord.begin(held)).toBe(false);
});

test("a lease runs out, and the one who held it may not begin any more", async () => {
  const { t, bot } = await owing(1);
  const slow = await claimOne(bot);
  expect(await bot.lease()).toEqual([]);
  await pass(t, 21_000);
  const quick = await claimOne(bot);
  expect(quick.deliveryId).toBe(slow.deliveryId);
  expect(await bot.begin(slow)).toBe(false);
  expect(await bot.begin(quick)).toBe(true);
});

test("beginning renews the lease, and a second begin is refused", async () => {
  const { t, bot } = await owing(1);
  const held = await claimOne(bot);
  await pass(t, 15_000);
  expect(await bot.begin(held)).toBe(true);
  expect(await bot.begin(held)).toBe(false);
  await pass(t, 15_000);
  expect(await bot.lease()).toEqual([]);
});

test("the word of one who lost the lease changes nothing", async () => {
  const { t, bot } = await owing(1);
  const slow = await claimOne(bot);
  await bot.begin(slow);
  await pass(t, 21_000);
  const quick = await claimOne(bot);
  for (const outcome of [fine, { kind: "refused", reason: "x" }] as const)
    await bot.complete(slow, outcome);
  expect((await first(t)).state).toBe("leased");
  await bot.begin(quick);
  await bot.complete(quick, fine);
  expect(await first(t)).toMatchObject({ state: "sent", messageId: "1" });
});

test("a settlement that is said twice counts once", async () => {
  const { t, bot } = await owing(1);
  const held = await claimOne(bot);
  await bot.begin(held);
  for (let times = 0; times < 2; times++)
    await bot.complete(held, { kind: "ambiguous", reason: "timeout" });
  expect(await first(t)).toMatchObject({ state: "pending", ambiguousAttempts: 1 });
});

test("a message that was settled as sent stays sent", async () => {
  const { t, bot } = await owing(1);
  const held = await claimOne(bot);
  await bot.begin(held);
  await bot.complete(held, fine);
  await bot.complete(held, { kind: "unsent", reason: "late word" });
  expect((await first(t)).state).toBe("sent");
});

test("what a dead bot had begun is leased before everything that only waits", async () => {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  for (const chatId of ["1", "2", "3"]) await makeChannel(t, { chatId, platform: "discord" });
  await takeOver(t, orgId, [said("e", tomorrow)]);
  const bot = makeBot(t, "discord");
  const [begun] = await bot.lease(1);
  if (!begun) throw new Error("nothing was leased");
  expect(await bot.begin(begun)).toBe(true);
  await pass(t, 21_000);
  const [next] = await bot.lease(1);
  expect(next?.deliveryId).toBe(begun.deliveryId);
});

test("Telegram: after a crash between sending and sent, a message repeats once, then is unknown", async () => {
  const { t, bot } = await owing(1);
  await crashWhileSending(t, bot);
  await crashWhileSending(t, bot);
  expect(await bot.lease()).toEqual([]);
  expect(await first(t)).toMatchObject({ state: "ambiguous", isOpen: false });
  expect(await rows(t, "outboxes")).toEqual([]);
});

test("Telegram: a send that nobody answered repeats once, then is unknown", async () => {
  const { t, bot } = await owing(1);
  await sendOnce(bot, { kind: "ambiguous", reason: "timeout" });
  await pass(t, minute);
  await sendOnce(bot, { kind: "ambiguous", reason: "timeout" });
  expect(await first(t)).toMatchObject({ state: "ambiguous", reason: "timeout" });
});

test("Discord: after a crash a message repeats while its nonce is remembered, then is unknown", async () => {
  const { t, bot } = await owing(1, { platform: "discord" });
  // The memory begins with the first try: five crashes fit into two minutes.
  for (let crashes = 0; crashes < 5; crashes++) await crashWhileSending(t, bot);
  await pass(t, 15_000);
  expect(await bot.lease()).toEqual([]);
  expect((await first(t)).state).toBe("ambiguous");
});

test("Discord: an unanswered send may be repeated within the nonce's memory, not after it", async () => {
  const { t, bot } = await owing(1, { platform: "discord" });
  await sendOnce(bot, { kind: "ambiguous", reason: "timeout" });
  await pass(t, minute);
  const again = await claimOne(bot);
  await bot.begin(again);
  await bot.complete(again, { kind: "ambiguous", reason: "timeout" });
  await pass(t, minute);
  expect(await bot.lease()).toEqual([]);
  expect((await first(t)).state).toBe("ambiguous");
});

test("Discord: a claim that was kept too long does not begin after the nonce is forgotten", async () => {
  const { t, bot } = await owing(1, { platform: "discord" });
  await crashWhileSending(t, bot);
  const held = await claimOne(bot);
  await pass(t, 2 * minute);
  expect(await bot.begin(held)).toBe(false);
});

test("a claim that was kept past the message's time does not begin", async () => {
  const { t, bot } = await owing(1);
  const held = await claimOne(bot);
  await pass(t, day);
  expect(await bot.begin(held)).toBe(false);
});

test("a try begins 2 s, 4 s, 8 s ... after the last, a quarter more or less, at most five minutes", () => {
  for (const chance of [0, 0.5, 1]) {
    const waits = [1, 2, 3, 8, 9, 30].map((attempts) => backoffMs(attempts, chance));
    const middle = [2_000, 4_000, 8_000, 256_000, 300_000, 300_000];
    expect(waits).toEqual(middle.map((ms) => ms * (0.75 + chance / 2)));
  }
});

test("after eight tries that surely failed a message is dead, with the reason", async () => {
  const { t, bot } = await owing(1);
  for (let tries = 1; tries <= 8; tries++) {
    expect((await first(t)).state).toBe("pending");
    await sendOnce(bot, { kind: "unsent", reason: "no route" });
    await pass(t, 10 * minute);
  }
  expect(await first(t)).toMatchObject({ state: "dead", reason: "no route", attempts: 8 });
});

test("being told to come back later is no failed try, and is waited for", async () => {
  const { t, bot } = await owing(1);
  for (let times = 0; times < 12; times++) {
    await sendOnce(bot, { kind: "later", retryAfterMs: 30_000 });
    await pass(t, 29_000);
    expect(await bot.lease()).toEqual([]);
    await pass(t, 2_000);
  }
  expect(await first(t)).toMatchObject({ state: "pending", attempts: 0 });
});

test("what the platform will never take is dead at once", async () => {
  const { t, bot } = await owing(1);
  await sendOnce(bot, { kind: "refused", reason: "can't parse entities" });
  expect(await first(t)).toMatchObject({ state: "dead", reason: "can't parse entities" });
});

test("what has expired is suppressed, and the next message of the channel goes out", async () => {
  const { t, orgId, bot } = await owing(1);
  await takeOver(t, orgId, [said("next", tomorrow + day)]);
  await pass(t, day + 1);
  expect((await claimOne(bot)).event?.title).toBe("Event next");
  expect(await first(t)).toMatchObject({ state: "suppressed", reason: "too late" });
});

test("an edit whose message is gone, or was never sent, is not owed any more", async () => {
  const { t, orgId, bot } = await owing(1);
  await sendOnce(bot, fine);
  await takeOver(t, orgId, [said("e0", tomorrow + hour)]);
  await sendOnce(bot, { kind: "message-gone" });
  const edit = (await rows(t, "deliveries")).find(({ part }) => part === "edit-2");
  expect(edit?.state).toBe("suppressed");
});

test("a chat that is gone is off with its reason, and nothing more is owed to it", async () => {
  const { t, orgId, bot } = await owing(3);
  await sendOnce(bot, { kind: "channel-gone", reason: "bot was kicked" });
  expect(await rows(t, "channels")).toMatchObject([{ isOn: false, offReason: "bot was kicked" }]);
  const states = (await rows(t, "deliveries")).map(({ state }) => state);
  expect(states).toEqual(["cancelled", "cancelled", "cancelled"]);
  await takeOver(t, orgId, [said("more", tomorrow)]);
  expect(await rows(t, "deliveries")).toHaveLength(3);
  expect(await rows(t, "outboxes")).toEqual([]);
});

test("a channel that was switched off with hundreds of open messages is left with none", async () => {
  const { t, bot } = await owing(1);
  const { _id, _creationTime, ...row } = await first(t);
  await t.run(async (ctx) => {
    for (let copy = 0; copy < 250; copy++)
      await ctx.db.insert("deliveries", { ...row, key: `${row.key}-${copy}` });
  });
  const where = { platform: "telegram", chatId: "-100" } as const;
  await as(t, leo).mutation(api.channels.unsubscribe, where);
  for (let claims = 0; claims < 5; claims++) expect(await bot.lease()).toEqual([]);
  expect((await rows(t, "deliveries")).filter(({ isOpen }) => isOpen)).toEqual([]);
  expect(await rows(t, "outboxes")).toEqual([]);
});

test("a chat that was migrated takes all its topics along, and is sent to at once", async () => {
  const { t, orgId, bot } = await owing(0);
  for (const threadId of ["7", "8"]) await makeChannel(t, { threadId, orgId });
  await makeChannel(t, { chatId: "-555" });
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  const [held] = await bot.lease(1);
  if (!held) throw new Error("nothing was leased");
  await bot.begin(held);
  await bot.complete(held, { kind: "migrated", chatId: "-100999" });
  const chats = (await rows(t, "channels")).map(({ chatId, threadId }) => [chatId, threadId]);
  expect(chats).toEqual([
    ["-100999", undefined],
    ["-100999", "7"],
    ["-100999", "8"],
    ["-555", undefined],
  ]);
  const sent = await bot.sendAll();
  expect(sent.map(({ to }) => to.chatId).sort()).toEqual(["-100999", "-100999", "-100999", "-555"]);
});

test("a chat that is migrated onto one that is subscribed already is not told twice", async () => {
  const { t, orgId, bot } = await owing(0);
  await makeChannel(t, { chatId: "-100999", orgId });
  await as(t, "bot:telegram").mutation(api.channels.moved, { from: "-100", to: "-100999" });
  await takeOver(t, orgId, [said("jam", tomorrow)]);
  expect(await bot.sendAll()).toHaveLength(1);
});

test("the bots are told of settings that moved with a chat", async () => {
  const { t } = await owing(0);
  await pass(t, minute);
  await as(t, "bot:telegram").mutation(api.channels.moved, { from: "-100", to: "-100999" });
  const { chats } = await as(t, "bot:telegram").query(api.preferences.lastChanged, {});
  expect(chats).toEqual([{ chatId: "-100999", at: begin + minute }]);
});

test("an admin can send again what is dead or unknown, and nothing else", async () => {
  const { t, bot } = await owing(1);
  const { _id: deliveryId } = await first(t);
  const admin = as(t, leo);
  await expect(admin.mutation(api.deliveries.retry, { deliveryId })).rejects.toMatchObject({
    data: { refusal: "cannot-retry" },
  });
  await sendOnce(bot, { kind: "refused", reason: "too long" });
  expect(await admin.query(api.deliveries.list, {})).toMatchObject([
    { state: "dead", reason: "too long", canRetry: true, title: "Event e0" },
  ]);
  await admin.mutation(api.deliveries.retry, { deliveryId });
  await sendOnce(bot, fine);
  expect(await first(t)).toMatchObject({ state: "sent", attempts: 1 });
  await expect(admin.mutation(api.deliveries.retry, { deliveryId: "x" })).rejects.toMatchObject({
    data: { refusal: "no-such-delivery" },
  });
});

test("a retry does not take a channel from the bot that holds it", async () => {
  const { t, bot } = await owing(2);
  const { _id: deliveryId } = await first(t);
  await sendOnce(bot, { kind: "refused", reason: "too long" });
  const held = await claimOne(bot);
  await bot.begin(held);
  await as(t, leo).mutation(api.deliveries.retry, { deliveryId });
  expect(await makeBot(t).lease()).toEqual([]);
  await bot.complete(held, fine);
  expect((await claimOne(bot)).deliveryId).toBe(deliveryId);
});

test("a retry of what has expired meanwhile is not sent", async () => {
  const { t, bot } = await owing(1);
  await sendOnce(bot, { kind: "refused", reason: "too long" });
  await pass(t, 2 * day);
  const { _id: deliveryId } = await first(t);
  await as(t, leo).mutation(api.deliveries.retry, { deliveryId });
  expect(await bot.lease()).toEqual([]);
});

test("nextReady says when the next message is worth asking for, and null when there is none", async () => {
  const { t, bot } = await owing(1);
  const ready = async () => await as(t, "bot:telegram").query(api.deliveries.nextReady, {});
  expect(await ready()).toBe(begin);
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  await sendOnce(bot, { kind: "later", retryAfterMs: 5_000 });
  expect(await ready()).toBe(begin + 5_000);
  await pass(t, 5_000);
  await sendOnce(bot, fine);
  expect(await ready()).toBeNull();
  expect((await eventNamed(t, "e0")).status).toBe("upcoming");
});
