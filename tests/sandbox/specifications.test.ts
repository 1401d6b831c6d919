import { describe, expect, test } from "vitest";
import type { Exchange } from "../../bots/sandbox/contract.ts";
import { type DiscordSpecification, discordValidator } from "../support/specifications/discord.ts";
import {
  type TelegramSpecification,
  telegramValidator,
} from "../support/specifications/telegram.ts";
import { readSpecification } from "../support/specifications/traffic.ts";

// What validates the traffic of the end-to-end tests: on a small description in the same format, and
// on the platforms' own where they lie beside the project.

const field = (name: string, types: string[], required = true, description = "") => ({
  name,
  types,
  required,
  description,
});
const smallBotApi: TelegramSpecification = {
  version: "small",
  methods: {
    sendMessage: {
      name: "sendMessage",
      returns: ["Message"],
      fields: [
        field("chat_id", ["Integer", "String"]),
        field("text", ["String"], true, "Text of the message, 1-10 characters"),
        field("entities", ["Array of MessageEntity"], false),
      ],
    },
  },
  types: {
    MessageEntity: { name: "MessageEntity", fields: [field("type", ["String"])] },
    Message: {
      name: "Message",
      fields: [field("message_id", ["Integer"]), field("member", ["Member"], false)],
    },
    Member: { name: "Member", subtypes: ["Owner", "Guest"] },
    Owner: {
      name: "Owner",
      fields: [field("status", ["String"], true, 'Always "owner"'), field("title", ["String"])],
    },
    Guest: { name: "Guest", fields: [field("status", ["String"], true, 'always "guest"')] },
    ResponseParameters: { name: "ResponseParameters", fields: [] },
  },
};
const sent = (parameters: object, answer: object, status = 200): Exchange => ({
  method: "sendMessage",
  body: parameters,
  uploads: [],
  status,
  answer,
});
const text = { chat_id: 7, text: "hello" };
const good = { ok: true, result: { message_id: 1 } };

describe("the Bot API", () => {
  const validate = telegramValidator(smallBotApi);
  const isFine = { request: [], answer: [] };

  test("takes what it describes, in JSON and in forms", () => {
    expect(validate(sent(text, good))).toEqual(isFine);
    const form = { chat_id: "7", text: "12", entities: '[{"type":"bold"}]' };
    expect(validate(sent(form, good))).toEqual(isFine);
    const refusal = { ok: false, error_code: 400, description: "Bad Request" };
    expect(validate(sent(text, refusal, 400))).toEqual(isFine);
  });

  test.each([
    ["an unknown field", { ...text, txt: "hello" }, "txt"],
    ["a missing field", { chat_id: 7 }, "'text'"],
    ["a field of another type", { ...text, text: 7 }, "/text must be string"],
    ["a text too long", { ...text, text: "hello, world" }, "more than 10 characters"],
    ["a wrong part of a list", { ...text, entities: [{ kind: "bold" }] }, "/entities/0"],
  ])("refuses %s in a call", (_, parameters, problem) => {
    expect(validate(sent(parameters, good)).request.join()).toContain(problem);
  });

  test.each([
    ["a missing field", { ok: true, result: {} }, "message_id"],
    [
      "a field of another alternative",
      { ok: true, result: { message_id: 1, member: { status: "guest", title: "Ana" } } },
      "title",
    ],
  ])("refuses %s in an answer", (_, answer, problem) => {
    expect(validate(sent(text, answer)).answer?.join()).toContain(problem);
  });

  test("knows no other method", () => {
    expect(validate({ ...sent(text, good), method: "sendLetter" }).request).toEqual([
      "sendLetter is no method of the Bot API",
    ]);
  });
});

const smallDiscord: DiscordSpecification = {
  paths: {
    "/channels/{channel_id}/messages": {
      post: {
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Create" } } },
        },
        responses: {
          "200": {
            content: { "application/json": { schema: { $ref: "#/components/schemas/Message" } } },
          },
          "4XX": { $ref: "#/components/responses/Refusal" },
        },
      },
      get: { parameters: [{ name: "limit", in: "query" }], responses: { "204": {} } },
    },
  },
  components: {
    schemas: {
      Create: { type: "object", properties: { content: { type: "string", maxLength: 10 } } },
      Message: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
      Refusal: { type: "object", properties: {}, required: ["code"] },
    },
    responses: {
      Refusal: {
        content: { "application/json": { schema: { $ref: "#/components/schemas/Refusal" } } },
      },
    },
  },
};
const posted = (body: unknown, answer: unknown = { id: "1" }, status = 200): Exchange => ({
  method: "POST",
  path: "/channels/7/messages",
  query: {},
  body,
  uploads: [],
  status,
  answer,
});

describe("Discord's HTTP API", () => {
  const validate = discordValidator(smallDiscord);

  test("takes what it describes", () => {
    expect(validate(posted({ content: "hello" }))).toEqual({ request: [], answer: [] });
    expect(validate(posted({ content: "hello" }, { code: 50_035 }, 400)).answer).toEqual([]);
    expect(validate({ ...posted({ content: "hello" }), status: 0 }).answer).toBeUndefined();
  });

  test.each([
    ["an unknown field", posted({ text: "hello" }), "text"],
    ["a text too long", posted({ content: "hello, world" }), "more than 10 characters"],
    ["no body", posted(undefined), "must be object"],
    ["an unknown route", { ...posted({}), path: "/channel/7" }, "is no route"],
    [
      "an unknown query parameter",
      { ...posted(undefined, undefined, 204), method: "GET", query: { max: "3" } },
      "no query parameter max",
    ],
  ])("refuses %s in a request", (_, exchange, problem) => {
    expect(validate(exchange).request.join()).toContain(problem);
  });

  test.each([
    ["a missing field", posted({}, {}), "'id'"],
    ["a refusal without its code", posted({}, { message: "no" }, 400), "'code'"],
    ["a status that is not described", posted({}, {}, 302), "302"],
  ])("refuses %s in an answer", (_, exchange, problem) => {
    expect(validate(exchange).answer?.join()).toContain(problem);
  });
});

const telegram = readSpecification("telegram");
const discord = readSpecification("discord");
const without = "the platforms' descriptions are not in ../shared/specs";

test.runIf(telegram)(
  `the real Bot API refuses a button's data of 65 characters, or ${without}`,
  () => {
    const validate = telegramValidator(telegram as TelegramSpecification);
    const button = (data: string) => ({
      ...text,
      reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: data }]] },
    });
    const refusal = { ok: false, error_code: 403, description: "Forbidden" };
    expect(validate(sent(button("a".repeat(64)), refusal, 403))).toEqual({
      request: [],
      answer: [],
    });
    expect(validate(sent(button("a".repeat(65)), refusal, 403)).request).not.toEqual([]);
  },
);

test.runIf(discord)(
  `the real Discord refuses a link button of 513 characters, or ${without}`,
  () => {
    const validate = discordValidator(discord as DiscordSpecification);
    const linked = (length: number) => {
      const url = `https://example.org/${"a".repeat(length - 20)}`;
      const button = { type: 2, style: 5, label: "Open", url };
      return { content: "hello", components: [{ type: 1, components: [button] }] };
    };
    const refusal = { code: 50_001, message: "Missing Access" };
    expect(validate(posted(linked(512), refusal, 403))).toEqual({ request: [], answer: [] });
    expect(validate(posted(linked(513), refusal, 403)).request).not.toEqual([]);
  },
);
