import { describe, expect, test } from "vitest";
import { passUntil } from "../support/bots/fakedTime.ts";
import { startTelegramWorld } from "../support/bots/telegramBot.ts";
import { minute } from "../support/convex/plaza.ts";

// How the Telegram bot starts, and what does not keep it from answering.

const countOf = (world: Awaited<ReturnType<typeof startTelegramWorld>>, method: string) =>
  world.telegram.requests().filter((one) => one.method === method).length;

describe("the menu of commands", () => {
  test("is set once in each language, and not again where nothing has changed", async () => {
    const world = await startTelegramWorld();
    const { kill } = await world.startBot();
    await passUntil(minute, () => countOf(world, "setMyCommands") === 3);
    kill();
    await world.startBot();
    await passUntil(minute, () => countOf(world, "getMyCommands") === 6);
    expect(countOf(world, "setMyCommands")).toBe(3);
  });

  test("that Telegram refuses keeps nobody waiting, and is tried again", async () => {
    const world = await startTelegramWorld();
    world.telegram.fault({ kind: "429", count: 3, retryAfter: 3600, only: "setMyCommands" });
    await world.startBot();
    world.say("ana", "dm", "/help");
    await passUntil(minute, () => world.heard("ana").length === 1);
    await passUntil(10 * minute, () => world.telegram.count("setMyCommands") === 3, 500);
    expect(world.lines.some((line) => line.includes("menu of commands"))).toBe(true);
  });
});

describe("a webhook", () => {
  test("that is set at the start is removed, and nothing that waits is dropped", async () => {
    const world = await startTelegramWorld();
    world.say("ana", "dm", "/help");
    world.telegram.setWebhook("https://example.com/hook");
    await world.startBot();
    await passUntil(minute, () => world.heard("ana").length === 1);
    expect(countOf(world, "deleteWebhook")).toBe(1);
  });

  test("that somebody sets again is removed again, and a log line says what goes on", async () => {
    const world = await startTelegramWorld();
    const { bot } = await world.startBot();
    await passUntil(minute, () => bot.isReady());
    world.telegram.setWebhook("https://example.com/hook");
    await passUntil(minute, () => world.lines.some((line) => line.includes("sets a webhook")));
    world.say("ana", "dm", "/help");
    await passUntil(minute, () => world.heard("ana").length === 1);
    expect(bot.isReady()).toBe(true);
  });
});
