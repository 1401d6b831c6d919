import { describe, expect, test } from "vitest";
import { passUntil } from "../support/bots/fakedTime.ts";
import { startDiscordWorld } from "../support/bots/discordBot.ts";
import { minute } from "../support/convex/plaza.ts";

// How the Discord bot starts and comes back, and what does not keep it from answering.

describe("the commands", () => {
  test("are registered once, and not again where nothing has changed", async () => {
    const world = await startDiscordWorld();
    const { stop } = await world.startBot();
    await passUntil(minute, () => world.countOf("PUT", "/commands") === 1);
    await stop();
    await world.startBot();
    await passUntil(minute, () => world.countOf("GET", "/commands") === 2);
    await passUntil(minute, () => false).catch(() => undefined);
    expect(world.countOf("PUT", "/commands")).toBe(1);
  });

  test("that Discord takes no more of today keep nobody waiting, and are tried again", async () => {
    const world = await startDiscordWorld();
    const { stop } = await world.startBot();
    await passUntil(minute, () => world.countOf("PUT", "/commands") === 1);
    await stop();
    // One that was renamed meanwhile: the list differs, and registering it is refused.
    const [first] = world.discord.commands();
    if (first) first.name = "former";
    const refusal = { status: 400, code: 30_034, description: "Max number of daily creates" };
    world.discord.fault({ kind: "refuse", count: 2, only: "PUT /applications", refusal });
    await world.startBot();
    world.command("ana", "dm", "events");
    await passUntil(minute, () => world.heard("ana").length === 1);
    await passUntil(10 * minute, () => world.countOf("PUT", "/commands") === 4, 500);
    expect(world.discord.commands().some(({ name }) => name === "former")).toBe(false);
    expect(world.lines.some((line) => line.includes("could not be registered"))).toBe(true);
  });
});

test.each([
  ["fails", { status: 500, code: 0, description: "500: Internal Server Error" }],
  ["is behind Cloudflare's no", { status: 429, description: "blocked", isHtml: true }],
])("a start while Discord %s goes on when that is over", async (_, refusal) => {
  const world = await startDiscordWorld();
  world.discord.fault({ kind: "refuse", count: 6, only: "GET /gateway", refusal });
  let isUp = false;
  const starting = world.startBot().then(({ bot }) => (isUp = bot.isReady()));
  await passUntil(60 * minute, () => isUp, 500);
  await starting;
  world.command("ana", "dm", "events");
  await passUntil(minute, () => world.heard("ana").length === 1);
  expect(world.lines.some((line) => line.includes("did not let the bot in"))).toBe(true);
});

describe("a connection that Discord ends", () => {
  test("for good (4004) is begun anew after a minute, and answers", async () => {
    const world = await startDiscordWorld();
    const { bot } = await world.startBot();
    expect(bot.isReady()).toBe(true);
    world.discord.gateway.close(4004);
    await passUntil(minute, () => !bot.isReady());
    await passUntil(2 * minute, () => bot.isReady(), 500);
    world.command("ana", "dm", "events");
    await passUntil(minute, () => world.heard("ana").length === 1);
  });

  test("is begun anew each time", async () => {
    const world = await startDiscordWorld();
    const { bot } = await world.startBot();
    for (let times = 0; times < 3; times++) {
      world.discord.gateway.close(4004);
      await passUntil(minute, () => !bot.isReady());
      await passUntil(2 * minute, () => bot.isReady(), 500);
    }
    expect(world.discord.gateway.connected()).toBe(1);
  });
});

test("a refused token is said until Discord takes it again, without anybody writing", async () => {
  const world = await startDiscordWorld();
  const { bot } = await world.startBot();
  await passUntil(minute, () => world.countOf("PUT", "/commands") === 1);
  const refusal = { status: 401, code: 0, description: "401: Unauthorized" };
  world.discord.fault({ kind: "refuse", count: 2, only: "GET /users/@me", refusal });
  world.discord.fault({ kind: "refuse", count: 1, only: "POST /channels", refusal });
  // Somebody writes to the bot: what it answers goes by its own token.
  world.act({ as: "ana", in: "dm", do: "say", text: "hello" });
  await passUntil(minute, () => !bot.isReady());
  await passUntil(30 * minute, () => bot.isReady(), 500);
  expect(world.lines.some((line) => line.includes("refuses the bot's token"))).toBe(true);
});
