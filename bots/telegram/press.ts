import { type Context, GrammyError } from "grammy";
import { cut } from "../../shared/messages/names.ts";
import { texts } from "../../shared/texts/index.ts";
import type { Answer, Request } from "../answer.ts";
import { renderTelegram } from "./render.ts";
import { sendMessage } from "./send.ts";

/** answerCallbackQuery's text: 200 characters. */
const longestAlert = 200;

/** A sentence for the one who pressed, in a group where everybody would read it. */
function isForOne({ kind }: Request["chat"], message: Answer["message"]): boolean {
  const { isPrivate, replaces, file, buttons = [] } = message;
  return kind === "group" && isPrivate === true && !replaces && !file && buttons.length === 0;
}

/**
 * Answers a pressed button. A list or a card that the bot gave to somebody changes in place; what
 * belongs to many (an announcement) stays, and the answer is a message of its own. In a channel,
 * where an answer would be a post for everybody, it is an alert for the one who pressed.
 */
export async function pressAnswer(
  ctx: Context,
  { chat }: Request,
  { message, reader }: Answer,
  isNew: boolean,
): Promise<void> {
  if (chat.kind === "channel" || message.isBrief || isForOne(chat, message)) {
    const rest = message.file ? texts(reader.locale)("press.in-private") : "";
    const { text } = renderTelegram({ ...message, buttons: [] }, reader);
    await ctx.answerCallbackQuery({ text: cut(rest || text, longestAlert), show_alert: true });
    return;
  }
  if (isNew || !message.replaces) {
    await sendMessage(ctx.api, { chatId: chat.id, threadId: chat.threadId }, message, reader);
  } else {
    const { text, ...options } = renderTelegram(message, reader);
    await ctx.editMessageText(text, options).catch(async (error: unknown) => {
      if (!(error instanceof GrammyError)) throw error;
      // Pressed twice: nothing to change. Anything else (too old, deleted): a new message helps.
      if (error.description.includes("is not modified")) return;
      await sendMessage(ctx.api, { chatId: chat.id, threadId: chat.threadId }, message, reader);
    });
  }
  await ctx.answerCallbackQuery().catch(() => undefined);
}
