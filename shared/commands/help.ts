import type { CommandContext, Command } from "./command.ts";
import type { Message } from "../messages/message.ts";

/** What the bot can do for this person here, as a message; `commands` is the whole table. */
export function helpMessage(
  ctx: CommandContext,
  commands: readonly Command[],
  intro?: string,
): Message {
  const { t, person } = ctx;
  const { accessLevel = "stranger" } = person ?? {};
  const isAdmin = accessLevel === "admin";
  const isModerator = isAdmin || accessLevel === "moderator";
  const linesFor = (who: Command["for"]) =>
    commands
      .filter((command) => command.for === who && !command.hiddenFrom?.includes(accessLevel))
      .map((command) => [`/${command.name}`, " · ", t(command.describe)]);
  return {
    title: t("help.title"),
    lines: [
      ...(intro ? [[intro]] : []),
      ...linesFor("anyone"),
      ...(isModerator ? [[], [{ bold: t("help.moderator") }], ...linesFor("moderator")] : []),
      ...(isAdmin ? [[], [{ bold: t("help.admin") }], ...linesFor("admin")] : []),
    ],
    footer: [[t("help.hint", { example: t("help.example") })]],
    buttons: [
      [
        { label: t("button.week"), action: "events|week" },
        { label: t("button.weekend"), action: "events|weekend" },
        { label: t("button.all"), action: "events" },
      ],
    ],
  };
}

export function greeting(ctx: CommandContext, commands: readonly Command[]): Message {
  const { t } = ctx;
  return { ...helpMessage(ctx, commands, t("greeting.text")), title: t("greeting.title") };
}
