import { Telegraf } from "telegraf";
import { message } from "telegraf/filters";

// The least a Telegraf bot can do, as its documentation begins.

const { BOT_TOKEN = "", API_ROOT = "" } = process.env;

const bot = new Telegraf(BOT_TOKEN, { telegram: { apiRoot: API_ROOT } });
bot.on(message("text"), async (ctx) => await ctx.reply(ctx.message.text));
await bot.launch(() => console.log("ready"));
