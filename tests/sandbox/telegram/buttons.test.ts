import { type Bot, InlineKeyboard } from "grammy";
import { expect, onTestFinished, test } from "vitest";
import { api, good, GROUP, newBot, no, run, say, setUp } from "../../support/emulators/telegram.ts";

/** Asks for the next updates before the last ones are dealt with, until nobody answers. */
async function pollOnAndOn(bot: Bot, offset = 0): Promise<void> {
  const updates = await bot.api.getUpdates({ offset, timeout: 30 });
  for (const update of updates) void bot.handleUpdate(update);
  await pollOnAndOn(bot, (updates.at(-1)?.update_id ?? offset - 1) + 1);
}

test("a pressed button brings its toast and its edit in one answer", async () => {
  const emulator = await setUp();
  const bot = newBot(emulator);
  bot.command("start", (ctx) =>
    ctx.reply("Coming?", { reply_markup: new InlineKeyboard().text("Yes", "rsvp:yes") }),
  );
  bot.callbackQuery("rsvp:yes", async (ctx) => {
    await ctx.answerCallbackQuery("Noted");
    await ctx.editMessageText("You are in");
  });
  await run(bot);

  const [asked] = good(await emulator.act(say("/start"))).messages ?? [];
  expect(asked?.buttons).toEqual([[{ label: "Yes" }]]);
  const message = asked?.id ?? "";
  const pressed = await emulator.act({ as: "ana", in: "dm", do: "click", message, button: "Yes" });
  expect(good(pressed)).toMatchObject({ toast: "Noted", texts: ["You are in"] });
  expect(good(pressed).messages?.[0]).toMatchObject({ id: message });
  // The edit brought no buttons, so they are gone.
  const again = await emulator.act({ as: "ana", in: "dm", do: "click", message, button: "Yes" });
  expect(again).toMatchObject({ ok: false });
});

test("a bot that handles many updates at once is waited for as well", async () => {
  const emulator = await setUp();
  const bot = newBot(emulator);
  bot.on("message", (ctx) =>
    ctx.reply("Coming?", { reply_markup: new InlineKeyboard().text("Yes", "yes") }),
  );
  bot.on("callback_query", async (ctx) => {
    await ctx.answerCallbackQuery("Noted");
    await ctx.editMessageText("You are in");
  });
  await bot.init();
  const polling = pollOnAndOn(bot).catch(() => undefined);
  onTestFinished(() => emulator.close().then(() => polling));
  const [asked] = good(await emulator.act(say("hi"))).messages ?? [];
  const message = asked?.id ?? "";
  const pressed = await emulator.act({ as: "ana", in: "dm", do: "click", message, button: "Yes" });
  expect(good(pressed)).toMatchObject({ toast: "Noted", texts: ["You are in"] });
});

test("a press that cannot be says why", async () => {
  const emulator = await setUp();
  const reply_markup = new InlineKeyboard().url("Site", "https://lu.ma/x").copyText("Code", "abc");
  const { message_id } = await api(emulator).sendMessage(GROUP, "Look", { reply_markup });
  const press = (message: string, button: string) =>
    emulator.act({ as: "ana", in: "group", do: "click", message, button });
  const id = String(message_id);
  expect(await press(id, "Site")).toEqual({
    ok: false,
    error: '"Site" is a link to https://lu.ma/x',
  });
  expect(await press(id, "Code")).toEqual({ ok: false, error: '"Code" only copies abc' });
  expect(await press(id, "Gone")).toMatchObject({ ok: false, error: /its buttons: "Site"/ });
  expect(await press("999", "Site")).toMatchObject({ ok: false, error: /no message 999/ });
  expect(await emulator.act(say("x", "nowhere"))).toMatchObject({ ok: false });
  expect(await emulator.act(say("x", "dm", "nobody"))).toMatchObject({ ok: false });
});

test("a press must be answered within seconds", async () => {
  let now = 1_000_000;
  const emulator = await setUp({ now: () => now });
  const bot = api(emulator);
  const reply_markup = new InlineKeyboard().text("Go", "go");
  const { message_id } = await bot.sendMessage(GROUP, "x", { reply_markup });
  const message = String(message_id);
  await emulator.act({ as: "ana", in: "group", do: "click", message, button: "Go" }, 1);
  const [update] = await bot.getUpdates({});
  const id = update?.callback_query?.id ?? "";
  await bot.answerCallbackQuery(id);
  now += 15_001;
  expect((await no(bot.answerCallbackQuery(id))).error_code).toBe(400);
});
