import { InlineKeyboard } from "grammy";
import { expect, test } from "vitest";
import { ANA, api, GROUP, no, say, setUp } from "../../support/emulators/telegram.ts";

test("an edit that changes nothing is refused", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const entities = [{ type: "bold" as const, offset: 0, length: 3 }];
  const reply_markup = new InlineKeyboard().text("Go", "go");
  const { message_id: id } = await bot.sendMessage(GROUP, "One", { entities, reply_markup });
  const same = await no(bot.editMessageText(GROUP, id, "One", { entities, reply_markup }));
  expect(same.description).toBe(
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
  );
  await bot.editMessageText(GROUP, id, "One", { reply_markup });
  await bot.editMessageReplyMarkup(GROUP, id);
  expect(await no(bot.editMessageReplyMarkup(GROUP, id))).toMatchObject({ error_code: 400 });
  const [seen] = emulator.transcript({ in: "group", as: "ana" });
  expect(seen).toEqual({
    id: String(id),
    from: "plaza",
    text: "One",
    at: expect.any(Number),
    edited: expect.any(Number),
  });
});

test("a deleted message is marked so and can be edited no more", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const { message_id: id } = await bot.sendMessage(GROUP, "One");
  await bot.deleteMessage(GROUP, id);
  expect(emulator.transcript({ in: "group", as: "ana" })).toMatchObject([{ deleted: true }]);
  const refused = await no(bot.editMessageText(GROUP, id, "Two"));
  expect(refused.description).toBe("Bad Request: message to edit not found");
});

test("the bot writes first to nobody, and to nobody who blocked it", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const write = () => bot.sendMessage(ANA, "Hello");
  expect(await no(write())).toMatchObject({
    error_code: 403,
    description: "Forbidden: bot can't initiate conversation with a user",
  });
  await emulator.act(say("/start"), 1);
  await write();
  await emulator.act({ as: "ana", in: "dm", do: "removeBot" }, 1);
  expect((await no(write())).description).toBe("Forbidden: bot was blocked by the user");
  expect(await emulator.act(say("hi"))).toMatchObject({ ok: false });
  await emulator.act({ as: "ana", in: "dm", do: "addBot" }, 1);
  await write();
  const updates = await bot.getUpdates({});
  expect(updates.map((update) => update.my_chat_member?.new_chat_member.status)).toEqual([
    undefined,
    "kicked",
    "member",
    undefined,
  ]);
});

test("whoever listens hears of every change, until they stop", async () => {
  const emulator = await setUp();
  let heard = 0;
  const stop = emulator.onChange(() => heard++);
  await api(emulator).sendMessage(GROUP, "x");
  expect(heard).toBe(1);
  stop();
  await api(emulator).sendMessage(GROUP, "x");
  expect(heard).toBe(1);
});

test("a long run does not fill the memory", async () => {
  const emulator = await setUp();
  for (let count = 0; count < 600; count++) await emulator.act(say(`${count}`, "group"));
  const seen = emulator.transcript({ in: "group", as: "ana" });
  expect(seen).toHaveLength(500);
  expect(seen.at(-1)?.text).toBe("599");
});
