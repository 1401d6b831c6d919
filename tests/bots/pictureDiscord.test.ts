import { Events } from "discord.js";
import { PermissionFlagsBits } from "discord-api-types/v10";
import { describe, expect, onTestFinished, test } from "vitest";
import { realClock } from "../../bots/clock.ts";
import { answerInteraction } from "../../bots/discord/answerInteraction.ts";
import { payloadOf } from "../../bots/discord/reply.ts";
import { createDiscordSender } from "../../bots/discord/send.ts";
import { type DiscordEmulator, startDiscordEmulator } from "../../bots/sandbox/discord/index.ts";
import { createLog } from "../../bots/log.ts";
import { illustrated } from "../../bots/pictures/illustrate.ts";
import type { Message } from "../../shared/messages/message.ts";
import { connected, group } from "../support/emulators/discord.ts";
import { bars } from "../support/pictures/examples.ts";
import { distribution, mia, notice } from "../support/bots/leasedDeliveries.ts";

const log = createLog("silent");
const reader = { locale: "en", timezone: "UTC" } as const;
const talk = { chatId: "910000000000000001", isPerson: false };

async function discord() {
  const emulator = await startDiscordEmulator({
    people: [mia],
    places: [{ key: "talk", title: "talk", kind: "channel", id: talk.chatId }],
  });
  onTestFinished(() => emulator.close());
  const sender = createDiscordSender(emulator.token, emulator.url, log);
  return { emulator, sender, seen: () => emulator.transcript({ in: "talk", as: "mia" }) };
}

const isPng = (emulator: DiscordEmulator, url = "") =>
  Buffer.from(emulator.file(url)?.bytes ?? []).toString("latin1", 1, 4) === "PNG";

describe("what the ledger says with a picture", () => {
  test("shows it in the card, with its alternative text; twice under one key is one message", async () => {
    const { emulator, sender, seen } = await discord();
    const sent = await sender.send(distribution(60, talk));
    expect(await sender.send(distribution(60, talk))).toEqual(sent);
    expect(seen()).toHaveLength(1);
    const { picture, embeds, files } = seen()[0] ?? {};
    expect(isPng(emulator, picture?.url)).toBe(true);
    expect(picture?.alt).toContain("Charity 1 $100");
    expect(embeds).toMatchObject([{ image: picture?.url, alt: picture?.alt }]);
    // Not a second time beside the card.
    expect(files).toBeUndefined();
  });

  test("takes the place of words and of another picture; words take its place", async () => {
    const { emulator, sender, seen } = await discord();
    const sent = await sender.send(notice(talk));
    const messageId = sent.kind === "sent" ? sent.messageId : "";
    for (const charities of [3, 5]) {
      expect(await sender.send({ ...distribution(charities, talk), messageId })).toEqual(sent);
      const [message] = seen();
      expect(message?.embeds?.[0]?.image).toBe(message?.picture?.url);
      expect(message?.embeds?.[0]?.description).toContain(`Charity ${charities}`);
      expect(isPng(emulator, message?.picture?.url)).toBe(true);
    }
    const { attachments } =
      emulator.message({ in: "talk", as: "mia", id: messageId })?.message ?? {};
    expect(attachments).toEqual([]);
    expect(await sender.send({ ...notice(talk), messageId })).toEqual(sent);
    expect(seen()).toHaveLength(1);
    expect(seen()[0]?.picture).toBeUndefined();
    expect(seen()[0]?.files).toBeUndefined();
  });

  test("is words alone where the bot may attach nothing", async () => {
    const { emulator, sender, seen } = await discord();
    const { ViewChannel, SendMessages, EmbedLinks } = PermissionFlagsBits;
    emulator.permit(ViewChannel | SendMessages | EmbedLinks);
    expect((await sender.send(distribution(2, talk))).kind).toBe("sent");
    expect(seen()[0]?.embeds?.[0]?.description).toContain("Charity 2");
    expect(seen()[0]?.picture).toBeUndefined();
    emulator.permit(ViewChannel);
    expect((await sender.send({ ...distribution(2, talk), key: "other" })).kind).toBe(
      "channel-gone",
    );
  });
});

describe("an action that edits its message", () => {
  const words: Message = { title: "Words" };
  const chart = (count: number): Message => ({
    title: `Chart ${count}`,
    picture: bars("en", count),
  });

  test.each([
    ["a picture with a picture", chart(1), chart(2)],
    ["words with a picture", words, chart(2)],
    ["a picture with words", chart(1), words],
  ])("%s: the same message, without what it had", async (_what, before, after) => {
    const { emulator, client } = await connected();
    const shown = async (message: Message) => {
      const buttons = [[{ label: "Next", action: "next" }]];
      return {
        ...(await illustrated({ ...message, buttons }, reader, log)),
        options: { editsMessage: true },
        reader,
      };
    };
    client.on(Events.InteractionCreate, (interaction) => {
      if (!interaction.isMessageComponent()) return;
      const parts = { clock: realClock, log };
      void answerInteraction(interaction, { isEphemeral: false }, shown(after), parts);
    });
    const { id } = await group(client).send(payloadOf(await shown(before)));
    const answer = await emulator.act({
      as: "ana",
      in: "group",
      do: "click",
      message: id,
      button: "Next",
    });
    const [message, ...others] = emulator.transcript({ in: "group", as: "ana" });
    expect(answer).toMatchObject({ ok: true, messages: [{ id }] });
    expect(others).toEqual([]);
    expect(message?.embeds).toHaveLength(1);
    expect(message?.embeds?.[0]?.title).toBe(after.title);
    expect(message?.embeds?.[0]?.image).toBe(message?.picture?.url);
    expect(message?.picture?.alt).toBe(after.picture?.alt);
    expect(isPng(emulator, message?.picture?.url)).toBe(after.picture !== undefined);
    expect(message?.files).toBeUndefined();
  });
});

test("an alternative text is cut to what Discord takes", async () => {
  const { emulator, client } = await connected();
  const picture = { ...bars("en", 1), alt: "a".repeat(3_000) };
  await group(client).send(payloadOf(await illustrated({ picture }, reader, log)));
  expect(emulator.transcript({ in: "group", as: "ana" })[0]?.picture?.alt).toHaveLength(1024);
});
