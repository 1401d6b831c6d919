import { describe, expect, onTestFinished, test } from "vitest";
import { realClock } from "../../bots/clock.ts";
import { createLog } from "../../bots/log.ts";
import { runOutbox } from "../../bots/outbox.ts";
import { createRefusals } from "../../bots/outboxFlow.ts";
import { startTelegramEmulator } from "../../bots/sandbox/telegram/index.ts";
import { createTelegramSender } from "../../bots/telegram/send.ts";
import { api, internal } from "../../convex/_generated/api.js";
import type { Backend } from "../../shared/backend.ts";
import { passUntil } from "../support/bots/fakedTime.ts";
import { mia } from "../support/bots/leasedDeliveries.ts";
import {
  as,
  day,
  makeChannel,
  makeOrganization,
  minute,
  rows,
  said,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

// The real outbox and sender, Convex's functions, and the emulator; time is faked for all of them.

const chats = ["one", "two", "three", "four"].map((key, index) => ({
  key,
  title: key,
  kind: "group" as const,
  id: `-100100000000${index + 1}`,
}));

async function world() {
  const t = startPlaza();
  const telegram = await startTelegramEmulator({
    people: [mia],
    places: chats,
    now: () => Date.now(),
  });
  onTestFinished(async () => await telegram.close());
  const log = createLog("silent");
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const bot = as(t, "bot:telegram");
  const sender = createTelegramSender(telegram.token, telegram.url, log);
  const orgId = await makeOrganization(t, { hasSynced: true });
  for (const { id } of chats)
    await makeChannel(t, { platform: "telegram", chatId: id, kinds: ["new"] });
  const start = Date.now() + 5 * day;
  const announce = async (slug: string) => {
    const events = [said(slug, start, { title: slug })];
    await t.mutation(internal.events.mutations.upsertEvents, { orgId, events, refused: [] });
    await settled(t);
    outbox.wake(await bot.query(api.deliveries.nextReady, {}));
  };
  const outbox = runOutbox(bot as unknown as Backend, sender, {
    clock: realClock,
    log,
    signal: stop.signal,
  });
  const heard = (key: string) =>
    telegram.transcript({ in: key, as: "mia" }).filter(({ text }) => text.includes("jam")).length;
  const states = async () => (await rows(t, "deliveries")).map(({ state }) => state);
  return { telegram, announce, heard, states };
}

describe("a chat that holds up its own deliveries holds up no other", () => {
  test("where Telegram is slow to answer", async () => {
    const { telegram, announce, heard } = await world();
    const only = { kind: "slow", chat: chats[0]?.id ?? "" } as const;
    telegram.fault({ ...only, count: 1, retryAfter: 9 });
    await announce("jam");
    const others = () => chats.slice(1).every(({ key }) => heard(key) === 1);
    expect(await passUntil(minute, others)).toBeLessThan(9_000);
    // What comes meanwhile does not wait for the slow one either.
    await announce("jam2");
    const again = () => chats.slice(1).every(({ key }) => heard(key) === 2);
    expect(await passUntil(minute, again)).toBeLessThan(9_000);
    await passUntil(minute, () => heard("one") === 2);
  });

  test("where Telegram's limit for that chat was met, also several times", async () => {
    const { telegram, announce, heard } = await world();
    const chat = chats[0]?.id ?? "";
    telegram.fault({ kind: "429", chat, count: 3, retryAfter: 20 });
    await announce("jam");
    const others = () => chats.slice(1).every(({ key }) => heard(key) === 1);
    expect(await passUntil(minute, others)).toBeLessThan(5_000);
    expect(heard("one")).toBe(0);
    await passUntil(3 * minute, () => heard("one") === 1);
  });
});

test("a process that dies leaves one announcement whose end nobody knows, however many wait", async () => {
  const { announce, heard, states } = await world();
  let most = 0;
  await announce("jam");
  await passUntil(minute, async () => {
    const sending = (await states()).filter((state) => state === "sending").length;
    most = Math.max(most, sending);
    return chats.every(({ key }) => heard(key) === 1);
  });
  expect(most).toBe(1);
  await passUntil(minute, async () => (await states()).every((state) => state === "sent"));
});

describe("a platform's limit for everybody", () => {
  const later = { kind: "later", retryAfterMs: 4_000 } as const;
  test("is met by several chats in a row: then everybody waits", () => {
    const refusals = createRefusals();
    expect(["a", "a", "a", "b"].map((chat) => refusals.pauseAfter(chat, later))).toEqual([
      0, 0, 0, 0,
    ]);
    expect(refusals.pauseAfter("c", later)).toBe(4_000);
  });

  test("may also be what the platform says itself: then everybody waits at once", () => {
    const said = { ...later, retryAfterMs: 30_000, isForAll: true } as const;
    expect(createRefusals().pauseAfter("a", said)).toBe(30_000);
  });

  test("is over as soon as something is sent, and never waited for longer than ten seconds", () => {
    const refusals = createRefusals();
    for (const chat of ["a", "b"]) refusals.pauseAfter(chat, later);
    refusals.pauseAfter("d", { kind: "sent" });
    expect(refusals.pauseAfter("c", later)).toBe(0);
    refusals.pauseAfter("a", later);
    expect(refusals.pauseAfter("b", { ...later, retryAfterMs: 90_000 })).toBe(10_000);
  });
});
