import { AttachmentBuilder, EmbedBuilder } from "discord.js";
import { expect, test } from "vitest";
import { ANA, codeOf, connected, first, group, helloBot } from "./setup.ts";

test("files are kept, and a picture inside an embed is no file of its own", async () => {
  const { standIn, client } = await connected();
  const files = [
    new AttachmentBuilder(Buffer.from("BEGIN"), { name: "talk.ics" }),
    new AttachmentBuilder(Buffer.from("PNG"), { name: "map.png" }),
  ];
  const embeds = [new EmbedBuilder().setTitle("Map").setImage("attachment://map.png")];
  const message = await group(client).send({ files, embeds });
  const [shown] = standIn.transcript({ in: "group", as: "ana" });
  expect(shown?.files).toMatchObject([
    { name: "talk.ics", size: 5, mime: "text/calendar; charset=utf-8" },
  ]);
  const kept = standIn.file(shown?.files?.[0]?.url ?? "");
  expect(Buffer.from(kept?.bytes ?? []).toString()).toBe("BEGIN");
  const picture = shown?.embeds?.[0]?.image ?? "";
  expect(await (await fetch(picture)).text()).toBe("PNG");
  await message.edit({ content: "Still there" });
  expect(standIn.transcript({ in: "group", as: "ana" })[0]?.embeds?.[0]?.image).toBe(picture);
});

test("a file over ten megabytes is too large: 40005", async () => {
  const { client } = await connected();
  const files = [new AttachmentBuilder(Buffer.alloc(10_485_761), { name: "big.bin" })];
  expect(await codeOf(group(client).send({ files }))).toBe(40005);
});

test("a file can come with an answer, and mentions stay as they were allowed", async () => {
  const { standIn, hello } = await helloBot((interaction) =>
    interaction.reply({
      content: `<@${ANA}>`,
      files: [new AttachmentBuilder(Buffer.from("a"), { name: "a.txt" })],
      allowedMentions: { parse: [] },
    }),
  );
  const { id, files } = first(await hello());
  expect(files?.[0]?.name).toBe("a.txt");
  const kept = standIn.message({ in: "group", as: "ana", id });
  expect(kept?.allowedMentions).toEqual({ parse: [] });
  expect(kept?.message.mentions).toEqual([]);
});
