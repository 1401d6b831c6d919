import {
  AttachmentBuilder,
  type ChatInputCommandInteraction,
  type MessageComponentInteraction,
} from "discord.js";
import { ComponentType, TextInputStyle } from "discord-api-types/v10";
import type { Form, Message } from "../../shared/messages/message.ts";
import { formAction } from "../../shared/commands/frontDoor.ts";
import { cut } from "../../shared/messages/sanitize.ts";
import type { Texts } from "../../shared/texts/index.ts";
import type { Illustrated } from "../pictures/illustrate.ts";
import { altText, renderDiscord } from "./render.ts";

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

/** Shows a form as a modal. Discord takes one only as the first answer to an interaction. */
export async function showForm(
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

/** In place of a form that can no longer be shown by itself: a button that opens it. */
export function buttonForForm(form: Form, t: Texts): Message {
  return {
    lines: [[t("form.slow")]],
    buttons: [[{ label: cut(form.title, 45), action: formAction(form.id) }]],
  };
}
