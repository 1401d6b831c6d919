import { type Api, InputFile } from "grammy";
import type { Answer } from "../answer.ts";
import { withoutPicture } from "../pictures/illustrate.ts";
import { isPhotoRefused, says } from "./errors.ts";
import { renderTelegram } from "./render.ts";

type Sent = { chatId: string; messageId: number };

/**
 * Changes a message that the bot sent. Telegram turns a text into a photo, but never a photo into a
 * text: there the words under it change. One that is as it should be counts as changed.
 */
export async function editMessage(
  api: Api,
  { chatId, messageId }: Sent,
  { message, reader, drawn }: Answer,
): Promise<void> {
  const { text, ...options } = renderTelegram(message, reader);
  const { entities: caption_entities, reply_markup } = options;
  const markup = reply_markup && { reply_markup };
  if (drawn) {
    const photo = new InputFile(drawn.png, drawn.name);
    const media = { type: "photo" as const, media: photo, caption: text, caption_entities };
    try {
      await unlessSame(api.editMessageMedia(chatId, messageId, media, { ...markup }));
    } catch (error) {
      if (!isPhotoRefused(error)) throw error;
      await editMessage(api, { chatId, messageId }, { message: withoutPicture(message), reader });
    }
    return;
  }
  try {
    await unlessSame(api.editMessageText(chatId, messageId, text, options));
  } catch (error) {
    if (!says(error, "no text in the message")) throw error;
    const { text: caption, entities } = renderTelegram(message, reader, true);
    const under = { caption, caption_entities: entities, ...markup };
    await unlessSame(api.editMessageCaption(chatId, messageId, under));
  }
}

async function unlessSame(edit: Promise<unknown>): Promise<void> {
  try {
    await edit;
  } catch (error) {
    if (!says(error, "is not modified")) throw error;
  }
}
