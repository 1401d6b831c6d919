import {
  AttachmentBuilder,
  type ChatInputCommandInteraction,
  type MessageComponentInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from "discord.js";
import { ComponentType, TextInputStyle } from "discord-api-types/v10";
import type { ReplyOptions } from "../../shared/commands/command.ts";
import type { Form } from "../../shared/messages/message.ts";
import { cut } from "../../shared/messages/sanitize.ts";
import type { Clock } from "../clock.ts";
import type { Illustrated } from "../pictures/illustrate.ts";
import { altText, renderDiscord } from "./render.ts";

export type Answerable =
  ChatInputCommandInteraction | MessageComponentInteraction | ModalSubmitInteraction;

/** Discord gives three seconds for the first answer; a slow one is announced before. */
const deferAfterMs = 1_500;

/** What send, reply, editReply and update take. In an update, files that are not named here go. */
export function payloadOf({ message, drawn }: Illustrated) {
  const { file, picture } = message;
  const files: AttachmentBuilder[] = [];
  if (file) files.push(new AttachmentBuilder(Buffer.from(file.content), { name: file.name }));
  if (drawn && picture) {
    const description = altText(picture);
    files.push(new AttachmentBuilder(drawn.png, { name: drawn.name, description }));
  }
  return { ...renderDiscord(message), files };
}

/**
 * Answers an interaction with what `work` gives, and says "thinking" where that takes long. Whether
 * only the person sees it is fixed by the first answer, so the caller must know: `ephemeral`.
 */
export async function answerInteraction(
  interaction: Answerable,
  ephemeral: boolean,
  work: Promise<Illustrated & { options: ReplyOptions }>,
  { clock }: { clock: Clock },
): Promise<void> {
  const done = new AbortController();
  const flags = ephemeral ? { flags: MessageFlags.Ephemeral as const } : {};
  const slow = clock.sleep(deferAfterMs, done.signal).then(async () => {
    if (!done.signal.aborted) await interaction.deferReply(flags);
    return !done.signal.aborted;
  });
  const answer = await work;
  const { message, options } = answer;
  // With a reason of ours: the platform's own would bring a stack trace with every answer.
  done.abort("answered");
  await slow;
  const payload = payloadOf(answer);
  if (interaction.deferred) await interaction.editReply(payload);
  else if (message.form && !interaction.isModalSubmit()) await showForm(interaction, message.form);
  else if (options.editsMessage && interaction.isMessageComponent() && !ephemeral)
    await interaction.update(payload);
  else {
    const isHidden = ephemeral || options.ephemeral === true;
    await interaction.reply({ ...payload, ...(isHidden && { flags: MessageFlags.Ephemeral }) });
  }
}

async function showForm(
  interaction: ChatInputCommandInteraction | MessageComponentInteraction,
  form: Form,
): Promise<void> {
  await interaction.showModal({
    custom_id: form.id,
    title: cut(form.title, 45),
    components: form.fields.map((field) => ({
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.TextInput,
          custom_id: field.id,
          label: cut(field.label, 45),
          style: field.maxLength > 100 ? TextInputStyle.Paragraph : TextInputStyle.Short,
          max_length: field.maxLength,
          required: field.isRequired,
        },
      ],
    })),
  });
}
