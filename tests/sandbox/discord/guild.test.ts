import {
  Events,
  GuildScheduledEventEntityType,
  GuildScheduledEventPrivacyLevel,
  PermissionFlagsBits,
} from "discord.js";
import { once } from "node:events";
import { expect, test } from "vitest";
import { ANA, codeOf, connected, group, GROUP } from "../../support/emulators/discord.ts";

test("thrown out of the guild, the bot hears of it and finds it gone: 10004", async () => {
  const { emulator, client } = await connected();
  const deleted = once(client, Events.GuildDelete);
  emulator.setInGuild(false);
  await deleted;
  expect(await codeOf(client.rest.get(`/guilds/${emulator.guildId}`))).toBe(10004);
  const sending = client.rest.post(`/channels/${GROUP}/messages`, { body: { content: "a" } });
  expect(await codeOf(sending)).toBe(50001);
  const created = once(client, Events.GuildCreate);
  emulator.setInGuild(true);
  await created;
  await group(client).send("back");
});

test("without a permission it is 50013", async () => {
  const { emulator, client } = await connected();
  const message = await group(client).send("a");
  emulator.permit(PermissionFlagsBits.ViewChannel);
  expect(await codeOf(group(client).send("b"))).toBe(50013);
  expect(await codeOf(message.pin())).toBe(50013);
  const guild = await client.guilds.fetch(emulator.guildId);
  const member = await guild.members.fetch(ANA);
  expect(await codeOf(member.roles.add(emulator.addRole("Reader")))).toBe(50013);
});

test("a bot edits its own messages only, and hands out only roles below its own", async () => {
  const { emulator, client } = await connected();
  await emulator.act({ do: "say", as: "ana", in: "group", text: "mine" }, 0);
  const [said] = emulator.transcript({ in: "group", as: "ana" });
  const path = `/channels/${GROUP}/messages/${said?.id}` as const;
  expect(await codeOf(client.rest.patch(path, { body: { content: "x" } }))).toBe(50005);
  const member = await (await client.guilds.fetch(emulator.guildId)).members.fetch(ANA);
  const reader = emulator.addRole("Reader");
  await member.roles.add(reader);
  expect(emulator.rolesOf("ana")).toEqual([reader]);
  await member.roles.remove(reader);
  expect(emulator.rolesOf("ana")).toEqual([]);
  const admin = emulator.rolesOf("leo")[0] ?? "";
  expect(await codeOf(member.roles.add(admin))).toBe(50013);
  expect(await codeOf(member.roles.add("1"))).toBe(10011);
});

test("scheduled events are kept, changed and removed", async () => {
  const { emulator, clock, client } = await connected();
  const guild = await client.guilds.fetch(emulator.guildId);
  const event = await guild.scheduledEvents.create({
    name: "Talk",
    scheduledStartTime: clock.now + 1000,
    scheduledEndTime: clock.now + 2000,
    privacyLevel: GuildScheduledEventPrivacyLevel.GuildOnly,
    entityType: GuildScheduledEventEntityType.External,
    entityMetadata: { location: "Town hall" },
  });
  await event.edit({ name: "Long talk" });
  expect(emulator.events().map((one) => one.name)).toEqual(["Long talk"]);
  const past = event.edit({ scheduledStartTime: clock.now - 1 });
  expect(await codeOf(past)).toBe(50035);
  await event.delete();
  expect(emulator.events()).toEqual([]);
  expect(
    await codeOf(guild.scheduledEvents.fetch({ guildScheduledEvent: event.id, force: true })),
  ).toBe(10070);
});
