import { expect, test } from "vitest";
import type { Act } from "../../../bots/sandbox/contract.ts";
import {
  ANA,
  api,
  echo,
  good,
  GROUP,
  newBot,
  no,
  run,
  say,
  setUp,
} from "../../support/emulators/telegram.ts";

test("in a group the bot hears commands, mentions and replies to it, and nothing else", async () => {
  const emulator = await echo();
  const texts = async (act: Act) => good(await emulator.act(act)).texts;
  expect(await texts(say("hi all", "group"))).toEqual([]);
  expect(await texts(say("/next@other_bot", "group"))).toEqual([]);
  expect(await texts(say("#next lu.ma/x", "group"))).toEqual([]);
  expect(await texts(say("mail me at a@plaza_bot.org", "group"))).toEqual([]);
  expect(await texts(say("/next", "group"))).toEqual(["/next"]);
  expect(await texts(say("/next@Plaza_bot 2", "group"))).toEqual(["/next@Plaza_bot 2"]);
  expect(await texts(say("thanks @plaza_bot!", "group"))).toEqual(["thanks @plaza_bot!"]);
  const seen = emulator.transcript({ in: "group", as: "leo" });
  const mine = seen.find(({ from }) => from === "ana");
  const bots = seen.find(({ from }) => from === "plaza");
  expect(await texts({ ...say("and you?", "group"), replyTo: bots?.id ?? "" } as Act)).toEqual([
    "and you?",
  ]);
  expect(await texts({ ...say("me again", "group"), replyTo: mine?.id ?? "" } as Act)).toEqual([]);
});

test("a bot that was removed from a group cannot write there", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const remove = (as: string) => emulator.act({ as, in: "group", do: "removeBot" }, 1);
  expect(await remove("ana")).toMatchObject({ ok: false });
  await remove("leo");
  const refused = await no(bot.sendMessage(GROUP, "Hello"));
  expect(refused.description).toBe("Forbidden: bot was kicked from the supergroup chat");
  expect(await emulator.act(say("/next", "group"))).toMatchObject({ silent: true });
  await emulator.act({ as: "leo", in: "group", do: "addBot" }, 1);
  await bot.sendMessage(GROUP, "Hello");
});

test("a join request lets the bot write for five minutes", async () => {
  let now = 1_000_000;
  const emulator = await setUp({ now: () => now });
  const bot = newBot(emulator);
  bot.on("chat_join_request", (ctx) => ctx.api.sendMessage(ctx.from.id, "Who are you?"));
  await run(bot);
  const asked = await emulator.act({ as: "ana", in: "group", do: "join" });
  expect(good(asked).texts).toEqual(["Who are you?"]);
  // Who waits at the door neither sees nor says anything inside.
  expect((await bot.api.getChatMember(GROUP, ANA)).status).toBe("left");
  expect(await emulator.act(say("/next", "group"))).toMatchObject({ ok: false });
  now += 5 * 60_000 + 1;
  expect((await no(bot.api.sendMessage(ANA, "Still there?"))).error_code).toBe(403);
  await bot.api.approveChatJoinRequest(GROUP, ANA);
  expect((await bot.api.getChatMember(GROUP, ANA)).status).toBe("member");
});

test("a group that became a supergroup is found under its new id only", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  await bot.sendMessage(-2000001, "Hello");
  const id = Number(emulator.migrate("old"));
  expect(await no(bot.sendMessage(-2000001, "Hello"))).toMatchObject({
    error_code: 400,
    description: "Bad Request: group chat was upgraded to a supergroup chat",
    parameters: { migrate_to_chat_id: id },
  });
  expect((await bot.sendMessage(id, "Hello")).chat.type).toBe("supergroup");
  expect(await bot.getUpdates({})).toMatchObject([
    { message: { chat: { id: -2000001, type: "group" }, migrate_to_chat_id: id } },
    { message: { chat: { id, type: "supergroup" }, migrate_from_chat_id: -2000001 } },
  ]);
  expect(emulator.transcript({ in: "old", as: "ana" })).toHaveLength(1);
  expect(emulator.places().find(({ key }) => key === "old")?.id).toBe(String(id));
});

test("a topic is a thread of its group, seen apart from it", async () => {
  const emulator = await setUp();
  const bot = newBot(emulator);
  bot.command("next", async (ctx) => {
    await ctx.api.sendMessage(ctx.chat.id, "Elsewhere");
    await ctx.reply("Tonight");
  });
  await run(bot);
  const answer = good(await emulator.act(say("/next", "talks")));
  expect(answer.texts).toEqual(["Tonight"]);
  expect(emulator.transcript({ in: "forum", as: "ana" })).toMatchObject([{ text: "Elsewhere" }]);
  expect(emulator.transcript({ in: "talks", as: "ana" })).toHaveLength(2);
  const sent = await bot.api.sendMessage(-1001000000003, "x", { message_thread_id: 7 });
  expect(sent).toMatchObject({
    is_topic_message: true,
    message_thread_id: 7,
    chat: { is_forum: true },
    reply_to_message: { message_id: 7, forum_topic_created: { name: "Talks" } },
  });
});

test("a channel speaks for itself, through its administrators", async () => {
  const emulator = await setUp();
  expect(await emulator.act(say("News", "news"))).toMatchObject({ ok: false });
  await emulator.act(say("News", "news", "leo"), 1);
  const [update] = await api(emulator).getUpdates({});
  expect(update?.channel_post).toMatchObject({ text: "News", sender_chat: { type: "channel" } });
  expect(update?.channel_post?.from).toBeUndefined();
  const admins = await api(emulator).getChatAdministrators(GROUP);
  expect(admins.map(({ status, user }) => [status, user.first_name])).toEqual([
    ["creator", "Leo"],
    ["administrator", "Plaza"],
  ]);
});
