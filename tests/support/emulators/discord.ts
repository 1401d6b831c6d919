import {
  type ChatInputCommandInteraction,
  Client,
  type ClientOptions,
  DiscordAPIError,
  Events,
  GatewayIntentBits as Intent,
  type Interaction,
  Partials,
  SlashCommandBuilder,
  type TextChannel,
} from "discord.js";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import type { ActAnswer, Person, Place } from "../../../bots/sandbox/contract.ts";
import { type DiscordEmulator, startDiscordEmulator } from "../../../bots/sandbox/discord/index.ts";

// Starts the emulator with two people and three places, and logs the real discord.js client in to
// it.

const PEOPLE: Person[] = [
  { key: "ana", name: "Ana", language: "es", telegramId: 1, discordId: "200000000000000001" },
  { key: "leo", name: "Leo", language: "en", telegramId: 2, discordId: "200000000000000002" },
];
const PLACES: Place[] = [
  { key: "dm", title: "Direct", kind: "dm" },
  { key: "group", title: "general", kind: "group", id: "300000000000000001" },
  { key: "talk", title: "talk", kind: "thread", id: "300000000000000002", parent: "group" },
];

export const ANA = "200000000000000001";
export const GROUP = "300000000000000001";
export const DEFAULT = [Intent.Guilds, Intent.GuildMessages, Intent.DirectMessages];

/** An emulator whose clock stands still until the test moves it. */
export async function setUp() {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const emulator = await startDiscordEmulator({
    people: PEOPLE,
    places: PLACES,
    now: () => clock.now,
  });
  onTestFinished(() => emulator.close());
  return { emulator, clock };
}

export async function login(emulator: DiscordEmulator, options: Partial<ClientOptions> = {}) {
  const client = new Client({
    intents: DEFAULT,
    partials: [Partials.Channel],
    // Discord wants five seconds between two identifications; nothing here counts them.
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
    ...options,
    rest: { api: emulator.url, ...options.rest },
  });
  onTestFinished(() => client.destroy());
  const ready = once(client, Events.ClientReady);
  await client.login(emulator.token);
  await ready;
  return client;
}

/** A sandbox with a client that is ready. */
export async function connected(options: Partial<ClientOptions> = {}) {
  const { emulator, clock } = await setUp();
  return { emulator, clock, client: await login(emulator, options) };
}

export const HELLO = new SlashCommandBuilder().setName("hello").setDescription("Says hello");

/** A bot with one command, `hello`, and what it does when asked. */
export async function helloBot(
  answer: (interaction: ChatInputCommandInteraction) => Promise<unknown>,
) {
  const { emulator, clock, client } = await connected();
  await client.application?.commands.set([HELLO.toJSON()]);
  const failures: unknown[] = [];
  on(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await answer(interaction).catch((error: unknown) => failures.push(error));
  });
  const hello = (waitMs?: number) =>
    emulator.act({ do: "command", as: "ana", in: "group", name: "hello" }, waitMs);
  return { emulator, clock, client, failures, hello };
}

export function on(client: Client, handle: (interaction: Interaction) => Promise<unknown>) {
  client.on(Events.InteractionCreate, (interaction) => void handle(interaction));
}

export function group(client: Client): TextChannel {
  return client.channels.cache.get(GROUP) as TextChannel;
}

export function first(answer: ActAnswer) {
  if (!answer.ok) throw new Error(answer.error);
  const message = answer.messages?.[0];
  if (!message) throw new Error("No message came back");
  return message;
}

/** The code Discord refuses with. */
export async function codeOf(promise: Promise<unknown>): Promise<string | number> {
  const error: unknown = await promise.then(
    () => new Error("It was not refused"),
    (error: unknown) => error,
  );
  if (error instanceof DiscordAPIError) return error.code;
  throw error;
}

export async function api(emulator: DiscordEmulator, method: string, path: string, body?: unknown) {
  return await fetch(`${emulator.url}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${emulator.token}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
