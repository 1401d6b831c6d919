import type { Message } from "../messages/message.ts";
import type { Call, Command } from "./command.ts";

/** What the bot can do for this person here, as a message; `commands` is the whole table. */
export function helpMessage(call: Call, commands: readonly Command[], intro?: string): Message {
  const { t, person } = call;
  const { standing = "stranger" } = person ?? {};
  const isAdmin = standing === "admin";
  const isModerator = isAdmin || standing === "moderator";
  const linesFor = (who: Command["for"]) =>
    commands
      .filter((command) => command.for === who && !command.uselessTo?.includes(standing))
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
        { label: t("button.week"), press: "events|week" },
        { label: t("button.weekend"), press: "events|weekend" },
        { label: t("button.all"), press: "events" },
      ],
    ],
  };
}

export function greeting(call: Call, commands: readonly Command[]): Message {
  const { t } = call;
  return { ...helpMessage(call, commands, t("greeting.text")), title: t("greeting.title") };
}
