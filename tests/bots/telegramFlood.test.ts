import { describe, expect, test, vi } from "vitest";
import { createBudget } from "../../bots/budget.ts";
import { passUntil, settleNetwork } from "../support/bots/fakedTime.ts";
import { startTelegramWorld } from "../support/bots/telegramBot.ts";
import { minute } from "../support/convex/plaza.ts";

// What one person, one chat or one slow call can do to the others: nothing. Time is faked.

const ana = "telegram:1002";

describe("a call of Convex that does not come back for one person", () => {
  /** Ana's calls wait until she is let go; everybody else's do not. */
  async function hanging() {
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    const world = await startTelegramWorld(async (subject) => {
      if (subject === ana) await promise;
    });
    return { ...world, letGo };
  }

  test("holds up nobody else, and fetching goes on", async () => {
    const { startBot, say, heard, letGo } = await hanging();
    await startBot();
    say("ana", "dm", "/help");
    for (let count = 1; count <= 3; count++) {
      say("leo", "dm", "/help");
      expect(await passUntil(minute, () => heard("leo").length === count)).toBeLessThan(5_000);
    }
    expect(heard("ana")).toHaveLength(0);
    letGo();
    await passUntil(minute, () => heard("ana").length === 1);
    // What was handed out again meanwhile was answered once.
    await passUntil(5_000, () => false).catch(() => undefined);
    expect([heard("ana").length, heard("leo").length]).toEqual([1, 3]);
  });

  test("is not confirmed: a bot that is killed gets it again, and what was answered before it does not", async () => {
    const { telegram, startBot, say, heard, letGo } = await hanging();
    const first = await startBot();
    say("leo", "dm", "/help");
    await passUntil(minute, () => heard("leo").length === 1);
    say("ana", "dm", "/help");
    await passUntil(minute, () => telegram.pending() === 1);
    await settleNetwork();
    first.kill();
    letGo();
    await startBot();
    await passUntil(minute, () => heard("ana").length > 0);
    await passUntil(minute, () => telegram.pending() === 0);
    expect(heard("leo")).toHaveLength(1);
  });

  test("keeps no more than a window of others waiting: with a hundred unfinished ones the oldest are given up", async () => {
    const { telegram, startBot, say, heard, lines } = await hanging();
    await startBot({ perMinute: 1_000 });
    say("ana", "dm", "/help");
    await passUntil(minute, () => telegram.pending() === 1);
    for (let count = 0; count < 120; count++) say("leo", "group", "/help");
    say("mia", "dm", "/help");
    await passUntil(minute, () => heard("mia").length === 1);
    expect(lines.filter((line) => line.includes("before their answers"))).not.toEqual([]);
  });
});

test("one chat's requests are answered in their order", async () => {
  const { startBot, say, heard } = await startTelegramWorld();
  await startBot();
  const said = ["/help", "/events", "/settings", "/help", "/cancel"];
  for (const text of said) say("ana", "dm", text);
  await passUntil(minute, () => heard("ana").length === said.length);
  const [help, events, settings, again, cancel] = heard("ana").map(({ text }) => text);
  expect(again).toBe(help);
  expect(new Set([help, events, settings, cancel]).size).toBe(4);
  expect(settings).toContain("settings");
});

describe("Telegram's limit for one chat", () => {
  test("of thirty seconds lets the answer wait, and no other chat", async () => {
    const { telegram, startBot, say, heard } = await startTelegramWorld();
    await startBot();
    telegram.fault({ kind: "429", count: 1, retryAfter: 30, only: "sendMessage", chat: "1002" });
    say("ana", "dm", "/help");
    await passUntil(minute, () => telegram.faults().length === 0);
    say("leo", "dm", "/help");
    expect(await passUntil(minute, () => heard("leo").length === 1)).toBeLessThan(1_000);
    expect(heard("ana")).toHaveLength(0);
    const waited = await passUntil(minute, () => heard("ana").length === 1, 50);
    expect(waited).toBeGreaterThan(25_000);
  });

  test("lets a press's button stop turning at once", async () => {
    const { telegram, startBot, act, say, heard } = await startTelegramWorld();
    await startBot();
    say("ana", "dm", "/settings");
    await passUntil(minute, () => heard("ana").length === 1);
    const [settings] = heard("ana");
    const button = settings?.buttons?.flat()[0]?.label ?? "";
    telegram.fault({ kind: "429", count: 1, retryAfter: 30, only: "editMessage", chat: "1002" });
    const press = {
      as: "ana",
      in: "dm",
      do: "click",
      message: settings?.id ?? "",
      button,
    } as const;
    act(press);
    const isAnswered = () =>
      telegram
        .requests()
        .some(({ method, status }) => method === "answerCallbackQuery" && status === 200);
    expect(await passUntil(minute, isAnswered)).toBeLessThan(2_000);
  });
});

describe("a flood by one person", () => {
  test.each([
    ["in private", "dm", "/events"],
    ["in a group", "group", "/events"],
  ])(
    "%s gets twenty answers, one sentence and silence; a minute later answers again",
    async (_where, place, text) => {
      const { telegram, startBot, say, heard } = await startTelegramWorld();
      telegram.limitRates(true);
      await startBot();
      for (let count = 0; count < 300; count++) say("ana", place, text);
      say("leo", "dm", "/help");
      expect(await passUntil(minute, () => heard("leo").length === 1)).toBeLessThan(1_000);
      await passUntil(5 * minute, () => heard("ana", place).length === 21, 50);
      const sentences = () =>
        heard("ana", place).filter((one) => one.text.includes("Wait a minute"));
      expect(sentences()).toHaveLength(1);
      vi.advanceTimersByTime(2 * minute);
      say("ana", place, "/help");
      await passUntil(5 * minute, () => heard("ana", place).length === 22, 50);
      expect(sentences()).toHaveLength(1);
      // Telegram refused nobody for it but the chat of the flood.
      const others = telegram
        .requests()
        .filter(({ status, chat }) => status === 429 && chat === "1001");
      expect(others).toEqual([]);
    },
  );

  test("of buttons is answered with the same sentence, shown to them alone", async () => {
    const { telegram, startBot, act, say, heard } = await startTelegramWorld();
    await startBot({ perMinute: 2 });
    say("ana", "dm", "/settings");
    await passUntil(minute, () => heard("ana").length === 1);
    const [settings] = heard("ana");
    const button = settings?.buttons?.flat()[0]?.label ?? "";
    const press = {
      as: "ana",
      in: "dm",
      do: "click",
      message: settings?.id ?? "",
      button,
    } as const;
    for (let count = 0; count < 4; count++) act(press);
    await passUntil(minute, () => heard("ana").some((one) => one.text.includes("Wait a minute")));
    await passUntil(minute, () => telegram.pending() === 0);
    expect(heard("ana").filter((one) => one.text.includes("Wait a minute"))).toHaveLength(1);
  });
});

describe("the talk of members in a group", () => {
  test("is no request and counts for nobody", async () => {
    const { startBot, say, heard } = await startTelegramWorld();
    await startBot({ perMinute: 2 });
    for (let count = 0; count < 10; count++) say("ana", "group", "hello /there @plaza_bot");
    say("ana", "group", "/help");
    await passUntil(minute, () => heard("ana", "group").length === 1);
    expect(heard("ana", "group")[0]?.text).not.toContain("Wait a minute");
  });
});

describe("a budget", () => {
  test("allows so many in a minute, then once a sentence, and a minute after the first all again", () => {
    let now = 0;
    const budget = createBudget(3, () => now);
    const take = () => budget.take("a");
    expect([take(), take(), take(), take(), take()]).toEqual([
      "allowed",
      "allowed",
      "allowed",
      "last",
      "over",
    ]);
    expect(budget.take("b")).toBe("allowed");
    now = 59_999;
    expect(take()).toBe("over");
    now = 60_000;
    expect(take()).toBe("allowed");
  });

  test("is not stuck where the clock was set back", () => {
    let now = 1e9;
    const budget = createBudget(1, () => now);
    budget.take("a");
    now = 0;
    expect(budget.take("a")).toBe("allowed");
  });
});
