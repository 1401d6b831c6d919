import { describe, expect, onTestFinished, test } from "vitest";
import { startTelegramEmulator, type TelegramEmulator } from "../../bots/sandbox/telegram/index.ts";
import { createLog } from "../../bots/log.ts";
import { illustrated } from "../../bots/pictures/illustrate.ts";
import { answerAction } from "../../bots/telegram/action.ts";
import { renderTelegram } from "../../bots/telegram/render.ts";
import { chatOf } from "../../bots/telegram/request.ts";
import { createTelegramSender, sendMessage } from "../../bots/telegram/send.ts";
import type { Message } from "../../shared/messages/message.ts";
import { bars } from "../support/pictures/examples.ts";
import { newBot, run } from "../support/emulators/telegram.ts";
import { distribution, mia, notice } from "../support/bots/leasedDeliveries.ts";

const log = createLog("silent");
const reader = { locale: "en", timezone: "UTC" } as const;
const talk = { chatId: "-1001000000001", isPerson: false };

async function telegram() {
  const emulator = await startTelegramEmulator({
    people: [mia],
    places: [
      { key: "dm", title: "Plaza", kind: "dm" },
      { key: "talk", title: "Talk", kind: "group", id: talk.chatId },
    ],
    isAdmin: () => true,
  });
  onTestFinished(() => emulator.close());
  const sender = createTelegramSender(emulator.token, emulator.url, log);
  const seen = () => emulator.transcript({ in: "talk", as: "mia" }).filter((one) => !one.deleted);
  return { emulator, sender, seen };
}

const isPng = (emulator: TelegramEmulator, url = "") =>
  Buffer.from(emulator.file(url)?.bytes ?? []).toString("latin1", 1, 4) === "PNG";

describe("what the ledger says with a picture", () => {
  test("is a photo with the words under it; charities without room there are counted", async () => {
    const { emulator, sender, seen } = await telegram();
    expect((await sender.send(distribution(60, talk))).kind).toBe("sent");
    const [message] = seen();
    expect(isPng(emulator, message?.picture?.url)).toBe(true);
    const { text = "" } = message ?? {};
    expect(text.length).toBeLessThanOrEqual(1024);
    expect(text).toContain("Charity 1 · Valle · $100");
    const hidden = Number(/(\d+) more/.exec(text)?.[1]);
    expect((text.match(/Charity \d+/g)?.length ?? 0) + hidden).toBe(60);
  });

  test("takes the place of a text, and of another picture", async () => {
    const { emulator, sender, seen } = await telegram();
    const sent = await sender.send(notice(talk));
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    const pictures: (string | undefined)[] = [];
    for (const charities of [3, 5]) {
      expect(await sender.send({ ...distribution(charities, talk), messageId })).toEqual(sent);
      expect(seen()).toHaveLength(1);
      expect(seen()[0]?.text).toContain(`Charity ${charities}`);
      pictures.push(seen()[0]?.picture?.url);
      expect(isPng(emulator, pictures.at(-1))).toBe(true);
    }
    expect(pictures[0]).not.toBe(pictures[1]);
  });

  test("becomes words under the picture where there is a picture no more", async () => {
    const { sender, seen } = await telegram();
    const sent = await sender.send(distribution(3, talk));
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    expect(await sender.send({ ...notice(talk), messageId })).toEqual(sent);
    expect(seen()).toHaveLength(1);
    expect(seen()[0]?.text).not.toContain("Charity");
  });

  test("is words alone in a chat that takes no photos, sent or changed", async () => {
    const { emulator, sender, seen } = await telegram();
    emulator.takePhotos("talk", false);
    const sent = await sender.send(distribution(40, talk));
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    // With the whole room of a text.
    expect(seen()[0]?.text).toContain("Charity 40");
    expect(await sender.send({ ...distribution(2, talk), messageId })).toEqual(sent);
    expect(seen()).toMatchObject([{ text: expect.stringContaining("Charity 2") as string }]);
    expect(seen()[0]?.picture).toBeUndefined();
  });
});

describe("an action that edits its message", () => {
  /** A bot that first says `before`, and at the press of its button puts `after` in its place. */
  async function pressed(before: Message, after: Message) {
    const { emulator, seen } = await telegram();
    const shown = async (message: Message) => {
      const buttons = [[{ label: "Next", action: "next" }]];
      const whole = { ...message, buttons };
      const options = { editsMessage: true };
      return { ...(await illustrated(whole, reader, log)), reader, options };
    };
    const sending: Promise<void>[] = [];
    const bot = newBot(emulator);
    bot.on("callback_query:data", async (ctx) => {
      const { message } = ctx.callbackQuery;
      if (!message) return;
      const chat = chatOf(message.chat);
      await answerAction(
        ctx,
        { chat, supportsModals: false, supportsEphemeral: false },
        await shown(after),
        { keepsMessage: false, send: (work) => sending.push(work()) },
      );
    });
    await run(bot);
    const id = await sendMessage(bot.api, talk, await shown(before));
    const press = async () => {
      const act = {
        as: "mia",
        in: "talk",
        do: "click",
        message: String(id),
        button: "Next",
      } as const;
      const answer = await emulator.act(act);
      await Promise.all(sending);
      return answer;
    };
    return { answer: await press(), press, seen, id: String(id), emulator };
  }

  const words: Message = { title: "Words" };
  const chart = (count: number): Message => ({
    title: `Chart ${count}`,
    picture: bars("en", count),
  });

  test.each([
    ["a picture with a picture", chart(1), chart(2)],
    ["words with a picture", words, chart(2)],
  ])("%s: the same message", async (_what, before, after) => {
    const { seen, id, emulator } = await pressed(before, after);
    expect(seen()).toMatchObject([{ id, buttons: [[{ label: "Next" }]] }]);
    expect(seen()[0]?.text).toContain("Chart 2");
    expect(isPng(emulator, seen()[0]?.picture?.url)).toBe(true);
  });

  test("a picture with words: a new message, and the old one is gone", async () => {
    const { seen, id } = await pressed(chart(1), words);
    expect(seen()).toMatchObject([{ text: "Words", buttons: [[{ label: "Next" }]] }]);
    expect(seen()[0]?.id).not.toBe(id);
    expect(seen()[0]?.picture).toBeUndefined();
  });
});

describe("the words under a picture", () => {
  const picture = bars("en", 2);

  test("are its alternative text where there are none", () => {
    const { text } = renderTelegram({ title: "Week", picture }, reader);
    expect(text).toBe(`Week\n\n${picture.alt}`);
  });

  test("never go beyond a caption, however long the lines are", () => {
    const lines = [["🍲".repeat(600)], [{ bold: "x".repeat(900) }]];
    const { text, entities } = renderTelegram({ title: "Week", lines, picture }, reader);
    expect(text.length).toBeLessThanOrEqual(1024);
    expect(text.isWellFormed()).toBe(true);
    for (const { offset, length } of entities)
      expect(offset + length).toBeLessThanOrEqual(text.length);
  });
});
