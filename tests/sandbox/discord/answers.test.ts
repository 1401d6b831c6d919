import { MessageFlags } from "discord.js";
import { once } from "node:events";
import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../../bots/sandbox/discord/index.ts";
import { codeOf, first, group, helloBot } from "../../support/emulators/discord.ts";

test("a command's answer comes back, and a private one is seen by its person only", async () => {
  const { emulator, hello } = await helloBot((interaction) =>
    interaction.reply({ content: `Hello ${interaction.locale}`, flags: MessageFlags.Ephemeral }),
  );
  expect(first(await hello())).toMatchObject({
    from: "plaza",
    text: "Hello es-ES",
    ephemeral: true,
  });
  expect(emulator.transcript({ in: "group", as: "ana" })).toHaveLength(1);
  expect(emulator.transcript({ in: "group", as: "leo" })).toEqual([]);
});

test("a deferred answer counts only once it is filled in, and stays as private as deferred", async () => {
  let busy = false;
  const { emulator, hello } = await helloBot(async (interaction) => {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    busy = emulator.isTyping({ in: "group", as: "ana" });
    await interaction.editReply("Done");
  });
  const { id, text, ephemeral } = first(await hello());
  expect([text, ephemeral]).toEqual(["Done", true]);
  const flags = emulator.message({ in: "group", as: "ana", id })?.message.flags;
  expect(flags).toBe(MessageFlags.Ephemeral);
  expect(busy).toBe(true);
  expect(emulator.transcript({ in: "group", as: "leo" })).toEqual([]);
  expect(emulator.transcript({ in: "group", as: "ana" })[0]).not.toHaveProperty("edited");
});

test("the first follow-up after a deferral becomes the answer, with the deferral's privacy", async () => {
  const { emulator, hello } = await helloBot(async (interaction) => {
    await interaction.deferReply();
    await interaction.followUp({ content: "One", flags: MessageFlags.Ephemeral });
  });
  expect(first(await hello())).not.toHaveProperty("ephemeral");
  expect(emulator.transcript({ in: "group", as: "leo" })).toMatchObject([{ text: "One" }]);
});

test("the bot can read, edit and delete its answer and its follow-ups", async () => {
  const seen: string[] = [];
  const { emulator, failures, hello } = await helloBot(async (interaction) => {
    await interaction.reply("a");
    const extra = await interaction.followUp("b");
    await interaction.editReply("c");
    seen.push((await interaction.fetchReply()).content);
    await interaction.editReply({ message: extra, content: "d" });
    await interaction.deleteReply();
    seen.push(String(await codeOf(interaction.fetchReply())));
    const done = emulator.transcript({ in: "group", as: "leo" });
    seen.push(...done.map((one) => (one.deleted ? "gone" : one.text)));
    await group(interaction.client).send("over");
  });
  const over = once(emulatorEvents(emulator), "over");
  await hello();
  await over;
  expect(failures).toEqual([]);
  expect(seen).toEqual(["c", "10008", "gone", "d"]);
});

/** Fires "over" once the bot has said so in the group. */
function emulatorEvents(emulator: DiscordEmulator): EventTarget {
  const events = new EventTarget();
  const stop = emulator.onChange(() => {
    if (emulator.transcript({ in: "group", as: "leo" }).at(-1)?.text !== "over") return;
    stop();
    events.dispatchEvent(new Event("over"));
  });
  return events;
}

test("an answer can be asked back with the response", async () => {
  const ids: (string | undefined)[] = [];
  const { hello } = await helloBot(async (interaction) => {
    const { resource } = await interaction.reply({ content: "Hi", withResponse: true });
    ids.push(resource?.message?.id);
    await interaction.editReply("Hi again");
  });
  const { id } = first(await hello());
  await expect.poll(() => ids).toEqual([id]);
});

test("an interaction must be answered within three seconds: 10062", async () => {
  const { clock, failures, hello } = await helloBot(async (interaction) => {
    clock.now += 3001;
    await interaction.reply("too late");
  });
  await hello(100);
  await expect.poll(() => failures).toMatchObject([{ code: 10062 }]);
});

test("an interaction can be acknowledged once: 40060", async () => {
  const { emulator, clock, failures, hello } = await helloBot(async (interaction) => {
    await interaction.reply("one");
    clock.now += 5000;
    interaction.replied = false;
    await interaction.reply("two");
  });
  await hello();
  await expect.poll(() => failures).toMatchObject([{ code: 40060 }]);
  expect(emulator.transcript({ in: "group", as: "ana" })).toHaveLength(1);
});

test("an interaction's token works for fifteen minutes: 50027", async () => {
  const { clock, failures, hello } = await helloBot(async (interaction) => {
    await interaction.reply("one");
    clock.now += 900_000;
    await interaction.editReply("two");
    clock.now += 1;
    await interaction.editReply("three");
  });
  await hello();
  await expect.poll(() => failures).toMatchObject([{ code: 50027 }]);
});
