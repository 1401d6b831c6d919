import type { BaseInteraction, Message, User } from "discord.js";
import type { Chat } from "../../shared/commands/command.ts";
import { cleanName } from "../../shared/messages/sanitize.ts";
import type { Request } from "../answer.ts";

const capabilities = { supportsModals: true, supportsEphemeral: true };

/** Who asks and where, in neutral words. A thread has an id of its own, like any channel. */
export function requestOf(interaction: BaseInteraction): Request {
  const { user, locale, channel, channelId, guildId } = interaction;
  const name = channel && "name" in channel && channel.name ? `#${channel.name}` : user.username;
  return {
    chat: {
      ...chatOf(channelId ?? user.id, interaction.inGuild(), name),
      ...(guildId !== null && { guildId }),
    },
    person: { ...personOf(user), language: locale },
    ...capabilities,
  };
}

/** A message written to the bot in private; Discord does not say in which language its author reads. */
export function requestOfMessage({ author, channelId }: Message): Request {
  return {
    chat: chatOf(channelId, false, author.username),
    person: personOf(author),
    ...capabilities,
  };
}

function personOf({ id, username, displayName }: User) {
  return { id, name: cleanName(displayName, 64), handle: username };
}

function chatOf(id: string, isGuild: boolean, title: string): Chat {
  return {
    platform: "discord",
    id,
    kind: isGuild ? "group" : "private",
    title: cleanName(title, 120),
  };
}
