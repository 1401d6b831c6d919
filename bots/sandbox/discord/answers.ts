import { MessageFlags, MessageType } from "discord-api-types/v10";
import { metadataOf, settleWithMessage } from "./interactions.ts";
import { deleteMessage, editMessage, postMessage } from "./messages.ts";
import { unknownMessage } from "./refusal.ts";
import { isLoading } from "./transcript.ts";
import type { Draft } from "./validation/message.ts";
import type { Interaction, Stored, World } from "./world.ts";

/** Posts a message that answers an interaction; the ephemeral flag makes it one person's. */
export function postAnswer(world: World, interaction: Interaction, draft: Draft): Stored {
  const { person, channel, type, id, command } = interaction;
  const extra = {
    webhook_id: world.botId,
    application_id: world.botId,
    interaction_metadata: metadataOf(world, interaction),
    ...(command !== undefined && {
      type: MessageType.ChatInputCommand,
      interaction: { id, type, name: command, user: metadataOf(world, interaction).user },
    }),
  };
  const hidden = (draft.flags & MessageFlags.Ephemeral) !== 0;
  const stored = postMessage(world, channel, draft, {
    message: extra,
    ...(hidden && { onlyFor: person.key }),
  });
  if (!isLoading(stored)) settleWithMessage(interaction, stored);
  return stored;
}

/** A further message. The first one after a deferred answer becomes that answer. */
export function followUp(world: World, interaction: Interaction, draft: Draft): Stored {
  const { original } = interaction;
  if (original && isLoading(original) && !original.deleted) {
    return editAnswer(world, interaction, original, draft);
  }
  return postAnswer(world, interaction, draft);
}

export function editAnswer(
  world: World,
  interaction: Interaction,
  stored: Stored,
  draft: Draft,
): Stored {
  editMessage(world, stored, draft);
  settleWithMessage(interaction, stored);
  return stored;
}

export function deleteAnswer(world: World, interaction: Interaction, stored: Stored): void {
  const wasSeen = !isLoading(stored);
  deleteMessage(world, stored);
  if (wasSeen) settleWithMessage(interaction, stored);
}

/** The message that "@original" or an id means to this interaction. */
export function answerAt(interaction: Interaction, id: string): Stored {
  const { channel, person, original } = interaction;
  const stored = id === "@original" ? original : channel.messages.get(id);
  if (!stored || stored.deleted || stored.from !== "plaza") throw unknownMessage();
  if (stored.onlyFor !== undefined && stored.onlyFor !== person.key) throw unknownMessage();
  return stored;
}
