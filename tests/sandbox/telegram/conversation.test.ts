import { expect, test } from "vitest";
import { api, echo, good, GROUP, no, say, setUp } from "../../support/emulators/telegram.ts";

test("a person is answered by an unmodified grammY bot", async () => {
  const emulator = await echo();
  expect(good(await emulator.act(say("hola"))).texts).toEqual(["hola"]);
  const seen = emulator.transcript({ in: "dm", as: "ana" });
  expect(seen.map(({ from, text }) => [from, text])).toEqual([
    ["ana", "hola"],
    ["plaza", "hola"],
  ]);
});

test("a private chat is seen by its person only", async () => {
  const emulator = await echo();
  await emulator.act(say("secret"));
  expect(emulator.transcript({ in: "dm", as: "leo" })).toEqual([]);
});

test("a bot that says nothing is silence, not an error", async () => {
  const emulator = await setUp();
  expect(await emulator.act(say("anybody?"), 1)).toEqual({ ok: true, messages: [], silent: true });
});

test("typed text carries the entities Telegram finds in it", async () => {
  const emulator = await setUp();
  const text = "/start@plaza_bot 😀 see lu.ma/abc, https://x.org/a?b=1. @leo #tag a@b.co";
  await emulator.act(say(text), 1);
  const [update] = await api(emulator).getUpdates({});
  const pieces = (update?.message?.entities ?? []).map(({ type, offset, length }) => [
    type,
    text.slice(offset, offset + length),
  ]);
  expect(pieces).toEqual([
    ["bot_command", "/start@plaza_bot"],
    ["url", "lu.ma/abc"],
    ["url", "https://x.org/a?b=1"],
    ["hashtag", "#tag"],
    ["email", "a@b.co"],
  ]);
});

test("an answer to a question that asks for one is a reply to it", async () => {
  const emulator = await setUp();
  const sent = await api(emulator).sendMessage(GROUP, "Your name?", {
    reply_markup: { force_reply: true },
  });
  await emulator.act(say("Ana", "group"), 1);
  await emulator.act(say("unrelated", "group"), 1);
  const updates = await api(emulator).getUpdates({});
  expect(updates).toMatchObject([
    { message: { text: "Ana", reply_to_message: { message_id: sent.message_id } } },
  ]);
});

test("the bot is typing until it has written, or for five seconds", async () => {
  let now = 1_000_000;
  const emulator = await setUp({ now: () => now });
  const bot = api(emulator);
  const typing = () => emulator.isTyping({ in: "group", as: "ana" });
  await bot.sendChatAction(GROUP, "typing");
  expect(typing()).toBe(true);
  now += 5_001;
  expect(typing()).toBe(false);
  await bot.sendChatAction(GROUP, "typing");
  await bot.sendMessage(GROUP, "Done");
  expect(typing()).toBe(false);
});

const list = (command: string) => [{ command, description: command }];

test("a person is offered the commands of their chat and language", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  await bot.setMyCommands(list("all"));
  await bot.setMyCommands(list("todo"), { language_code: "es" });
  await bot.setMyCommands(list("admin"), { scope: { type: "all_chat_administrators" } });
  const names = (place: string, as: string) =>
    emulator.commands({ in: place, as }).map(({ command }) => command);
  expect(names("dm", "leo")).toEqual(["all"]);
  expect(names("dm", "ana")).toEqual(["todo"]);
  expect(names("group", "leo")).toEqual(["admin"]);
  expect(await bot.getMyCommands({ language_code: "es" })).toEqual(list("todo"));
  const refused = await no(bot.setMyCommands(list("No spaces")));
  expect(refused.description).toBe("Bad Request: BOT_COMMAND_INVALID");
});
