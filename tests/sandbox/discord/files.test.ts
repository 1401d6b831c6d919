import { AttachmentBuilder, EmbedBuilder, PermissionFlagsBits } from "discord.js";
import { expect, test } from "vitest";
import { ANA, codeOf, connected, first, group, helloBot } from "../../support/emulators/discord.ts";

test("files are kept, and a picture inside an embed is no file of its own", async () => {
  const { emulator, client } = await connected();
  const files = [
    new AttachmentBuilder(Buffer.from("BEGIN"), { name: "talk.ics" }),
    new AttachmentBuilder(Buffer.from("PNG"), { name: "map.png" }),
  ];
  const embeds = [new EmbedBuilder().setTitle("Map").setImage("attachment://map.png")];
  const message = await group(client).send({ files, embeds });
  const [shown] = emulator.transcript({ in: "group", as: "ana" });
  expect(shown?.files).toMatchObject([
    { name: "talk.ics", size: 5, mime: "text/calendar; charset=utf-8" },
  ]);
  const kept = emulator.file(shown?.files?.[0]?.url ?? "");
  expect(Buffer.from(kept?.bytes ?? []).toString()).toBe("BEGIN");
  const picture = shown?.embeds?.[0]?.image ?? "";
  expect(await (await fetch(picture)).text()).toBe("PNG");
  await message.edit({ content: "Still there" });
  expect(emulator.transcript({ in: "group", as: "ana" })[0]?.embeds?.[0]?.image).toBe(picture);
});

test("a picture says what it shows, in 1,024 characters at most", async () => {
  const { emulator, client } = await connected();
  const file = (description: string) =>
    new AttachmentBuilder(Buffer.from("PNG"), { name: "map.png", description });
  const embeds = [new EmbedBuilder().setImage("attachment://map.png")];
  await group(client).send({ files: [file("Where they are")], embeds });
  const [shown] = emulator.transcript({ in: "group", as: "ana" });
  expect(shown?.picture).toEqual({ url: shown?.embeds?.[0]?.image, alt: "Where they are" });
  expect(shown?.embeds?.[0]?.alt).toBe("Where they are");
  expect(await codeOf(group(client).send({ files: [file("a".repeat(1_025))] }))).toBe(50035);
});

test("files need a permission of their own: 50013", async () => {
  const { emulator, client } = await connected();
  const message = await group(client).send("Words");
  emulator.permit(PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages);
  const files = [new AttachmentBuilder(Buffer.from("a"), { name: "a.txt" })];
  expect(await codeOf(group(client).send({ files }))).toBe(50013);
  expect(await codeOf(message.edit({ files }))).toBe(50013);
});

test("a file over ten megabytes is too large: 40005", async () => {
  const { client } = await connected();
  const files = [new AttachmentBuilder(Buffer.alloc(10_485_761), { name: "big.bin" })];
  expect(await codeOf(group(client).send({ files }))).toBe(40005);
});

test("a file can come with an answer, and mentions stay as they were allowed", async () => {
  const { emulator, hello } = await helloBot((interaction) =>
    interaction.reply({
      content: `<@${ANA}>`,
      files: [new AttachmentBuilder(Buffer.from("a"), { name: "a.txt" })],
      allowedMentions: { parse: [] },
    }),
  );
  const { id, files } = first(await hello());
  expect(files?.[0]?.name).toBe("a.txt");
  const kept = emulator.message({ in: "group", as: "ana", id });
  expect(kept?.allowedMentions).toEqual({ parse: [] });
  expect(kept?.message.mentions).toEqual([]);
});
