import { Bot } from "grammy";

// The least a grammY bot can do, as its documentation begins.

const { BOT_TOKEN = "", API_ROOT = "" } = process.env;

const bot = new Bot(BOT_TOKEN, { client: { apiRoot: API_ROOT } });
bot.on("message:text", async (ctx) => await ctx.reply(ctx.msg.text));
await bot.start({ onStart: () => console.log("ready") });
