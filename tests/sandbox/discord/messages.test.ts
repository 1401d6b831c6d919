import { Events, type Message } from "discord.js";
import { expect, test } from "vitest";
import { codeOf, connected, first, group, setUp } from "../../support/emulators/discord.ts";

test("what people say arrives without its text, unless it is private or names the bot", async () => {
  const { emulator, client } = await connected();
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot) void message.reply(`heard [${message.content}]`);
  });
  const say = async (place: string, text: string) =>
    first(await emulator.act({ do: "say", as: "ana", in: place, text })).text;
  expect(await say("group", "hello")).toBe("heard []");
  expect(await say("dm", "hello")).toBe("heard [hello]");
  const mention = `<@${emulator.applicationId}> hello`;
  expect(await say("group", mention)).toBe(`heard [${mention}]`);
});

test("each person gets the reply to their own message", async () => {
  const { emulator, client } = await connected();
  const heard: Message[] = [];
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot) heard.push(message);
    if (heard.length !== 2) return;
    for (const one of heard.splice(0).toReversed()) void one.reply(one.author.username);
  });
  const say = (as: string) => emulator.act({ do: "say", as, in: "group", text: "hello" });
  const answers = await Promise.all([say("ana"), say("leo")]);
  expect(answers.map((one) => first(one).text)).toEqual(["ana", "leo"]);
});

test("a reply carries the message it answers, and nothing before that", async () => {
  const { emulator, client } = await connected();
  const one = await group(client).send("one");
  const two = await one.reply("two");
  const { id } = await two.reply("three");
  const kept = emulator.message({ in: "group", as: "ana", id })?.message;
  expect(kept?.referenced_message?.content).toBe("two");
  expect(kept?.referenced_message).not.toHaveProperty("referenced_message");
});

test("the same nonce sends one message, until three minutes have passed", async () => {
  const { emulator, clock, client } = await connected();
  const send = (nonce: string, enforceNonce = true) =>
    group(client).send({ content: "once", nonce, enforceNonce });
  const { id } = await send("n1");
  clock.now += 180_000;
  expect((await send("n1")).id).toBe(id);
  expect((await send("n2")).id).not.toBe(id);
  expect((await send("n1", false)).id).not.toBe(id);
  clock.now += 180_001;
  expect((await send("n1")).id).not.toBe(id);
  expect(emulator.transcript({ in: "group", as: "ana" })).toHaveLength(4);
});

test("an empty message is 50006, also as an edit", async () => {
  const { emulator, client } = await connected();
  expect(await codeOf(group(client).send({ content: "" }))).toBe(50006);
  const message = await group(client).send("a");
  expect(await codeOf(message.edit({ content: "" }))).toBe(50006);
  expect(emulator.transcript({ in: "group", as: "ana" })).toMatchObject([{ text: "a" }]);
});

test("pins are listed newest first", async () => {
  const { client } = await connected();
  const channel = group(client);
  const sent = [await channel.send("a"), await channel.send("b"), await channel.send("c")];
  await sent[0]?.pin();
  await sent[2]?.pin();
  const { items } = await channel.messages.fetchPins();
  expect(items.map((one) => one.message.content)).toEqual(["c", "a"]);
  await sent[2]?.unpin();
  expect((await channel.messages.fetchPins()).items).toHaveLength(1);
});

test("messages are listed newest first, before and after an id", async () => {
  const { client } = await connected();
  const channel = group(client);
  const ids: string[] = [];
  for (const content of ["a", "b", "c", "d"]) ids.push((await channel.send(content)).id);
  const list = async (options: object) =>
    [...(await channel.messages.fetch(options)).values()].map((one) => one.content).join("");
  expect(await list({ limit: 2 })).toBe("dc");
  expect(await list({ before: ids[2] })).toBe("ba");
  expect(await list({ after: ids[1] })).toBe("dc");
});

test("typing shows for ten seconds or until the message", async () => {
  const { emulator, clock, client } = await connected();
  const typing = () => emulator.isTyping({ in: "group", as: "ana" });
  await group(client).sendTyping();
  expect(typing()).toBe(true);
  clock.now += 10_000;
  expect(typing()).toBe(false);
  await group(client).sendTyping();
  await group(client).send("a");
  expect(typing()).toBe(false);
});

test("a channel keeps its last 500 messages", async () => {
  const { emulator } = await setUp();
  for (let count = 0; count < 502; count++) {
    await emulator.act({ do: "say", as: "ana", in: "talk", text: `${count}` }, 0);
  }
  const seen = emulator.transcript({ in: "talk", as: "leo" });
  expect(seen).toHaveLength(500);
  expect(seen[0]?.text).toBe("2");
});

test("whoever listens hears of changes until they stop", async () => {
  const { emulator } = await setUp();
  let heard = 0;
  const stop = emulator.onChange(() => (heard += 1));
  await emulator.act({ do: "say", as: "ana", in: "group", text: "a" }, 0);
  expect(heard).toBe(1);
  stop();
  await emulator.act({ do: "say", as: "ana", in: "group", text: "b" }, 0);
  expect(heard).toBe(1);
});
