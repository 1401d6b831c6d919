import { Client, Events, GatewayIntentBits as Intent, type Message } from "discord.js";
import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import type { DiscordEmulator } from "../../../bots/sandbox/discord/index.ts";
import { api, connected, DEFAULT, GROUP, login, setUp } from "../../support/emulators/discord.ts";

test("a client becomes ready and knows the guild, its channels and threads", async () => {
  const { emulator, client } = await connected();
  const guild = client.guilds.cache.get(emulator.guildId);
  expect(guild?.channels.cache.map((one) => one.name)).toEqual(["general", "talk"]);
  expect(guild?.channels.cache.get("300000000000000002")?.parentId).toBe(GROUP);
  expect(client.user?.id).toBe(emulator.applicationId);
});

test("with the MessageContent intent the text arrives", async () => {
  const { emulator, client } = await connected({ intents: [...DEFAULT, Intent.MessageContent] });
  const heard = once(client, Events.MessageCreate);
  await emulator.act({ do: "say", as: "ana", in: "group", text: "hello" }, 0);
  const [message] = (await heard) as [Message];
  expect(message.content).toBe("hello");
});

test("events nobody asked for are not sent", async () => {
  const { emulator, client } = await connected({ intents: [Intent.Guilds] });
  const seen: string[] = [];
  client.on(Events.Raw as never, ({ t }: { t: string }) => seen.push(t));
  expect(await emulator.act({ do: "say", as: "ana", in: "group", text: "hello" })).toEqual({
    ok: true,
    silent: true,
  });
  emulator.leave("ana");
  const created = once(client, Events.ChannelCreate);
  emulator.addPlace({ key: "new", title: "new", kind: "channel" });
  await created;
  expect(seen).toEqual(["CHANNEL_CREATE"]);
});

test("two clients of the same bot both hear everything", async () => {
  const { emulator } = await setUp();
  const clients = [await login(emulator), await login(emulator)];
  const heard = clients.map((client) => once(client, Events.MessageCreate));
  await emulator.act({ do: "say", as: "ana", in: "dm", text: "hello" }, 0);
  expect(await Promise.all(heard)).toHaveLength(2);
  expect(emulator.gateway.connected()).toBe(2);
  await clients[0]?.destroy();
  await expect.poll(() => emulator.gateway.connected()).toBe(1);
});

test("after a dropped connection the client resumes and gets what it missed", async () => {
  const { emulator, client } = await connected();
  const resumed = once(client, Events.ShardResume);
  const gone = once(client, Events.ShardReconnecting);
  emulator.gateway.drop();
  await gone;
  const heard = once(client, Events.MessageCreate);
  await emulator.act({ do: "say", as: "ana", in: "dm", text: "missed" }, 0);
  const [message] = (await heard) as [Message];
  expect(message.content).toBe("missed");
  await resumed;
});

test("asked to reconnect, the client resumes", async () => {
  const { emulator, client } = await connected();
  const resumed = once(client, Events.ShardResume);
  emulator.gateway.reconnect();
  await resumed;
  expect(emulator.gateway.connected()).toBe(1);
});

test("an invalid session makes the client identify anew", async () => {
  const { emulator, client } = await connected();
  const again = once(client, Events.ShardReady);
  emulator.gateway.invalidate();
  await again;
  expect(emulator.gateway.connected()).toBe(1);
});

async function rawGateway(emulator: DiscordEmulator, payload: unknown) {
  const { url } = (await (await api(emulator, "GET", "/gateway/bot")).json()) as { url: string };
  const socket = new WebSocket(`${url}?v=10&encoding=json`);
  const messages: { op: number; d: unknown }[] = [];
  return await new Promise<{ code?: number; op?: number; d?: unknown }>((resolve) => {
    socket.on("message", (data: Buffer) => {
      messages.push(JSON.parse(data.toString()) as { op: number; d: unknown });
      if (messages.length === 1) return socket.send(JSON.stringify(payload));
      resolve(messages[1] ?? {});
      return socket.close();
    });
    socket.on("close", (code) => resolve({ code }));
  });
}

test("the gateway answers heartbeats and closes with Discord's codes", async () => {
  const { emulator } = await setUp();
  const { token } = emulator;
  const identify = (d: unknown) => rawGateway(emulator, { op: 2, d });
  const properties = {};
  expect(await rawGateway(emulator, { op: 1, d: null })).toMatchObject({ op: 11 });
  expect(await identify({ token: "wrong", intents: 1, properties })).toEqual({ code: 4004 });
  expect(await identify({ token, intents: 2 ** 30, properties })).toEqual({ code: 4013 });
  expect(await rawGateway(emulator, { op: 99 })).toEqual({ code: 4001 });
  const unknown = { op: 6, d: { token, session_id: "gone", seq: 3 } };
  expect(await rawGateway(emulator, unknown)).toMatchObject({ op: 9, d: false });
});

test("a wrong token is refused", async () => {
  const { emulator } = await setUp();
  const client = new Client({ intents: [], rest: { api: emulator.url } });
  await expect(client.login("wrong")).rejects.toThrow("invalid token");
});
