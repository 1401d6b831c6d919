import type { Bot } from "grammy";
import { commands } from "../../shared/commands/index.ts";
import { locales, texts } from "../../shared/texts/index.ts";

/**
 * Puts the command table into Telegram's menu, in each language. Admin commands are not in the menu
 * that everybody sees; they work all the same, for admins.
 */
export async function registerCommands(bot: Bot): Promise<void> {
  const listed = commands.filter((command) => command.for === "anyone");
  for (const locale of [undefined, ...locales]) {
    const t = texts(locale ?? "en");
    await bot.api.setMyCommands(
      listed.map(({ name, describe }) => ({ command: name, description: t(describe) })),
      locale ? { language_code: locale } : {},
    );
  }
}
