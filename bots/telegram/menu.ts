import type { Bot } from "grammy";
import type { BotCommand } from "grammy/types";
import { commands } from "../../shared/commands/index.ts";
import { locales, texts } from "../../shared/texts/index.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { untilDone } from "../untilDone.ts";

/**
 * Puts the command table into Telegram's menu, in each language, where it is not there already. Tries
 * until it succeeds or `signal` aborts: the bot works without its menu. Admin commands are not in the
 * menu that everybody sees; they work all the same, for admins.
 */
export async function registerCommands(
  bot: Bot,
  parts: { clock: Clock; log: Log; signal: AbortSignal },
): Promise<void> {
  const set = async () => {
    for (const locale of [undefined, ...locales]) await register(bot, locale);
  };
  await untilDone(set, "the menu of commands could not be set", parts);
}

async function register(bot: Bot, locale: (typeof locales)[number] | undefined): Promise<void> {
  const t = texts(locale ?? "en");
  const wanted: BotCommand[] = commands
    .filter((command) => command.for === "anyone")
    .map(({ name, describe }) => ({ command: name, description: t(describe) }));
  const language = locale ? { language_code: locale } : {};
  const current = await bot.api.getMyCommands(language);
  if (listOf(current) !== listOf(wanted)) await bot.api.setMyCommands(wanted, language);
}

function listOf(menu: readonly BotCommand[]): string {
  return JSON.stringify(menu.map(({ command, description }) => [command, description]));
}
