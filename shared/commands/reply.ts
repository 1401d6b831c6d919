import type { Message } from "../messages/message.ts";
import type { Command, CommandContext, Reply, ReplyOptions } from "./command.ts";

/** Makes a reply of a message, or adds delivery options to a reply. */
export function reply(said: Message | Reply, options: ReplyOptions = {}): Reply {
  return "message" in said
    ? { message: said.message, options: { ...said.options, ...options } }
    : { message: said, options };
}

/** The same reply with lines above its own, such as "saved". */
export function withLinesBefore({ message, options }: Reply, lines: Message["lines"] = []): Reply {
  return { message: { ...message, lines: [...lines, ...(message.lines ?? [])] }, options };
}

/** The reply to a button whose action or target no longer exists. */
export function unknownButton({ t }: CommandContext): Reply {
  return reply({ lines: [[t("unknown.button")]] }, { ephemeral: true });
}

/**
 * Whether others would read the answer here: a chat with others on a platform that cannot show an
 * answer to one person alone. What moderators may read is not public in the chat chosen for them.
 */
export function isPublicHere(
  { chat, supportsEphemeral }: Pick<CommandContext, "chat" | "supportsEphemeral">,
  audience: "person" | "moderators" = "person",
): boolean {
  if (chat.kind === "private" || supportsEphemeral) return false;
  return audience === "person" || chat.isForModerators !== true;
}

/** Whether a command must be asked again in the private chat. */
export function isOnlyInPrivate(ctx: CommandContext, command: Command): boolean {
  if (command.where === "private") return ctx.chat.kind !== "private";
  const audience = command.for === "anyone" ? "person" : "moderators";
  return command.where === "hidden" && isPublicHere(ctx, audience);
}

/**
 * Sends the person to the private chat, with a button where the platform has a link that starts the
 * command there; `typed` is what to write there.
 */
export function continueInPrivate(
  { t, privateUrl }: CommandContext,
  { name }: Pick<Command, "name">,
  typed = `/${name}`,
): Reply {
  return reply(
    {
      lines: [[t("private.hint", { command: typed })]],
      ...(privateUrl !== undefined && {
        buttons: [[{ label: t("button.private"), url: `${privateUrl}?start=${name}` }]],
      }),
    },
    { ephemeral: true },
  );
}
