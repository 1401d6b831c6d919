import { type Api, type Context, GrammyError } from "grammy";
import type { MaybeInaccessibleMessage } from "grammy/types";
import type { ReplyOptions } from "../../shared/commands/command.ts";
import { cut } from "../../shared/messages/sanitize.ts";
import { texts } from "../../shared/texts/index.ts";
import type { Answer, Request } from "../answer.ts";
import { editMessage } from "./edit.ts";
import { says } from "./errors.ts";
import { renderTelegram } from "./render.ts";
import { sendMessage, type Target } from "./send.ts";

/** https://core.telegram.org/bots/api#answercallbackquery: `text`, 0-200 characters. */
const maxAlertLength = 200;

type Delivered = Answer & { options: ReplyOptions };

/** An ephemeral text without buttons, in a group: an alert shows it to one person alone. */
function fitsAlert({ kind }: Request["chat"], { message, options }: Delivered): boolean {
  const { file, picture, buttons = [] } = message;
  const isText = !options.editsMessage && !file && !picture && buttons.length === 0;
  return kind === "group" && options.ephemeral === true && isText;
}

/**
 * Answers a pressed button. A list or a card that the bot gave to somebody changes in place; what
 * belongs to many (an announcement) stays, and the answer is a message of its own. In a channel,
 * where an answer would be a post for everybody, it is an alert for the person who pressed, and where
 * that comes too late, a message in private.
 */
export async function answerAction(
  ctx: Context,
  { chat }: Request,
  answer: Delivered,
  { keepsMessage, send }: { keepsMessage: boolean; send: (work: () => Promise<void>) => void },
): Promise<void> {
  const { message, options, reader } = answer;
  const to = { chatId: chat.id, threadId: chat.threadId };
  if (chat.kind === "channel" || options.toast || fitsAlert(chat, answer)) {
    const rest = message.file ? texts(reader.locale)("press.in-private") : "";
    const { text } = renderTelegram({ ...message, buttons: [] }, reader);
    try {
      await ctx.answerCallbackQuery({ text: cut(rest || text, maxAlertLength), show_alert: true });
    } catch (error) {
      if (!isTooOld(error)) throw error;
      // Who pressed is no longer waiting: for their eyes alone, as the alert was.
      if (ctx.from) await sendMessage(ctx.api, { chatId: String(ctx.from.id) }, answer);
    }
    return;
  }
  const pressed = ctx.callbackQuery?.message;
  send(async () => {
    if (keepsMessage || !options.editsMessage || !pressed) await sendMessage(ctx.api, to, answer);
    else await replaceMessage(ctx.api, to, pressed, answer);
  });
  // The button stops spinning also where the chat's limit lets the answer wait.
  await ctx.answerCallbackQuery().catch(() => undefined);
}

/** Telegram takes an answer to a press for some 15 seconds. */
function isTooOld(error: unknown): boolean {
  return says(error, /query is too old|QUERY_ID_INVALID/);
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
