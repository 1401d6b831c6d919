import { InlineKeyboard, InputFile } from "grammy";
import { expect, test } from "vitest";
import { api, GROUP, no, setUp } from "../../support/emulators/telegram.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("a file that was sent can be seen, fetched and sent again", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const calendar = Buffer.from("BEGIN:VCALENDAR");
  const sent = await bot.sendDocument(GROUP, new InputFile(calendar, "Año nuevo.ics"), {
    caption: "Add it",
    caption_entities: [{ type: "bold", offset: 0, length: 3 }],
    reply_markup: new InlineKeyboard().text("Go", "go"),
  });
  expect(sent.document).toMatchObject({ file_name: "Año nuevo.ics", mime_type: "text/calendar" });
  const [seen] = emulator.transcript({ in: "group", as: "ana" });
  expect(seen).toMatchObject({
    text: "Add it",
    entities: [{ type: "bold", offset: 0, length: 3 }],
    buttons: [[{ label: "Go" }]],
    files: [{ name: "Año nuevo.ics", mime: "text/calendar", size: calendar.length }],
  });
  const url = seen?.files?.[0]?.url ?? "";
  expect(emulator.file(url)?.bytes).toEqual(calendar);
  expect(await (await fetch(url)).text()).toBe("BEGIN:VCALENDAR");

  const { file_path } = await bot.getFile(sent.document.file_id);
  const fetched = await fetch(`${emulator.url}/file/bot${emulator.token}/${file_path}`);
  expect(await fetched.text()).toBe("BEGIN:VCALENDAR");
  const again = await bot.sendDocument(GROUP, sent.document.file_id);
  expect(again.document.file_id).toBe(sent.document.file_id);
});

test("a photo is a picture, by upload or by address", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const sent = await bot.sendPhoto(GROUP, new InputFile(PIXEL, "dot.png"), { caption: "Dot" });
  expect(sent.photo).toMatchObject([{ width: 1, height: 1 }]);
  const refused = await no(bot.sendPhoto(GROUP, new InputFile(Buffer.from("text"), "dot.png")));
  expect(refused.description).toBe("Bad Request: IMAGE_PROCESS_FAILED");
  await bot.sendPhoto(GROUP, "https://images.example.org/cover.jpg");
  const [own, byAddress] = emulator.transcript({ in: "group", as: "ana" });
  expect(own?.picture).toEqual({ url: own?.photo, alt: "Dot" });
  expect(byAddress?.photo).toBe("https://images.example.org/cover.jpg");

  const id = sent.message_id;
  const noText = await no(bot.editMessageText(GROUP, id, "x"));
  expect(noText.description).toBe("Bad Request: there is no text in the message to edit");
  await bot.editMessageCaption(GROUP, id, { caption: "Point" });
  const media = new InputFile(PIXEL, "other.png");
  await bot.editMessageMedia(GROUP, id, { type: "photo", media, caption: "Other" });
  expect(emulator.transcript({ in: "group", as: "ana" })[0]).toMatchObject({ text: "Other" });
});

test("a chat can take words and no photos", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const { message_id } = await bot.sendMessage(GROUP, "Words");
  emulator.takePhotos("group", false);
  const refused = "Bad Request: not enough rights to send photos to the chat";
  const photo = () => new InputFile(PIXEL, "dot.png");
  expect((await no(bot.sendPhoto(GROUP, photo()))).description).toBe(refused);
  const edit = bot.editMessageMedia(GROUP, message_id, { type: "photo", media: photo() });
  expect((await no(edit)).description).toBe(refused);
  emulator.takePhotos("group", true);
  await bot.sendPhoto(GROUP, photo());
});
