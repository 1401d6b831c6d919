import { expect, test } from "vitest";
import { ANA, codeOf, connected, group } from "../../support/emulators/discord.ts";

test("a deleted role is nobody's any more, and unknown: 10011; a renamed one stays what it is", async () => {
  const { emulator, client } = await connected();
  const member = await (await client.guilds.fetch(emulator.guildId)).members.fetch(ANA);
  const reader = emulator.addRole("Reader");
  await member.roles.add(reader);
  expect(emulator.renameRole(reader, "Readers")).toBe(true);
  expect(emulator.rolesOf("ana")).toEqual([reader]);
  expect(emulator.deleteRole(reader)).toBe(true);
  expect(emulator.rolesOf("ana")).toEqual([]);
  expect(await codeOf(member.roles.add(reader))).toBe(10011);
  expect([emulator.deleteRole(reader), emulator.renameRole(reader, "x")]).toEqual([false, false]);
});

test("a message that somebody deleted is unknown: 10008", async () => {
  const { emulator, client } = await connected();
  const message = await group(client).send("a");
  const it = { in: "group", as: "leo", id: message.id };
  expect(emulator.deleteMessage(it)).toBe(true);
  expect(emulator.deleteMessage(it)).toBe(false);
  const path = `/channels/${message.channelId}/messages/${message.id}` as const;
  expect(await codeOf(client.rest.patch(path, { body: { content: "b" } }))).toBe(10008);
});
