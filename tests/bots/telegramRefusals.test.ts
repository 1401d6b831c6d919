import { describe, expect, onTestFinished, test } from "vitest";
import { createLog } from "../../bots/log.ts";
import type { Fault } from "../../bots/sandbox/contract.ts";
import { startTelegramEmulator } from "../../bots/sandbox/telegram/index.ts";
import { createTelegramSender, sendMessage } from "../../bots/telegram/send.ts";
import { passUntil } from "../support/bots/fakedTime.ts";
import { admit, card, distribution, mia, notice } from "../support/bots/leasedDeliveries.ts";
import { startTelegramWorld } from "../support/bots/telegramBot.ts";
import { minute } from "../support/convex/plaza.ts";

// Each of Telegram's refusals at each place where it can come, and what becomes of it there.

const group = "-1001000000001";
const log = createLog("silent");

async function telegram() {
  const emulator = await startTelegramEmulator({
    people: [mia],
    places: [
      { key: "talk", title: "Talk", kind: "group", id: group },
      { key: "topic", title: "Topic", kind: "topic", id: "7", parent: "talk" },
    ],
    isAdmin: () => true,
  });
  onTestFinished(async () => await emulator.close());
  return { emulator, sender: createTelegramSender(emulator.token, emulator.url, log) };
}

type Kind =
  "channel-gone" | "message-gone" | "later" | "refused" | "sent" | "migrated" | "ambiguous";
type Row = [status: number, description: string, posted: Kind, edited: Kind, admitted: Kind];

const bad = (words: string) => `Bad Request: ${words}`;
const off = (status: number, description: string): Row => [
  status,
  description,
  "channel-gone",
  "channel-gone",
  "channel-gone",
];

const table: Row[] = [
  off(400, bad("chat not found")),
  off(400, bad("PEER_ID_INVALID")),
  off(403, "Forbidden: user is deactivated"),
  off(403, "Forbidden: bot was blocked by the user"),
  off(403, "Forbidden: bot was kicked from the supergroup chat"),
  off(403, "Forbidden: bot is not a member of the channel chat"),
  off(403, "Forbidden: the group chat was deleted"),
  off(400, bad("need administrator rights in the channel chat")),
  off(400, bad("CHAT_ADMIN_REQUIRED")),
  off(400, bad("not enough rights to send text messages to the chat")),
  off(400, bad("have no rights to send a message")),
  off(400, bad("CHAT_WRITE_FORBIDDEN")),
  off(400, bad("CHAT_SEND_PLAIN_FORBIDDEN")),
  off(400, bad("CHAT_RESTRICTED")),
  off(400, bad("CHANNEL_PRIVATE")),
  off(400, bad("TOPIC_CLOSED")),
  off(400, bad("TOPIC_DELETED")),
  off(400, bad("TOPIC_ID_INVALID")),
  off(400, bad("message thread not found")),
  [400, bad("message to edit not found"), "message-gone", "message-gone", "message-gone"],
  [400, bad("message can't be edited"), "message-gone", "message-gone", "message-gone"],
  [400, bad("MESSAGE_ID_INVALID"), "message-gone", "message-gone", "message-gone"],
  [400, bad("message is not modified: the same"), "refused", "sent", "refused"],
  [400, bad("message is too long"), "refused", "refused", "refused"],
  [400, bad("can't parse entities"), "refused", "refused", "refused"],
  [401, "Unauthorized", "later", "later", "later"],
  [404, "Not Found", "later", "later", "later"],
  [429, "Too Many Requests: retry after 9", "later", "later", "later"],
  [502, "Bad Gateway", "ambiguous", "ambiguous", "ambiguous"],
];

describe.each(table)("%i %s", (status, description, posted, edited, admitted) => {
  const fault = (only: string): Fault => ({
    kind: "refuse",
    count: 1,
    only,
    refusal: { status, description },
  });

  test(`of a post is ${posted}, of an edit ${edited}, of an admission ${admitted}`, async () => {
    const { emulator, sender } = await telegram();
    emulator.fault(fault("sendMessage"));
    expect((await sender.send(card({ chatId: group }))).kind).toBe(posted);
    const sent = await sender.send(card({ chatId: group }));
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    emulator.fault(fault("editMessageText"));
    expect((await sender.send({ ...notice({ chatId: group }), messageId })).kind).toBe(edited);
    emulator.fault(fault("approveChatJoinRequest"));
    const to = { chatId: String(mia.telegramId) };
    expect((await sender.send(admit({ to }))).kind).toBe(admitted);
    expect(emulator.faults()).toEqual([]);
  });
});

describe("what Telegram's words are kept for", () => {
  test("the reason why a channel is off", async () => {
    const { emulator, sender } = await telegram();
    emulator.permit("talk", "text", false);
    const reason = "Bad Request: not enough rights to send text messages to the chat";
    expect(await sender.send(card({ chatId: group }))).toEqual({ kind: "channel-gone", reason });
  });

  test("a revoked token pauses everything and ends nothing", async () => {
    const { emulator, sender } = await telegram();
    emulator.fault({
      kind: "refuse",
      count: 1,
      refusal: { status: 401, description: "Unauthorized" },
    });
    const ended = await sender.send(card({ chatId: group }));
    expect(ended).toEqual({ kind: "later", retryAfterMs: 60_000, isForAll: true });
  });
});

describe("a topic", () => {
  const topic = { chatId: group, threadId: "7" };
  test.each(["closed", "deleted"] as const)("that was %s is off with that reason", async (how) => {
    const { emulator, sender } = await telegram();
    expect((await sender.send(card(topic))).kind).toBe("sent");
    emulator.endTopic("topic", how);
    const reason = `Bad Request: TOPIC_${how.toUpperCase()}`;
    expect(await sender.send(card(topic))).toEqual({ kind: "channel-gone", reason });
  });

  test("gets words and pictures of the deliveries", async () => {
    const { emulator, sender } = await telegram();
    await sender.send(card(topic));
    await sender.send(distribution(2, topic));
    expect(emulator.transcript({ in: "topic", as: "mia" })).toHaveLength(2);
    expect(emulator.transcript({ in: "talk", as: "mia" })).toHaveLength(0);
  });
});

describe("answers", () => {
  const forum = -1001000000003;

  test("to a button under a picture, and to a command, stay in their topic, with typing there", async () => {
    const world = await startTelegramWorld();
    const { telegram: emulator, startBot, act, say, heard } = world;
    const { api } = await startBot();
    const photo = "https://example.com/chart.png";
    const markup = { inline_keyboard: [[{ text: "Mine", callback_data: "settings" }]] };
    const options = { message_thread_id: 7, caption: "Chart", reply_markup: markup };
    const { message_id } = await api.sendPhoto(forum, photo, options);
    act({ as: "ana", in: "talks", do: "click", message: String(message_id), button: "Mine" });
    await passUntil(minute, () => heard("ana", "talks").length === 2);
    say("ana", "talks", "/help");
    await passUntil(minute, () => heard("ana", "talks").length === 3);
    expect(heard("ana", "forum")).toEqual([]);
    expect(emulator.faults()).toEqual([]);
  });

  test("a slow one shows typing in its topic", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const {
      telegram: emulator,
      startBot,
      say,
      heard,
    } = await startTelegramWorld(async () => await promise);
    await startBot();
    say("ana", "talks", "/help");
    await passUntil(minute, () => emulator.isTyping({ in: "talks", as: "ana" }));
    resolve();
    await passUntil(minute, () => heard("ana", "talks").length === 1);
    expect(emulator.isTyping({ in: "talks", as: "ana" })).toBe(false);
  });

  test("in a chat that the bot may not write to are given up, and the others go on", async () => {
    const { telegram: emulator, startBot, say, heard, lines } = await startTelegramWorld();
    await startBot();
    emulator.permit("group", "text", false);
    say("ana", "group", "/help");
    await passUntil(minute, () => lines.some((line) => line.includes("not enough rights")));
    say("ana", "dm", "/help");
    await passUntil(minute, () => heard("ana").length === 1);
    expect(heard("ana", "group")).toEqual([]);
  });

  test("to a group that has just become a supergroup arrive in it", async () => {
    const { telegram: emulator, startBot, say, heard } = await startTelegramWorld();
    await startBot();
    say("ana", "group", "/help");
    emulator.fault({
      kind: "refuse",
      count: 1,
      only: "sendMessage",
      chat: group,
      refusal: {
        status: 400,
        description: bad("group chat was upgraded to a supergroup chat"),
        parameters: { migrate_to_chat_id: forum },
      },
    });
    await passUntil(minute, () => heard("ana", "forum").length === 1);
    expect(heard("ana", "group")).toEqual([]);
  });
});

describe("nobody in particular", () => {
  const anonymous = {
    id: 1087968824,
    is_bot: true,
    first_name: "Group",
    username: "GroupAnonymousBot",
  };
  const text = (said: string) => ({
    message_id: 900,
    date: 1,
    text: said,
    entities: [{ type: "bot_command" as const, offset: 0, length: said.length }],
  });
  const supergroup = { id: -1001000000001, type: "supergroup" as const, title: "Group" };

  test.each([
    [
      "an anonymous admin reads how to use it",
      "/role",
      { from: anonymous, sender_chat: supergroup },
      true,
    ],
    [
      "somebody who writes as a channel reads it too",
      "/approve",
      {
        from: { id: 136817688, is_bot: true, first_name: "Channel", username: "Channel_Bot" },
        sender_chat: { id: -1001000000002, type: "channel" as const, title: "News" },
      },
      true,
    ],
    [
      "another bot reads nothing",
      "/help",
      { from: { id: 5, is_bot: true, first_name: "Other", username: "other_bot" } },
      false,
    ],
    [
      "a post of the linked channel that Telegram puts there is not answered",
      "/help",
      {
        from: { id: 777000, is_bot: false, first_name: "Telegram" },
        sender_chat: { id: -1001000000002, type: "channel" as const, title: "News" },
        is_automatic_forward: true as const,
      },
      false,
    ],
  ])("%s", async (_what, said, author, isTold) => {
    const { telegram: emulator, startBot, heard, say } = await startTelegramWorld();
    await startBot();
    emulator.push({ message: { ...text(said), ...author, chat: supergroup } });
    say("leo", "dm", "/help");
    await passUntil(minute, () => heard("leo").length === 1 && emulator.pending() === 0);
    const sentences = heard("ana", "group").filter((one) => one.text.includes("Remain anonymous"));
    expect(sentences).toHaveLength(isTold ? 1 : 0);
    expect(heard("ana", "group")).toHaveLength(sentences.length);
  });
});

describe("a chat that takes no files", () => {
  test("gets the words and how to get the file", async () => {
    const { telegram: emulator, startBot } = await startTelegramWorld();
    const { api } = await startBot();
    emulator.permit("group", "documents", false);
    const file = { name: "a.ics", mime: "text/calendar", content: "x" };
    const message = { title: "Your calendar", file };
    await sendMessage(
      api,
      { chatId: group },
      { message, reader: { locale: "en", timezone: "UTC" } },
    );
    const [said] = emulator.transcript({ in: "group", as: "ana" });
    expect(said?.text).toContain("Your calendar");
    expect(said?.text).toContain("takes no files");
  });
});
