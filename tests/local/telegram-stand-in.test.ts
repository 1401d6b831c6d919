import { Bot, InlineKeyboard } from "grammy";
import { afterEach, expect, test } from "vitest";
import type { Act, ActAnswer, Person, Place } from "../../bots/local/contract.ts";
import {
  startTelegramStandIn,
  type TelegramStandIn,
  type TelegramStandInOptions,
} from "../../bots/local/telegram/index.ts";

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
  for (const close of closing.splice(0).reverse()) await close();
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
