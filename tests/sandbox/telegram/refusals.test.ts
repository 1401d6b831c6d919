import { InlineKeyboard } from "grammy";
import { expect, test } from "vitest";
import { ANA, api, GROUP, say, setUp } from "../../support/emulators/telegram.ts";

const LONG = "a".repeat(4096);

function keyboard(button: Record<string, unknown>): Record<string, unknown> {
  return { text: "x", reply_markup: { inline_keyboard: [[button]] } };
}

function BUTTON(reason: string): string {
  return `can't parse inline keyboard button: ${reason}`;
}

const REFUSED: [string, Record<string, unknown>, string][] = [
  ["sendMessage", {}, "message text is empty"],
  ["sendMessage", { text: "x" }, "chat_id is empty"],
  ["sendMessage", { text: "x", chat_id: 5 }, "chat not found"],
  ["sendMessage", { text: " \n " }, "message text is empty"],
  ["sendMessage", { text: `${LONG}a` }, "message is too long"],
  ["sendMessage", { text: `${LONG.slice(1)}😀` }, "message is too long"],
  ["sendMessage", { text: "x", parse_mode: "HTML" }, "unsupported parse_mode"],
  ["sendMessage", { text: "x", message_thread_id: 9 }, "message thread not found"],
  [
    "sendMessage",
    { text: "x", reply_parameters: { message_id: 9 } },
    "message to be replied not found",
  ],
  [
    "sendMessage",
    { text: "x", entities: [{ type: "bold", offset: 0, length: 2 }] },
    "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
  ],
  [
    "sendMessage",
    { text: "😀", entities: [{ type: "bold", offset: 0, length: 1 }] },
    "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at UTF-16 offset 1",
  ],
  [
    "sendMessage",
    { text: "x", entities: [{ type: "text_link", offset: 0, length: 1, url: "nowhere" }] },
    "entity URL 'nowhere' is invalid: Wrong HTTP URL",
  ],
  [
    "sendMessage",
    keyboard({ text: "x" }),
    BUTTON("Text buttons are unallowed in the inline keyboard"),
  ],
  ["sendMessage", keyboard({ callback_data: "x" }), BUTTON('Can\'t find field "text"')],
  ["sendMessage", keyboard({ text: "x", callback_data: "" }), "BUTTON_DATA_INVALID"],
  ["sendMessage", keyboard({ text: "x", callback_data: "é".repeat(33) }), "BUTTON_DATA_INVALID"],
  [
    "sendMessage",
    keyboard({ text: "x", url: "ftp://x.org" }),
    "inline keyboard button URL 'ftp://x.org' is invalid: Unsupported URL protocol",
  ],
  ["sendPhoto", {}, "there is no photo in the request"],
  ["sendPhoto", { photo: "no-such-id" }, "wrong file identifier/HTTP URL specified"],
  [
    "sendPhoto",
    { photo: "https://x.org/a.png", caption: "a".repeat(1025) },
    "message caption is too long",
  ],
  ["sendChatAction", { action: "dancing" }, "wrong parameter action in request"],
  ["editMessageText", { text: "x" }, "message identifier is not specified"],
  ["editMessageText", { text: "x", message_id: 9 }, "message to edit not found"],
  ["editMessageText", { text: "x", message_id: 1 }, "message can't be edited"],
  ["deleteMessage", { message_id: 9 }, "message to delete not found"],
  ["pinChatMessage", { message_id: 9 }, "message to pin not found"],
  ["getChatMember", {}, "invalid user_id specified"],
  ["approveChatJoinRequest", { user_id: ANA }, "USER_ALREADY_PARTICIPANT"],
  ["declineChatJoinRequest", { user_id: ANA }, "HIDE_REQUESTER_MISSING"],
  [
    "answerCallbackQuery",
    { callback_query_id: "1" },
    "query is too old and response timeout expired or query ID is invalid",
  ],
];

test.each(REFUSED)("%s of %j is a bad request", async (method, params, reason) => {
  const emulator = await setUp();
  await emulator.act(say("mine", "group"));
  const needsChat = reason !== "chat_id is empty" && params["chat_id"] === undefined;
  const answer = await fetch(`${emulator.url}/bot${emulator.token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...(needsChat && { chat_id: GROUP }), ...params }),
  });
  expect(await answer.json()).toEqual({
    ok: false,
    error_code: 400,
    description: `Bad Request: ${reason}`,
  });
  expect(answer.status).toBe(400);
});

test("what just fits is sent", async () => {
  const emulator = await setUp();
  const bot = api(emulator);
  const sent = await bot.sendMessage(GROUP, `  ${LONG.slice(2)}😀 `, {
    entities: [{ type: "bold", offset: 2, length: 3 }],
    reply_markup: new InlineKeyboard().text("x", "é".repeat(32)),
  });
  expect(sent.text).toHaveLength(4096);
  expect(sent.entities).toEqual([{ type: "bold", offset: 0, length: 3 }]);
});
