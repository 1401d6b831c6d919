import { expect, test } from "vitest";
import {
  ANA,
  codeOf,
  connected,
  first,
  group,
  GROUP,
  helloBot,
} from "../../support/emulators/discord.ts";

test("what is not there has its own code", async () => {
  const { emulator, client } = await connected();
  const guild = await client.guilds.fetch(emulator.guildId);
  expect(await codeOf(client.channels.fetch("1"))).toBe(10003);
  expect(await codeOf(group(client).messages.fetch("1"))).toBe(10008);
  expect(await codeOf(client.guilds.fetch("1"))).toBe(10004);
  expect(await codeOf(guild.members.fetch("1"))).toBe(10013);
  expect(await codeOf(client.users.createDM("1"))).toBe(50033);
  emulator.deletePlace("group");
  expect(await codeOf(client.rest.post(`/channels/${GROUP}/messages`))).toBe(10003);
});

test("without the bot in the place it is 50001, and its people are not heard", async () => {
  const { emulator, client } = await connected();
  await emulator.act({ do: "removeBot", as: "leo", in: "group" });
  expect(await codeOf(group(client).send("a"))).toBe(50001);
  const said = await emulator.act({ do: "say", as: "ana", in: "group", text: "hi" });
  expect(said).toEqual({ ok: true, silent: true });
  await emulator.act({ do: "addBot", as: "leo", in: "group" });
  await group(client).send("back");
});

test("a thread is a place to answer in, and hides with its parent", async () => {
  const { emulator, client, hello } = await helloBot((interaction) =>
    interaction.reply(`in ${interaction.channel?.isThread()}`),
  );
  expect(first(await hello()).text).toBe("in false");
  const inThread = await emulator.act({ do: "command", as: "ana", in: "talk", name: "hello" });
  expect(first(inThread).text).toBe("in true");
  await emulator.act({ do: "removeBot", as: "leo", in: "group" });
  const path = "/channels/300000000000000002/messages";
  expect(await codeOf(client.rest.post(path, { body: { content: "a" } }))).toBe(50001);
});

test("a person who takes no messages, or left, is 50007", async () => {
  const { emulator, client } = await connected();
  const user = await client.users.fetch(ANA);
  await user.send("hello");
  await emulator.act({ do: "removeBot", as: "ana", in: "dm" });
  expect(await codeOf(user.send("hello"))).toBe(50007);
  await emulator.act({ do: "addBot", as: "ana", in: "dm" });
  await user.send("hello");
  emulator.leave("ana");
  expect(await codeOf(user.send("hello"))).toBe(50007);
  await emulator.act({ do: "join", as: "ana", in: "group" });
  await user.send("hello");
});
