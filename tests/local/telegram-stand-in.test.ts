import { Api, Bot, GrammyError, HttpError, InlineKeyboard, InputFile } from "grammy";
import { assert, asyncProperty, constantFrom, dictionary, jsonValue } from "fast-check";
import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import type { Act, ActAnswer, Person, Place } from "../../bots/local/contract.ts";
import {
  startTelegramStandIn,
  type TelegramStandIn,
  type TelegramStandInOptions,
} from "../../bots/local/telegram/index.ts";
import { methods } from "../../bots/local/telegram/methods/index.ts";

const PEOPLE: Person[] = [
  { key: "ana", name: "Ana", language: "es-419", telegramId: 101, discordId: "1" },
  { key: "leo", name: "Leo", language: "en", telegramId: 102, discordId: "2" },
];
const PLACES: Place[] = [
  { key: "dm", title: "Private", kind: "dm" },
  { key: "group", title: "Group", kind: "group", id: "-1001000000001" },
  { key: "old", title: "Old group", kind: "group", id: "-2000001" },
  { key: "news", title: "News", kind: "channel", id: "-1001000000002" },
  { key: "forum", title: "Forum", kind: "group", id: "-1001000000003" },
  { key: "talks", title: "Talks", kind: "topic", id: "7", parent: "forum" },
];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function stage(options: Partial<TelegramStandInOptions> = {}): Promise<TelegramStandIn> {
  const standIn = await startTelegramStandIn({ people: PEOPLE, places: PLACES, ...options });
  closing.push(() => standIn.close());
  return standIn;
}

function newBot(standIn: TelegramStandIn): Bot {
  return new Bot(standIn.token, { client: { apiRoot: standIn.url } });
}

/** Polls until the test is over. Resolves when the bot is at it. */
async function run(
  bot: Bot,
  options: Omit<NonNullable<Parameters<Bot["start"]>[0]>, "onStart"> = {},
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const polling = bot.start({ ...options, onStart: () => resolve() });
    polling.catch(reject);
    closing.push(async () => {
      await bot.stop();
      await polling;
    });
  });
}

/** Asks for the next updates before the last ones are dealt with, until nobody answers. */
async function pollOnAndOn(bot: Bot, offset = 0): Promise<void> {
  const updates = await bot.api.getUpdates({ offset, timeout: 30 });
  for (const update of updates) void bot.handleUpdate(update);
  await pollOnAndOn(bot, (updates.at(-1)?.update_id ?? offset - 1) + 1);
}

/** A stage with an echo bot. */
async function echo(): Promise<TelegramStandIn> {
  const standIn = await stage();
  const bot = newBot(standIn);
  bot.on("message:text", (ctx) => ctx.reply(ctx.msg.text));
  await run(bot);
  return standIn;
}

const say = (text: string, where = "dm", as = "ana"): Act => ({ as, in: where, do: "say", text });

function good(answer: ActAnswer) {
  if (!answer.ok) throw new Error(answer.error);
  return { texts: (answer.messages ?? []).map((message) => message.text), ...answer };
}

/** What Telegram says no with. */
async function no(asked: Promise<unknown>): Promise<GrammyError> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof GrammyError) return error;
    throw error;
  }
  throw new Error("It was allowed");
}

const api = (standIn: TelegramStandIn) => new Api(standIn.token, { apiRoot: standIn.url });

/** A chat the bot may write to without being asked first. */
const GROUP = -1001000000001;
const ANA = 101;

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

test("a pressed button brings its toast and its edit in one answer", async () => {
  const standIn = await stage();
  const bot = newBot(standIn);
  bot.command("start", (ctx) =>
    ctx.reply("Coming?", { reply_markup: new InlineKeyboard().text("Yes", "rsvp:yes") }),
  );
  bot.callbackQuery("rsvp:yes", async (ctx) => {
    await ctx.answerCallbackQuery("Noted");
    await ctx.editMessageText("You are in");
  });
  await run(bot);

  const [asked] = good(await standIn.act(say("/start"))).messages ?? [];
  expect(asked?.buttons).toEqual([[{ label: "Yes" }]]);
  const message = asked?.id ?? "";
  const pressed = await standIn.act({ as: "ana", in: "dm", do: "click", message, button: "Yes" });
  expect(good(pressed)).toMatchObject({ toast: "Noted", texts: ["You are in"] });
  expect(good(pressed).messages?.[0]).toMatchObject({ id: message });
  // The edit brought no buttons, so they are gone.
  const again = await standIn.act({ as: "ana", in: "dm", do: "click", message, button: "Yes" });
  expect(again).toMatchObject({ ok: false });
});

test("a bot that handles many updates at once is waited for as well", async () => {
  const standIn = await stage();
  const bot = newBot(standIn);
  bot.on("message", (ctx) =>
    ctx.reply("Coming?", { reply_markup: new InlineKeyboard().text("Yes", "yes") }),
  );
  bot.on("callback_query", async (ctx) => {
    await ctx.answerCallbackQuery("Noted");
    await ctx.editMessageText("You are in");
  });
  await bot.init();
  const polling = pollOnAndOn(bot).catch(() => undefined);
  closing.push(() => standIn.close().then(() => polling));
  const [asked] = good(await standIn.act(say("hi"))).messages ?? [];
  const message = asked?.id ?? "";
  const pressed = await standIn.act({ as: "ana", in: "dm", do: "click", message, button: "Yes" });
  expect(good(pressed)).toMatchObject({ toast: "Noted", texts: ["You are in"] });
});

test("a bot that says nothing is silence, not an error", async () => {
  const standIn = await stage();
  expect(await standIn.act(say("anybody?"), 1)).toEqual({ ok: true, messages: [], silent: true });
});

test("a press that cannot be says why", async () => {
  const standIn = await stage();
  const reply_markup = new InlineKeyboard().url("Site", "https://lu.ma/x").copyText("Code", "abc");
  const { message_id } = await api(standIn).sendMessage(GROUP, "Look", { reply_markup });
  const press = (message: string, button: string) =>
    standIn.act({ as: "ana", in: "group", do: "click", message, button });
  const id = String(message_id);
  expect(await press(id, "Site")).toEqual({
    ok: false,
    error: '"Site" is a link to https://lu.ma/x',
  });
  expect(await press(id, "Code")).toEqual({ ok: false, error: '"Code" only copies abc' });
  expect(await press(id, "Gone")).toMatchObject({ ok: false, error: /its buttons: "Site"/ });
  expect(await press("999", "Site")).toMatchObject({ ok: false, error: /no message 999/ });
  expect(await standIn.act(say("x", "nowhere"))).toMatchObject({ ok: false });
  expect(await standIn.act(say("x", "dm", "nobody"))).toMatchObject({ ok: false });
});

test("a long poll waits until there is something to tell", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const poll = bot.getUpdates({ timeout: 30 });
  await bot.getMe();
  // Another request has come and gone and the poll is still under way.
  expect(standIn.requests().map(({ method }) => method)).toEqual(["getMe"]);
  await standIn.act(say("hi"), 1);
  expect(await poll).toMatchObject([{ message: { text: "hi" } }]);
});

test("an update comes again until an offset above it confirms it", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  for (const text of ["one", "two", "three"]) await standIn.act(say(text), 1);
  const texts = async (options: { offset?: number; limit?: number }) =>
    (await bot.getUpdates(options)).map((update) => update.message?.text);
  expect(await texts({})).toEqual(["one", "two", "three"]);
  expect(await texts({ limit: 2 })).toEqual(["one", "two"]);
  const [first] = await bot.getUpdates({ limit: 1 });
  expect(await texts({ offset: (first?.update_id ?? 0) + 1 })).toEqual(["two", "three"]);
  expect(await texts({})).toEqual(["two", "three"]);
  expect(await texts({ offset: -1 })).toEqual(["three"]);
  expect(await texts({})).toEqual(["three"]);
});

test("a second poller ends the first one's poll with 409", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const older = no(bot.getUpdates({ timeout: 30 }));
  await bot.getMe();
  const newer = bot.getUpdates({ timeout: 30 });
  expect(await older).toMatchObject({
    error_code: 409,
    description:
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  });
  await standIn.act(say("hi"), 1);
  expect(await newer).toHaveLength(1);
});

test("a poll whose caller has hung up swallows no update", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const gone = request(`${standIn.url}/bot${standIn.token}/getUpdates?timeout=30`);
  const closed = new Promise((resolve) => gone.on("error", resolve).on("close", resolve));
  gone.end();
  await bot.getMe();
  gone.destroy();
  await closed;
  await bot.getMe();
  await standIn.act(say("hi"), 1);
  expect(await bot.getUpdates({})).toHaveLength(1);
});

test("changes of members come only to a bot that asks for them", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const kinds = async (allowed_updates?: ("chat_member" | "chat_join_request")[]) => {
    await standIn.act({ as: "ana", in: "group", do: "join" }, 1);
    await bot.approveChatJoinRequest(GROUP, ANA);
    const updates = await bot.getUpdates(allowed_updates ? { allowed_updates } : {});
    await bot.getUpdates({ offset: (updates.at(-1)?.update_id ?? 0) + 1 });
    return updates.map((update) => Object.keys(update)[1]);
  };
  expect(await kinds()).toEqual(["chat_join_request", "message"]);
  // The list counts for what comes after it, and stays until there is another one.
  await bot.getUpdates({ allowed_updates: ["chat_member", "chat_join_request"] });
  expect(await kinds()).toEqual(["chat_join_request", "chat_member"]);
  await bot.getUpdates({ allowed_updates: [] });
  expect(await kinds()).toEqual(["chat_join_request", "message"]);
});

test("in a group the bot hears commands, mentions and replies to it, and nothing else", async () => {
  const standIn = await echo();
  const texts = async (act: Act) => good(await standIn.act(act)).texts;
  expect(await texts(say("hi all", "group"))).toEqual([]);
  expect(await texts(say("/next@other_bot", "group"))).toEqual([]);
  expect(await texts(say("#next lu.ma/x", "group"))).toEqual([]);
  expect(await texts(say("mail me at a@plaza_bot.org", "group"))).toEqual([]);
  expect(await texts(say("/next", "group"))).toEqual(["/next"]);
  expect(await texts(say("/next@Plaza_bot 2", "group"))).toEqual(["/next@Plaza_bot 2"]);
  expect(await texts(say("thanks @plaza_bot!", "group"))).toEqual(["thanks @plaza_bot!"]);
  const seen = standIn.transcript({ in: "group", as: "leo" });
  const mine = seen.find(({ from }) => from === "ana");
  const bots = seen.find(({ from }) => from === "plaza");
  expect(await texts({ ...say("and you?", "group"), replyTo: bots?.id ?? "" } as Act)).toEqual([
    "and you?",
  ]);
  expect(await texts({ ...say("me again", "group"), replyTo: mine?.id ?? "" } as Act)).toEqual([]);
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

const LONG = "a".repeat(4096);
const REFUSED: [string, Record<string, unknown>, string][] = [
  ["sendMessage", {}, "message text is empty"],
  ["sendMessage", { text: "x" }, "chat_id is empty"],
  ["sendMessage", { text: "x", chat_id: 5 }, "chat not found"],
  ["sendMessage", { text: " \n " }, "message text is empty"],
  ["sendMessage", { text: `${LONG}a` }, "message is too long"],
  ["sendMessage", { text: `${LONG.slice(1)}😀` }, "message is too long"],
  ["sendMessage", { text: "x", parse_mode: "HTML" }, "unsupported parse_mode"],
  ["sendMessage", { text: "x", message_thread_id: 9 }, "message thread not found"],
  [
    "sendMessage",
    { text: "x", reply_parameters: { message_id: 9 } },
    "message to be replied not found",
  ],
  [
    "sendMessage",
    { text: "x", entities: [{ type: "bold", offset: 0, length: 2 }] },
    "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
  ],
  [
    "sendMessage",
    { text: "😀", entities: [{ type: "bold", offset: 0, length: 1 }] },
    "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at UTF-16 offset 1",
  ],
  [
    "sendMessage",
    { text: "x", entities: [{ type: "text_link", offset: 0, length: 1, url: "nowhere" }] },
    "entity URL 'nowhere' is invalid: Wrong HTTP URL",
  ],
  [
    "sendMessage",
    keyboard({ text: "x" }),
    BUTTON("Text buttons are unallowed in the inline keyboard"),
  ],
  ["sendMessage", keyboard({ callback_data: "x" }), BUTTON('Can\'t find field "text"')],
  ["sendMessage", keyboard({ text: "x", callback_data: "" }), "BUTTON_DATA_INVALID"],
  ["sendMessage", keyboard({ text: "x", callback_data: "é".repeat(33) }), "BUTTON_DATA_INVALID"],
  [
    "sendMessage",
    keyboard({ text: "x", url: "ftp://x.org" }),
    "inline keyboard button URL 'ftp://x.org' is invalid: Unsupported URL protocol",
  ],
  ["sendPhoto", {}, "there is no photo in the request"],
  ["sendPhoto", { photo: "no-such-id" }, "wrong file identifier/HTTP URL specified"],
  [
    "sendPhoto",
    { photo: "https://x.org/a.png", caption: "a".repeat(1025) },
    "message caption is too long",
  ],
  ["sendChatAction", { action: "dancing" }, "wrong parameter action in request"],
  ["editMessageText", { text: "x" }, "message identifier is not specified"],
  ["editMessageText", { text: "x", message_id: 9 }, "message to edit not found"],
  ["editMessageText", { text: "x", message_id: 1 }, "message can't be edited"],
  ["deleteMessage", { message_id: 9 }, "message to delete not found"],
  ["pinChatMessage", { message_id: 9 }, "message to pin not found"],
  ["getChatMember", {}, "invalid user_id specified"],
  ["approveChatJoinRequest", { user_id: ANA }, "USER_ALREADY_PARTICIPANT"],
  ["declineChatJoinRequest", { user_id: ANA }, "HIDE_REQUESTER_MISSING"],
  [
    "answerCallbackQuery",
    { callback_query_id: "1" },
    "query is too old and response timeout expired or query ID is invalid",
  ],
];

function keyboard(button: Record<string, unknown>): Record<string, unknown> {
  return { text: "x", reply_markup: { inline_keyboard: [[button]] } };
}

function BUTTON(reason: string): string {
  return `can't parse inline keyboard button: ${reason}`;
}

test.each(REFUSED)("%s of %j is a bad request", async (method, params, reason) => {
  const standIn = await stage();
  await standIn.act(say("mine", "group"));
  const needsChat = reason !== "chat_id is empty" && params["chat_id"] === undefined;
  const answer = await fetch(`${standIn.url}/bot${standIn.token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...(needsChat && { chat_id: GROUP }), ...params }),
  });
  expect(await answer.json()).toEqual({
    ok: false,
    error_code: 400,
    description: `Bad Request: ${reason}`,
  });
  expect(answer.status).toBe(400);
});

test("what just fits is sent", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const sent = await bot.sendMessage(GROUP, `  ${LONG.slice(2)}😀 `, {
    entities: [{ type: "bold", offset: 2, length: 3 }],
    reply_markup: new InlineKeyboard().text("x", "é".repeat(32)),
  });
  expect(sent.text).toHaveLength(4096);
  expect(sent.entities).toEqual([{ type: "bold", offset: 0, length: 3 }]);
});

test("an edit that changes nothing is refused", async () => {
  const standIn = await stage();
  const bot = api(standIn);
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
  const [seen] = standIn.transcript({ in: "group", as: "ana" });
  expect(seen).toEqual({
    id: String(id),
    from: "plaza",
    text: "One",
    at: expect.any(Number),
    edited: expect.any(Number),
  });
});

test("a deleted message is marked so and can be edited no more", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const { message_id: id } = await bot.sendMessage(GROUP, "One");
  await bot.deleteMessage(GROUP, id);
  expect(standIn.transcript({ in: "group", as: "ana" })).toMatchObject([{ deleted: true }]);
  const refused = await no(bot.editMessageText(GROUP, id, "Two"));
  expect(refused.description).toBe("Bad Request: message to edit not found");
});

test("the bot writes first to nobody, and to nobody who blocked it", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const write = () => bot.sendMessage(ANA, "Hello");
  expect(await no(write())).toMatchObject({
    error_code: 403,
    description: "Forbidden: bot can't initiate conversation with a user",
  });
  await standIn.act(say("/start"), 1);
  await write();
  await standIn.act({ as: "ana", in: "dm", do: "removeBot" }, 1);
  expect((await no(write())).description).toBe("Forbidden: bot was blocked by the user");
  expect(await standIn.act(say("hi"))).toMatchObject({ ok: false });
  await standIn.act({ as: "ana", in: "dm", do: "addBot" }, 1);
  await write();
  const updates = await bot.getUpdates({});
  expect(updates.map((update) => update.my_chat_member?.new_chat_member.status)).toEqual([
    undefined,
    "kicked",
    "member",
    undefined,
  ]);
});

test("a bot that was removed from a group cannot write there", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const remove = (as: string) => standIn.act({ as, in: "group", do: "removeBot" }, 1);
  expect(await remove("ana")).toMatchObject({ ok: false });
  await remove("leo");
  const refused = await no(bot.sendMessage(GROUP, "Hello"));
  expect(refused.description).toBe("Forbidden: bot was kicked from the supergroup chat");
  expect(await standIn.act(say("/next", "group"))).toMatchObject({ silent: true });
  await standIn.act({ as: "leo", in: "group", do: "addBot" }, 1);
  await bot.sendMessage(GROUP, "Hello");
});

test("a join request lets the bot write for five minutes", async () => {
  let now = 1_000_000;
  const standIn = await stage({ now: () => now });
  const bot = newBot(standIn);
  bot.on("chat_join_request", (ctx) => ctx.api.sendMessage(ctx.from.id, "Who are you?"));
  await run(bot);
  const asked = await standIn.act({ as: "ana", in: "group", do: "join" });
  expect(good(asked).texts).toEqual(["Who are you?"]);
  // Who waits at the door neither sees nor says anything inside.
  expect((await bot.api.getChatMember(GROUP, ANA)).status).toBe("left");
  expect(await standIn.act(say("/next", "group"))).toMatchObject({ ok: false });
  now += 5 * 60_000 + 1;
  expect((await no(bot.api.sendMessage(ANA, "Still there?"))).error_code).toBe(403);
  await bot.api.approveChatJoinRequest(GROUP, ANA);
  expect((await bot.api.getChatMember(GROUP, ANA)).status).toBe("member");
});

test("a group that became a supergroup is found under its new id only", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  await bot.sendMessage(-2000001, "Hello");
  const id = Number(standIn.migrate("old"));
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
  expect(standIn.transcript({ in: "old", as: "ana" })).toHaveLength(1);
  expect(standIn.places().find(({ key }) => key === "old")?.id).toBe(String(id));
});

test("a topic is a thread of its group, seen apart from it", async () => {
  const standIn = await stage();
  const bot = newBot(standIn);
  bot.command("next", async (ctx) => {
    await ctx.api.sendMessage(ctx.chat.id, "Elsewhere");
    await ctx.reply("Tonight");
  });
  await run(bot);
  const answer = good(await standIn.act(say("/next", "talks")));
  expect(answer.texts).toEqual(["Tonight"]);
  expect(standIn.transcript({ in: "forum", as: "ana" })).toMatchObject([{ text: "Elsewhere" }]);
  expect(standIn.transcript({ in: "talks", as: "ana" })).toHaveLength(2);
  const sent = await bot.api.sendMessage(-1001000000003, "x", { message_thread_id: 7 });
  expect(sent).toMatchObject({
    is_topic_message: true,
    message_thread_id: 7,
    chat: { is_forum: true },
    reply_to_message: { message_id: 7, forum_topic_created: { name: "Talks" } },
  });
});

test("a channel speaks for itself, through its administrators", async () => {
  const standIn = await stage();
  expect(await standIn.act(say("News", "news"))).toMatchObject({ ok: false });
  await standIn.act(say("News", "news", "leo"), 1);
  const [update] = await api(standIn).getUpdates({});
  expect(update?.channel_post).toMatchObject({ text: "News", sender_chat: { type: "channel" } });
  expect(update?.channel_post?.from).toBeUndefined();
  const admins = await api(standIn).getChatAdministrators(GROUP);
  expect(admins.map(({ status, user }) => [status, user.first_name])).toEqual([
    ["creator", "Leo"],
    ["administrator", "Plaza"],
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

test("a press must be answered within seconds", async () => {
  let now = 1_000_000;
  const standIn = await stage({ now: () => now });
  const bot = api(standIn);
  const reply_markup = new InlineKeyboard().text("Go", "go");
  const { message_id } = await bot.sendMessage(GROUP, "x", { reply_markup });
  const message = String(message_id);
  await standIn.act({ as: "ana", in: "group", do: "click", message, button: "Go" }, 1);
  const [update] = await bot.getUpdates({});
  const id = update?.callback_query?.id ?? "";
  await bot.answerCallbackQuery(id);
  now += 15_001;
  expect((await no(bot.answerCallbackQuery(id))).error_code).toBe(400);
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

test("limits on sending, once switched on, are those of Telegram", async () => {
  let now = 1_000_000;
  const standIn = await stage({ now: () => now });
  const bot = api(standIn);
  const send = () => bot.sendMessage(GROUP, "x");
  for (let count = 0; count < 10; count++) await send();
  standIn.limitRates(true);
  for (let count = 0; count < 3; count++) await send();
  expect(await no(send())).toMatchObject({
    error_code: 429,
    description: "Too Many Requests: retry after 3",
    parameters: { retry_after: 3 },
  });
  for (let count = 3; count < 20; count++) {
    now += 3_000;
    await send();
  }
  // The twenty-first of this minute has to wait for the next one.
  now += 3_000;
  expect((await no(send())).parameters).toEqual({ retry_after: 6 });
  now += 6_000;
  await send();
});

test("thirty messages a second is all there is for all chats together", async () => {
  const people = Array.from({ length: 31 }, (_, index) => ({
    key: `p${index}`,
    name: "P",
    language: "en",
    telegramId: 500 + index,
    discordId: String(index),
  }));
  const standIn = await stage({ now: () => 1_000_000, people });
  for (const { key } of people) await standIn.act(say("hi", "dm", key), 1);
  standIn.limitRates(true);
  const sent = people.map(({ telegramId }) => api(standIn).sendMessage(telegramId, "x"));
  const results = await Promise.allSettled(sent);
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
});

test.each([
  ["429", GrammyError, 0, 429],
  ["500-after", GrammyError, 1, 500],
  ["drop-before", HttpError, 0, 0],
  ["drop-after", HttpError, 1, 0],
] as const)("a fault of kind %s fails one call as it says", async (kind, error, seen, status) => {
  const standIn = await stage();
  const bot = api(standIn);
  standIn.fault({ kind, count: 1, retryAfter: 3, only: "sendM" });
  await bot.getMe();
  const failed = await bot.sendMessage(GROUP, "x").catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(error);
  expect(standIn.transcript({ in: "group", as: "ana" })).toHaveLength(seen);
  expect(standIn.requests().at(-1)).toMatchObject({ method: "sendMessage", status });
  const retryAfter = failed instanceof GrammyError ? failed.parameters.retry_after : undefined;
  expect(retryAfter).toBe(kind === "429" ? 3 : undefined);
  expect(standIn.faults()).toEqual([]);
  await bot.sendMessage(GROUP, "x");
});

test("a fault without a name leaves the long poll alone", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  standIn.fault({ kind: "429", count: 1 });
  await bot.getUpdates({});
  expect(standIn.faults()).toHaveLength(1);
  standIn.fault({ kind: "500-after", count: 1, only: "getUpdates" });
  expect((await no(bot.getUpdates({}))).error_code).toBe(500);
});

test("a slow answer comes after its effect", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const seen = new Promise<void>((resolve) => void standIn.onChange(() => resolve()));
  standIn.fault({ kind: "slow", count: 1, retryAfter: 0.1 });
  const sent = bot.sendMessage(GROUP, "x");
  await seen;
  await bot.getMe();
  expect(standIn.requests().map(({ method }) => method)).toEqual(["getMe"]);
  await sent;
});

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("a file that was sent can be seen, fetched and sent again", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const calendar = Buffer.from("BEGIN:VCALENDAR");
  const sent = await bot.sendDocument(GROUP, new InputFile(calendar, "Año nuevo.ics"), {
    caption: "Add it",
    caption_entities: [{ type: "bold", offset: 0, length: 3 }],
    reply_markup: new InlineKeyboard().text("Go", "go"),
  });
  expect(sent.document).toMatchObject({ file_name: "Año nuevo.ics", mime_type: "text/calendar" });
  const [seen] = standIn.transcript({ in: "group", as: "ana" });
  expect(seen).toMatchObject({
    text: "Add it",
    entities: [{ type: "bold", offset: 0, length: 3 }],
    buttons: [[{ label: "Go" }]],
    files: [{ name: "Año nuevo.ics", mime: "text/calendar", size: calendar.length }],
  });
  const url = seen?.files?.[0]?.url ?? "";
  expect(standIn.file(url)?.bytes).toEqual(calendar);
  expect(await (await fetch(url)).text()).toBe("BEGIN:VCALENDAR");

  const { file_path } = await bot.getFile(sent.document.file_id);
  const fetched = await fetch(`${standIn.url}/file/bot${standIn.token}/${file_path}`);
  expect(await fetched.text()).toBe("BEGIN:VCALENDAR");
  const again = await bot.sendDocument(GROUP, sent.document.file_id);
  expect(again.document.file_id).toBe(sent.document.file_id);
});

test("a photo is a picture, by upload or by address", async () => {
  const standIn = await stage();
  const bot = api(standIn);
  const sent = await bot.sendPhoto(GROUP, new InputFile(PIXEL, "dot.png"), { caption: "Dot" });
  expect(sent.photo).toMatchObject([{ width: 1, height: 1 }]);
  const refused = await no(bot.sendPhoto(GROUP, new InputFile(Buffer.from("text"), "dot.png")));
  expect(refused.description).toBe("Bad Request: IMAGE_PROCESS_FAILED");
  await bot.sendPhoto(GROUP, "https://images.example.org/cover.jpg");
  const [, byAddress] = standIn.transcript({ in: "group", as: "ana" });
  expect(byAddress?.photo).toBe("https://images.example.org/cover.jpg");

  const id = sent.message_id;
  const noText = await no(bot.editMessageText(GROUP, id, "x"));
  expect(noText.description).toBe("Bad Request: there is no text in the message to edit");
  await bot.editMessageCaption(GROUP, id, { caption: "Point" });
  const media = new InputFile(PIXEL, "other.png");
  await bot.editMessageMedia(GROUP, id, { type: "photo", media, caption: "Other" });
  expect(standIn.transcript({ in: "group", as: "ana" })[0]).toMatchObject({ text: "Other" });
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

test("whoever listens hears of every change, until they stop", async () => {
  const standIn = await stage();
  let heard = 0;
  const stop = standIn.onChange(() => heard++);
  await api(standIn).sendMessage(GROUP, "x");
  expect(heard).toBe(1);
  stop();
  await api(standIn).sendMessage(GROUP, "x");
  expect(heard).toBe(1);
});

test("a long run does not fill the memory", async () => {
  const standIn = await stage();
  for (let count = 0; count < 600; count++) await standIn.act(say(`${count}`, "group"));
  const seen = standIn.transcript({ in: "group", as: "ana" });
  expect(seen).toHaveLength(500);
  expect(seen.at(-1)?.text).toBe("599");
});

async function status(standIn: TelegramStandIn, path: string, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = request(standIn.url + path, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject).end();
  });
}

test("only this machine, the right token and a known method are served", async () => {
  const standIn = await stage();
  const path = `/bot${standIn.token}`;
  expect(await status(standIn, `${path}/getMe`)).toBe(200);
  expect(await status(standIn, `${path}/GETME`, "localhost:1")).toBe(200);
  expect(await status(standIn, `${path}/getMe`, "plaza.example.org")).toBe(403);
  expect(await status(standIn, "/bot1:wrong/getMe")).toBe(401);
  expect(await status(standIn, `${path}/getRich`)).toBe(404);
  expect(await status(standIn, `${path}/toString`)).toBe(404);
  expect(await status(standIn, "/anything")).toBe(404);
  expect(await status(standIn, `/file${path}/documents/file_1.ics`)).toBe(404);
  const broken = { method: "POST", headers: { "content-type": "application/json" }, body: "{" };
  expect((await fetch(`${standIn.url}${path}/getMe`, broken)).status).toBe(400);
});

const PARAMS = (
  "chat_id text caption entities reply_markup reply_parameters message_id photo document media " +
  "user_id action commands scope offset limit allowed_updates file_id"
).split(" ");

test("no request, however odd, makes the stand-in fail by itself", async () => {
  const standIn = await stage();
  const odd = dictionary(constantFrom(...PARAMS), jsonValue());
  const fails = asyncProperty(constantFrom(...methods.keys()), odd, async (method, params) => {
    const answer = await fetch(`${standIn.url}/bot${standIn.token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ chat_id: GROUP, text: "x", ...params }),
    });
    expect(answer.status).not.toBe(500);
    expect(await answer.text()).not.toContain("itself failed");
  });
  await assert(fails, { numRuns: 300 });
});
