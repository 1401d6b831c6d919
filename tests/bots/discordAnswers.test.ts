import { describe, expect, test } from "vitest";
import { passUntil } from "../support/bots/fakedTime.ts";
import { startDiscordWorld } from "../support/bots/discordBot.ts";
import { minute } from "../support/convex/plaza.ts";

// What becomes of an answer that Discord refuses, and of one person's flood. Time is faked.

const says = (status: number, code: number, description: string) => ({ status, code, description });
const callback = "/callback";

/** `slowMs`: how long each call of Convex takes. */
async function started({ slowMs = 0, perMinute = 20 } = {}) {
  const world = await startDiscordWorld(async () => {
    if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
  });
  await world.startBot({ perMinute });
  await passUntil(minute, () => world.countOf("PUT", "/commands") === 1);
  // The first request loads Convex's functions, which takes longer than Discord waits.
  world.command("leo", "dm", "settings");
  await passUntil(10 * minute, () =>
    world.heard("leo").some(({ embeds = [] }) => embeds.length > 0),
  );
  return world;
}

describe("an answer", () => {
  test.each([
    ["an unknown interaction", says(404, 10_062, "Unknown interaction")],
    ["an unknown webhook", says(404, 10_015, "Unknown Webhook")],
    ["an invalid webhook token", says(401, 50_027, "Invalid Webhook Token")],
  ])("to %s is given in private, and no other sees it", async (_, refusal) => {
    const { discord, command, heard } = await started();
    discord.fault({ kind: "refuse", count: 1, only: callback, refusal });
    command("ana", "group", "settings");
    await passUntil(minute, () => heard("ana").length === 1);
    expect(heard("leo", "group")).toEqual([]);
    expect(heard("ana", "group")).toEqual([]);
  });

  test("that was taken although its confirmation was lost is given once", async () => {
    const { discord, command, heard } = await started();
    discord.fault({ kind: "drop-after", count: 1, only: callback });
    command("ana", "group", "events");
    await passUntil(minute, () => heard("ana", "group").length === 1);
    await passUntil(minute, () => false).catch(() => undefined);
    expect(heard("ana", "group")).toHaveLength(1);
    expect(heard("ana")).toEqual([]);
  });

  test("that comes after its announcement was refused is given in private", async () => {
    const { discord, command, heard } = await started({ slowMs: 1_600 });
    const refusal = says(404, 10_062, "Unknown interaction");
    discord.fault({ kind: "refuse", count: 2, only: callback, refusal });
    command("ana", "group", "settings");
    await passUntil(minute, () => heard("ana").length === 1);
    expect(heard("leo", "group")).toEqual([]);
  });

  test("whose form Discord does not take becomes a sentence for the one who asked", async () => {
    const { discord, command, heard } = await started();
    discord.fault({
      kind: "refuse",
      count: 1,
      only: callback,
      refusal: says(400, 50_035, "Invalid Form Body"),
    });
    command("ana", "group", "settings");
    await passUntil(minute, () => heard("ana", "group").length === 1);
    expect(heard("ana", "group")[0]?.text).toContain("went wrong");
    expect(heard("leo", "group")).toEqual([]);
  });

  test("while Discord is away for a moment is not lost", async () => {
    const { discord, command, heard } = await started();
    discord.fault({ kind: "drop-before", count: 1, only: callback });
    command("ana", "group", "events");
    await passUntil(minute, () => heard("ana", "group").length === 1);
    expect(heard("ana")).toEqual([]);
  });
});

test("a flood of one person gets its twenty answers and then one sentence each, and holds up nobody", async () => {
  const { discord, command, heard } = await started();
  discord.limitRates(true);
  for (let count = 0; count < 60; count++) command("ana", "group", "events");
  command("leo", "group", "events");
  const seenBy = (as: string, isEphemeral: boolean) =>
    heard(as, "group").filter(({ ephemeral = false }) => ephemeral === isEphemeral).length;
  // Leo's own is among them.
  await passUntil(minute, () => seenBy("leo", false) === 21);
  await passUntil(minute, () => seenBy("ana", true) === 40);
  expect(discord.requests().filter(({ status }) => status === 429)).toEqual([]);
});
