import type { Message } from "../messages/message.ts";
import type { Call, Command } from "./command.ts";

/** Whether a command may not be answered in this chat: others would read along. */
export function isElsewhere({ chat, showsForms }: Call, command: Command): boolean {
  if (command.where === undefined || chat.kind === "private") return false;
  if (command.where === "private") return true;
  const isTheirs = command.for !== "anyone" && chat.isForModerators === true;
  // A platform that shows dialogs can also show an answer to one person alone.
  return !showsForms && !isTheirs;
}

/**
 * Where to go on, with a button where the platform has a link that leads to the command; `written` is
 * what else to write there.
 */
export function sendElsewhere(
  { t, privateUrl }: Call,
  { name }: Pick<Command, "name">,
  written = `/${name}`,
): Message {
  return {
    lines: [[t("private.hint", { command: written })]],
    ...(privateUrl !== undefined && {
      buttons: [[{ label: t("button.private"), url: `${privateUrl}?start=${name}` }]],
    }),
    isPrivate: true,
  };
}
