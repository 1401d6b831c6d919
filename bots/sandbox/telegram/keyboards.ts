import type { InlineKeyboardButton, InlineKeyboardMarkup } from "@grammyjs/types";
import { badRequest, isRecord, jsonParam, type Params, textParam } from "./params.ts";
import { urlFault } from "./entities.ts";

/** What a request's `reply_markup` asks for. */
export type Markup = {
  inline?: InlineKeyboardMarkup;
  /** Opens the reply box of those who see the message. */
  forceReply?: { selective: boolean };
};

const MAX_BUTTONS = 100;
const OTHER_ACTIONS = [
  "web_app",
  "login_url",
  "switch_inline_query",
  "switch_inline_query_current_chat",
  "switch_inline_query_chosen_chat",
  "callback_game",
  "pay",
  "disabled",
];

export function markupParam(params: Params): Markup {
  const given = jsonParam(params, "reply_markup");
  if (given === undefined) return {};
  if (!isRecord(given)) return badRequest("object expected as reply markup");
  const forced = given["force_reply"] === true;
  const forceReply = forced ? { forceReply: { selective: given["selective"] === true } } : {};
  if (given["inline_keyboard"] === undefined) return forceReply;
  return { ...forceReply, ...inlineKeyboard(given["inline_keyboard"]) };
}

function inlineKeyboard(rows: unknown): { inline?: InlineKeyboardMarkup } {
  if (!Array.isArray(rows)) {
    return badRequest(
      `field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays`,
    );
  }
  const kept: InlineKeyboardButton[][] = [];
  let count = 0;
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row)) {
      return badRequest(
        `field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays`,
      );
    }
    const buttons = row.filter(isButton);
    count += buttons.length;
    if (buttons.length > 0) kept.push(buttons);
  }
  if (count > MAX_BUTTONS) return badRequest("reply markup is too long");
  // An empty keyboard removes the buttons.
  return kept.length > 0 ? { inline: { inline_keyboard: kept } } : {};
}

/** Refuses anything that is not a button. */
function isButton(button: unknown): button is InlineKeyboardButton {
  if (!isRecord(button)) return bad("InlineKeyboardButton must be an Object");
  if (button["text"] === undefined) return bad(`Can't find field "text"`);
  if (typeof button["text"] !== "string") return bad(`Field "text" must be of type String`);
  if (button["text"].trim() === "") return badRequest("BUTTON_TEXT_INVALID");

  const { callback_data: data, copy_text: copy } = button;
  const url = textParam(button, "url");
  if (data !== undefined) {
    const bytes = typeof data === "string" ? Buffer.byteLength(data) : 0;
    if (bytes < 1 || bytes > 64) return badRequest("BUTTON_DATA_INVALID");
  } else if (url !== undefined) {
    const fault = urlFault(url);
    if (fault) badRequest(`inline keyboard button URL '${url}' is invalid: ${fault}`);
  } else if (copy !== undefined) {
    const text = isRecord(copy) && typeof copy["text"] === "string" ? copy["text"] : "";
    if (text.length < 1 || text.length > 256) return badRequest("BUTTON_COPY_TEXT_INVALID");
  } else if (!OTHER_ACTIONS.some((action) => button[action] !== undefined)) {
    return bad("Text buttons are unallowed in the inline keyboard");
  }
  return true;
}

function bad(reason: string): never {
  return badRequest(`can't parse inline keyboard button: ${reason}`);
}
