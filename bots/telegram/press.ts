import { type Api, type Context, GrammyError } from "grammy";
import type { MaybeInaccessibleMessage } from "grammy/types";
import { cut } from "../../shared/messages/names.ts";
import { texts } from "../../shared/texts/index.ts";
import type { Answer, Request } from "../answer.ts";
import { editMessage } from "./edit.ts";
import { renderTelegram } from "./render.ts";
import { sendMessage, type Target } from "./send.ts";

/** answerCallbackQuery's text: 200 characters. */
const longestAlert = 200;

/** A sentence for the one who pressed, in a group where everybody would read it. */
function isForOne({ kind }: Request["chat"], message: Answer["message"]): boolean {
  const { isPrivate, replaces, file, picture, buttons = [] } = message;
  const isSentence = !replaces && !file && !picture && buttons.length === 0;
  return kind === "group" && isPrivate === true && isSentence;
}

/**
 * Answers a pressed button. A list or a card that the bot gave to somebody changes in place; what
 * belongs to many (an announcement) stays, and the answer is a message of its own. In a channel,
 * where an answer would be a post for everybody, it is an alert for the one who pressed.
 */
export async function pressAnswer(
  ctx: Context,
  { chat }: Request,
  answer: Answer,
  isNew: boolean,
): Promise<void> {
  const { message, reader } = answer;
  const to = { chatId: chat.id, threadId: chat.threadId };
  if (chat.kind === "channel" || message.isBrief || isForOne(chat, message)) {
    const rest = message.file ? texts(reader.locale)("press.in-private") : "";
    const { text } = renderTelegram({ ...message, buttons: [] }, reader);
    await ctx.answerCallbackQuery({ text: cut(rest || text, longestAlert), show_alert: true });
    return;
  }
  const pressed = ctx.callbackQuery?.message;
  if (isNew || !message.replaces || !pressed) await sendMessage(ctx.api, to, answer);
  else await replaceMessage(ctx.api, to, pressed, answer);
  await ctx.answerCallbackQuery().catch(() => undefined);
}

/**
 * Puts an answer in the place of the message whose button was pressed. Where that message had a
 * picture and the answer has none, the answer is a new message and the old one goes.
 */
async function replaceMessage(
  api: Api,
  target: Target,
  pressed: MaybeInaccessibleMessage,
  answer: Answer,
): Promise<void> {
  const { message_id: messageId } = pressed;
  if ("photo" in pressed && !answer.drawn) {
    await sendMessage(api, target, answer);
    await takeAway(api, target.chatId, messageId);
    return;
  }
  try {
    await editMessage(api, { chatId: target.chatId, messageId }, answer);
  } catch (error) {
    if (!(error instanceof GrammyError)) throw error;
    // Too old, deleted: a new message helps.
    await sendMessage(api, target, answer);
  }
}

/** Deletes a message; one that is too old for that only loses its buttons. */
async function takeAway(api: Api, chatId: string, messageId: number): Promise<void> {
  try {
    await api.deleteMessage(chatId, messageId);
  } catch {
    await api.editMessageReplyMarkup(chatId, messageId).catch(() => undefined);
  }
}
