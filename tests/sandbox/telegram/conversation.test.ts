import { expect, test } from "vitest";
import { api, echo, good, GROUP, no, say, stage } from "../../support/emulators/telegram.ts";

test("a person is answered by an unmodified grammY bot", async () => {
  const standIn = await echo();
  expect(good(await standIn.act(say("hola"))).texts).toEqual(["hola"]);
  const seen = standIn.transcript({ in: "dm", as: "ana" });
  expect(seen.map(({ from, text }) => [from, text])).toEqual([
    ["ana", "hola"],
    ["plaza", "hola"],
  ]);
});

test("a private chat is seen by its person only", async () => {
  const standIn = await echo();
  await standIn.act(say("secret"));
  expect(standIn.transcript({ in: "dm", as: "leo" })).toEqual([]);
});

test("a bot that says nothing is silence, not an error", async () => {
  const standIn = await stage();
  expect(await standIn.act(say("anybody?"), 1)).toEqual({ ok: true, messages: [], silent: true });
});

test("typed text carries the entities Telegram finds in it", async () => {
  const standIn = await stage();
  const text = "/start@plaza_bot 😀 see lu.ma/abc, https://x.org/a?b=1. @leo #tag a@b.co";
  await standIn.act(say(text), 1);
  const [update] = await api(standIn).getUpdates({});
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
  const standIn = await stage();
  const sent = await api(standIn).sendMessage(GROUP, "Your name?", {
    reply_markup: { force_reply: true },
  });
  await standIn.act(say("Ana", "group"), 1);
  await standIn.act(say("unrelated", "group"), 1);
  const updates = await api(standIn).getUpdates({});
  expect(updates).toMatchObject([
    { message: { text: "Ana", reply_to_message: { message_id: sent.message_id } } },
  ]);
});

test("the bot is typing until it has written, or for five seconds", async () => {
  let now = 1_000_000;
  const standIn = await stage({ now: () => now });
  const bot = api(standIn);
  const typing = () => standIn.isTyping({ in: "group", as: "ana" });
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
  const standIn = await stage();
  const bot = api(standIn);
  await bot.setMyCommands(list("all"));
  await bot.setMyCommands(list("todo"), { language_code: "es" });
  await bot.setMyCommands(list("admin"), { scope: { type: "all_chat_administrators" } });
  const names = (place: string, as: string) =>
    standIn.commands({ in: place, as }).map(({ command }) => command);
  expect(names("dm", "leo")).toEqual(["all"]);
  expect(names("dm", "ana")).toEqual(["todo"]);
  expect(names("group", "leo")).toEqual(["admin"]);
  expect(await bot.getMyCommands({ language_code: "es" })).toEqual(list("todo"));
  const refused = await no(bot.setMyCommands(list("No spaces")));
  expect(refused.description).toBe("Bad Request: BOT_COMMAND_INVALID");
});
