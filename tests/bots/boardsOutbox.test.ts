import { expect, onTestFinished, test, vi } from "vitest";
import { type Clock, realClock } from "../../bots/clock.ts";
import { startDiscordEmulator } from "../../bots/sandbox/discord/index.ts";
import { startTelegramEmulator } from "../../bots/sandbox/telegram/index.ts";
import { createLog } from "../../bots/log.ts";
import { createDiscordSender } from "../../bots/discord/send.ts";
import { runOutbox } from "../../bots/outbox.ts";
import { createTelegramSender } from "../../bots/telegram/send.ts";
import { api, internal } from "../../convex/_generated/api.js";
import type { Platform } from "../../shared/identity.ts";
import type { Backend } from "../../shared/backend.ts";
import { addBoard, onlyBoard } from "../support/convex/boards.ts";
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
import { mia } from "../support/bots/leasedDeliveries.ts";

// The real outbox and senders, Convex's functions, and emulators that count as the platforms do.
// Time is faked for all of them: it passes only when everybody waits for it.

const ids = { telegram: "-1001000000001", discord: "910000000000000001" };

async function world(platform: Platform) {
  const t = startPlaza();
  const options = {
    people: [mia],
    places: [{ key: "talk", title: "Talk", kind: "group" as const, id: ids[platform] }],
    now: () => Date.now(),
  };
  const log = createLog("silent");
  const emulator =
    platform === "telegram"
      ? await startTelegramEmulator(options)
      : await startDiscordEmulator(options);
  onTestFinished(async () => await emulator.close());
  emulator.limitRates(true);
  const sender =
    platform === "telegram"
      ? createTelegramSender(emulator.token, emulator.url, log)
      : createDiscordSender(emulator.token, emulator.url, log);

  let asleep = 0;
  const clock: Clock = {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      asleep += 1;
      await realClock.sleep(ms, signal);
      asleep -= 1;
    },
  };
  const isAsleep = () => asleep > 0;
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const bot = as(t, `bot:${platform}`);
  const outbox = runOutbox(bot as unknown as Backend, sender, { clock, log, signal: stop.signal });
  let ready: number | null = 0;
  /** What the bot's subscription tells it; then everybody has done what they could. */
  const calm = async () => {
    for (;;) {
      do await new Promise((resolve) => setImmediate(resolve));
      while (!isAsleep());
      const next = await bot.query(api.deliveries.nextReady, {});
      if (next === ready) return;
      outbox.wake((ready = next));
    }
  };
  const pass = async (ms: number, stepMs = 100) => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      vi.advanceTimersByTime(stepMs);
      await calm();
    }
  };

  const orgId = await makeOrganization(t, { hasSynced: true });
  const start = Date.now() + 5 * day;
  const change = async (title: string) => {
    const events = [said("jam", start, { title })];
    await t.mutation(internal.events.mutations.upsertEvents, { orgId, events, refused: [] });
  };
  await change("Jam 0");
  await addBoard(t, { platform, chatId: ids[platform] });
  await pass(minute);
  const sent = (status: number) => emulator.requests().filter((one) => one.status === status);
  return { t, orgId, start, emulator, change, calm, pass, sent, began: Date.now() };
}

const edits = /editMessageText|^PATCH/;

/** The most of these in any minute. */
function mostInMinute(times: number[]): number {
  const from = (at: number) => times.filter((one) => one >= at && one < at + minute).length;
  return Math.max(...times.map(from));
}

test.each(["telegram", "discord"] as const)(
  "%s: of 2,000 changes in ten seconds the last is shown, and nobody is refused",
  async (platform) => {
    const { t, emulator, change, calm, pass, sent, began } = await world(platform);
    for (let count = 1; count <= 2000; count++) {
      await change(`Jam ${count}`);
      vi.advanceTimersByTime(5);
      await calm();
    }
    expect(Date.now() - began).toBe(10_000);
    await pass(minute);

    expect(sent(429)).toEqual([]);
    const done = sent(200).filter(({ method, at }) => edits.test(method) && at >= began);
    expect(mostInMinute(done.map(({ at }) => at))).toBeLessThanOrEqual(14);
    const shown = JSON.stringify(emulator.transcript({ in: "talk", as: "mia" }));
    expect(shown).toContain("Jam 2000");
    expect(shown).not.toContain("Jam 1999");

    const board = await onlyBoard(t);
    expect(board).toMatchObject({ posts: 1, edits: done.length, isOutdated: false, isOn: true });
    expect(board.shownAt).toBeGreaterThanOrEqual(began + 10_000);
    expect((await rows(t, "deliveries")).map(({ part, state }) => [part, state])).toEqual([
      ["message", "sent"],
      ["sync", "sent"],
    ]);
    expect(await rows(t, "outboxes")).toEqual([]);
  },
  120_000,
);

test.each(["telegram", "discord"] as const)(
  "%s: announcements and answers in the same chat go out meanwhile, and nobody is refused",
  async (platform) => {
    const { t, orgId, start, emulator, change, calm, pass, sent, began } = await world(platform);
    await makeChannel(t, { platform, chatId: ids[platform], kinds: ["new"] });
    const told: number[] = [];
    for (let count = 1; count <= 1000; count++) {
      await change(`Jam ${count}`);
      if (count % 400 === 300) {
        const events = [said(`new-${count}`, start)];
        await t.mutation(internal.events.mutations.upsertEvents, { orgId, events, refused: [] });
        told.push(Date.now());
      }
      if (count % 400 === 100) await answer(platform, emulator, `Answer ${count}`);
      vi.advanceTimersByTime(10);
      await settled(t);
      await calm();
    }
    await pass(minute);

    expect(sent(429)).toEqual([]);
    const posts = sent(200)
      .filter(({ method, at }) => /sendMessage|^POST.*messages$/.test(method) && at >= began)
      .map(({ at }) => at);
    // Two announcements, each at once, though the board waited for its turn; and three answers.
    for (const at of told) expect(posts.some((post) => post >= at && post < at + 100)).toBe(true);
    expect(posts).toHaveLength(5);
    expect(JSON.stringify(emulator.transcript({ in: "talk", as: "mia" }))).toContain("Jam 1000");
    expect(await rows(t, "outboxes")).toEqual([]);
  },
  120_000,
);

type ChatEmulator = Awaited<ReturnType<typeof world>>["emulator"];

/** What the bot says in the chat without the ledger, as it answers commands. */
async function answer(
  platform: Platform,
  { url, token }: ChatEmulator,
  text: string,
): Promise<void> {
  const isTelegram = platform === "telegram";
  const path = isTelegram ? `/bot${token}/sendMessage` : `/v10/channels/${ids.discord}/messages`;
  const body = isTelegram ? { chat_id: ids.telegram, text } : { content: text };
  const headers = { "content-type": "application/json", authorization: `Bot ${token}` };
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}
