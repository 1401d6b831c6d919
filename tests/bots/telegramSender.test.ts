import { describe, expect, onTestFinished, test } from "vitest";
import { startTelegramEmulator, type TelegramEmulator } from "../../bots/sandbox/telegram/index.ts";
import { createLog } from "../../bots/log.ts";
import { createTelegramSender } from "../../bots/telegram/send.ts";
import { admit, card, mia, notice, role } from "../support/bots/leasedDeliveries.ts";

// The real sender against the emulator: what each end of a try is called in the ledger's words.

async function telegram() {
  const emulator = await startTelegramEmulator({
    people: [mia],
    places: [
      { key: "dm", title: "Plaza", kind: "dm" },
      { key: "talk", title: "Talk", kind: "group", id: "-1001000000001" },
    ],
    isAdmin: () => true,
  });
  onTestFinished(() => emulator.close());
  return {
    emulator,
    sender: createTelegramSender(emulator.token, emulator.url, createLog("silent")),
  };
}

const askToJoin = async (emulator: TelegramEmulator) =>
  await emulator.act({ as: "mia", in: "talk", do: "join" }, 0);
const isIn = (emulator: TelegramEmulator) =>
  emulator.act({ as: "mia", in: "talk", do: "say", text: "hello" }, 0).then(({ ok }) => ok);
const to = { chatId: String(mia.telegramId) };

describe("letting somebody in", () => {
  test.each([true, false])("approved: %s", async (isApproved) => {
    const { emulator, sender } = await telegram();
    await askToJoin(emulator);
    expect(await sender.send(admit({ to, isApproved }))).toEqual({ kind: "sent", messageId: "" });
    expect(await isIn(emulator)).toBe(isApproved);
  });

  test("who is in, took it back or was let in by another admin: nothing there to answer", async () => {
    const { emulator, sender } = await telegram();
    const gone = { kind: "not-there", reason: "the request is no longer open" };
    expect(await sender.send(admit({ to }))).toEqual(gone);
    await askToJoin(emulator);
    emulator.takeBack({ in: "talk", as: "mia" });
    expect(await sender.send(admit({ to }))).toEqual(gone);
    expect(await sender.send(admit({ to, isApproved: false }))).toEqual(gone);
  });

  test("in a chat from which the bot was removed: gone, with Telegram's reason", async () => {
    const { emulator, sender } = await telegram();
    await askToJoin(emulator);
    await emulator.act({ as: "mia", in: "talk", do: "removeBot" }, 0);
    expect(await sender.send(admit({ to }))).toMatchObject({
      kind: "channel-gone",
      reason: expect.stringContaining("kicked") as string,
    });
  });

  test.each([
    ["429", { kind: "later", retryAfterMs: 7_000 }],
    ["500-after", { kind: "ambiguous" }],
    ["drop-before", { kind: "ambiguous" }],
  ] as const)("after %s: tried again", async (kind, expected) => {
    const { emulator, sender } = await telegram();
    await askToJoin(emulator);
    emulator.fault({ kind, count: 1, retryAfter: 7 });
    expect(await sender.send(admit({ to }))).toMatchObject(expected);
  });
});

describe("private messages and cards", () => {
  test("to who never pressed Start, or has blocked the bot, the chat is gone", async () => {
    const { emulator, sender } = await telegram();
    const gone = async (words: string) =>
      expect(await sender.send(notice({ ...to }))).toMatchObject({
        kind: "channel-gone",
        reason: expect.stringContaining(words) as string,
      });
    await gone("can't initiate conversation");
    await emulator.act({ as: "mia", in: "dm", do: "addBot" }, 0);
    expect((await sender.send(notice({ ...to }))).kind).toBe("sent");
    await emulator.act({ as: "mia", in: "dm", do: "removeBot" }, 0);
    await gone("blocked");
  });

  test("a card that a moderator deleted is gone; one that is as it should be counts as done", async () => {
    const { emulator, sender } = await telegram();
    const there = { chatId: "-1001000000001" };
    const sent = await sender.send(card(there));
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    expect(await sender.send({ ...card(there), messageId })).toEqual(sent);
    emulator.deleteMessage({ in: "talk", as: "mia", id: messageId });
    expect(await sender.send({ ...card(there), messageId })).toEqual({ kind: "message-gone" });
  });

  test("what Telegram does not have is never tried", async () => {
    const { emulator, sender } = await telegram();
    expect((await sender.send(role({}))).kind).toBe("refused");
    expect(emulator.requests()).toEqual([]);
  });
});
