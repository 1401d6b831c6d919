import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  Client,
  type ClientOptions,
  DiscordAPIError,
  EmbedBuilder,
  Events,
  GatewayIntentBits as Intent,
  GuildScheduledEventEntityType,
  GuildScheduledEventPrivacyLevel,
  type Interaction,
  LabelBuilder,
  type Message,
  MessageFlags,
  ModalBuilder,
  Partials,
  PermissionFlagsBits,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  type TextChannel,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { once } from "node:events";
import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ActAnswer, Person, Place } from "../../bots/local/contract.ts";
import { type DiscordStandIn, startDiscordStandIn } from "../../bots/local/discord/index.ts";

const PEOPLE: Person[] = [
  { key: "ana", name: "Ana", language: "es", telegramId: 1, discordId: "200000000000000001" },
  { key: "leo", name: "Leo", language: "en", telegramId: 2, discordId: "200000000000000002" },
];
const PLACES: Place[] = [
  { key: "dm", title: "Direct", kind: "dm" },
  { key: "group", title: "general", kind: "group", id: "300000000000000001" },
  { key: "talk", title: "talk", kind: "thread", id: "300000000000000002", parent: "group" },
];
const ANA = "200000000000000001";
const GROUP = "300000000000000001";
const DEFAULT = [Intent.Guilds, Intent.GuildMessages, Intent.DirectMessages];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A stand-in whose clock stands still until the test moves it. */
async function stage() {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const standIn = await startDiscordStandIn({
    people: PEOPLE,
    places: PLACES,
    now: () => clock.now,
  });
  closing.push(() => standIn.close());
  return { standIn, clock };
}

async function login(standIn: DiscordStandIn, options: Partial<ClientOptions> = {}) {
  const client = new Client({
    intents: DEFAULT,
    partials: [Partials.Channel],
    // Discord wants five seconds between two identifications; nothing here counts them.
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
    ...options,
    rest: { api: standIn.url, ...options.rest },
  });
  closing.push(() => client.destroy());
  const ready = once(client, Events.ClientReady);
  await client.login(standIn.token);
  await ready;
  return client;
}

const HELLO = new SlashCommandBuilder().setName("hello").setDescription("Says hello");

/** A bot with one command, `hello`, and what it does when asked. */
async function helloBot(answer: (interaction: ChatInputCommandInteraction) => Promise<unknown>) {
  const { standIn, clock } = await stage();
  const client = await login(standIn);
  await client.application?.commands.set([HELLO.toJSON()]);
  const failures: unknown[] = [];
  on(client, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await answer(interaction).catch((error: unknown) => failures.push(error));
  });
  const hello = (waitMs?: number) =>
    standIn.act({ do: "command", as: "ana", in: "group", name: "hello" }, waitMs);
  return { standIn, clock, client, failures, hello };
}

function on(client: Client, handle: (interaction: Interaction) => Promise<unknown>) {
  client.on(Events.InteractionCreate, (interaction) => void handle(interaction));
}

function group(client: Client): TextChannel {
  return client.channels.cache.get(GROUP) as TextChannel;
}

function first(answer: ActAnswer) {
  if (!answer.ok) throw new Error(answer.error);
  const message = answer.messages?.[0];
  if (!message) throw new Error("No message came back");
  return message;
}

/** The code Discord refuses with. */
async function codeOf(promise: Promise<unknown>): Promise<string | number> {
  const error: unknown = await promise.then(
    () => new Error("It was not refused"),
    (error: unknown) => error,
  );
  if (error instanceof DiscordAPIError) return error.code;
  throw error;
}

async function api(standIn: DiscordStandIn, method: string, path: string, body?: unknown) {
  return await fetch(`${standIn.url}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${standIn.token}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const button = (id: string, label = id) =>
  new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Primary);
const row = (...buttons: ButtonBuilder[]) =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(...buttons);

test("a client becomes ready and knows the guild, its channels and threads", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const guild = client.guilds.cache.get(standIn.guildId);
  expect(guild?.channels.cache.map((one) => one.name)).toEqual(["general", "talk"]);
  expect(guild?.channels.cache.get("300000000000000002")?.parentId).toBe(GROUP);
  expect(client.user?.id).toBe(standIn.applicationId);
});

test("a command's answer comes back, and a private one is seen by its person only", async () => {
  const { standIn, hello } = await helloBot((interaction) =>
    interaction.reply({ content: `Hello ${interaction.locale}`, flags: MessageFlags.Ephemeral }),
  );
  expect(first(await hello())).toMatchObject({
    from: "plaza",
    text: "Hello es-ES",
    ephemeral: true,
  });
  expect(standIn.transcript({ in: "group", as: "ana" })).toHaveLength(1);
  expect(standIn.transcript({ in: "group", as: "leo" })).toEqual([]);
});

test("only leo runs the server", async () => {
  const { standIn, hello } = await helloBot((interaction) =>
    interaction.reply(String(interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild))),
  );
  expect(first(await hello()).text).toBe("false");
  const asLeo = await standIn.act({ do: "command", as: "leo", in: "group", name: "hello" });
  expect(first(asLeo).text).toBe("true");
});

test("a command in direct messages has no guild and answers there", async () => {
  const { standIn } = await helloBot((interaction) =>
    interaction.reply(`${interaction.inGuild()} ${interaction.channel?.isDMBased()}`),
  );
  const answer = await standIn.act({ do: "command", as: "ana", in: "dm", name: "hello" });
  expect(first(answer).text).toBe("false true");
  expect(standIn.transcript({ in: "dm", as: "leo" })).toEqual([]);
});

const CHANNEL = new SlashCommandBuilder()
  .setName("channel")
  .setDescription("Channels")
  .addSubcommand((sub) =>
    sub
      .setName("subscribe")
      .setDescription("Subscribe")
      .addStringOption((o) =>
        o.setName("what").setDescription("What").setRequired(true).setAutocomplete(true),
      )
      .addIntegerOption((o) => o.setName("hours").setDescription("Hours").setMaxValue(48))
      .addBooleanOption((o) => o.setName("quiet").setDescription("Quiet")),
  );

async function channelBot() {
  const { standIn } = await stage();
  const client = await login(standIn);
  await client.application?.commands.set([CHANNEL.toJSON()]);
  on(client, async (interaction) => {
    if (interaction.isAutocomplete()) {
      const typed = interaction.options.getFocused();
      await interaction.respond([{ name: `${typed} talks`, value: "t1" }]);
    } else if (interaction.isChatInputCommand()) {
      const { options } = interaction;
      const told = [
        options.getString("what"),
        options.getInteger("hours"),
        options.getBoolean("quiet"),
      ];
      await interaction.reply(JSON.stringify([options.getSubcommand(), ...told]));
    }
  });
  return (name: string, options: Record<string, string>) =>
    standIn.act({ do: "command", as: "ana", in: "group", name, options });
}

test("flat options of a subcommand are typed as it was registered", async () => {
  const run = await channelBot();
  const answer = await run("channel subscribe", { what: "all", hours: "24", quiet: "true" });
  expect(first(answer).text).toBe('["subscribe","all",24,true]');
});

test.for([
  ["channel subscribe", {}, "what: This option is required. Specify a value."],
  ["channel subscribe", { what: "x", hours: "soon" }, "hours: Enter a whole number."],
  ["channel subscribe", { what: "x", hours: "49" }, "hours: Enter 48 or less."],
  ["channel subscribe", { what: "x", much: "1" }, 'This command has no option "much".'],
  ["channel", {}, "/channel needs one of: subscribe."],
  ["channel leave", {}, "There is no command /channel leave here."],
  ["nothing", {}, "There is no command /nothing here."],
] as const)(
  "a command that Discord would not send is refused: %s %o",
  async ([name, options, error]) => {
    const run = await channelBot();
    expect(await run(name, options)).toEqual({ ok: false, error });
  },
);

test("autocomplete gives the choices the bot offers", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  await client.application?.commands.set([CHANNEL.toJSON()]);
  on(client, async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    await interaction.respond([{ name: `${interaction.options.getFocused()}-talks`, value: "t1" }]);
  });
  const answer = await standIn.act({
    do: "autocomplete",
    as: "ana",
    in: "group",
    name: "channel subscribe",
    option: "what",
    value: "mo",
  });
  expect(answer).toEqual({ ok: true, choices: [{ name: "mo-talks", value: "t1" }] });
});

test("a command for administrators is not there for others", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  await client.application?.commands.set([
    { ...HELLO.toJSON(), default_member_permissions: String(PermissionFlagsBits.ManageGuild) },
  ]);
  on(client, async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply("in");
  });
  const act = (as: string) => standIn.act({ do: "command", as, in: "group", name: "hello" });
  expect(await act("ana")).toMatchObject({ ok: false });
  expect(first(await act("leo")).text).toBe("in");
});

test("registered commands keep their localizations and their ids", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const command = { ...HELLO.toJSON(), name_localizations: { "es-ES": "hola" } };
  const [before] = [...((await client.application?.commands.set([command])) ?? []).values()];
  await client.application?.commands.set([command]);
  expect(standIn.commands()[0]?.name_localizations).toEqual({ "es-ES": "hola" });
  expect(standIn.commands()[0]?.id).toBe(before?.id);
});

test("a deferred answer counts only once it is filled in, and stays as private as deferred", async () => {
  let busy = false;
  const { standIn, hello } = await helloBot(async (interaction) => {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    busy = standIn.isTyping({ in: "group", as: "ana" });
    await interaction.editReply("Done");
  });
  const { id, text, ephemeral } = first(await hello());
  expect([text, ephemeral]).toEqual(["Done", true]);
  const flags = standIn.message({ in: "group", as: "ana", id })?.message.flags;
  expect(flags).toBe(MessageFlags.Ephemeral);
  expect(busy).toBe(true);
  expect(standIn.transcript({ in: "group", as: "leo" })).toEqual([]);
  expect(standIn.transcript({ in: "group", as: "ana" })[0]).not.toHaveProperty("edited");
});

test("the first follow-up after a deferral becomes the answer, with the deferral's privacy", async () => {
  const { standIn, hello } = await helloBot(async (interaction) => {
    await interaction.deferReply();
    await interaction.followUp({ content: "One", flags: MessageFlags.Ephemeral });
  });
  expect(first(await hello())).not.toHaveProperty("ephemeral");
  expect(standIn.transcript({ in: "group", as: "leo" })).toMatchObject([{ text: "One" }]);
});

test("the bot can read, edit and delete its answer and its follow-ups", async () => {
  const seen: string[] = [];
  const { standIn, failures, hello } = await helloBot(async (interaction) => {
    await interaction.reply("a");
    const extra = await interaction.followUp("b");
    await interaction.editReply("c");
    seen.push((await interaction.fetchReply()).content);
    await interaction.editReply({ message: extra, content: "d" });
    await interaction.deleteReply();
    seen.push(String(await codeOf(interaction.fetchReply())));
    const done = standIn.transcript({ in: "group", as: "leo" });
    seen.push(...done.map((one) => (one.deleted ? "gone" : one.text)));
    await group(interaction.client).send("over");
  });
  const over = once(standInEvents(standIn), "over");
  await hello();
  await over;
  expect(failures).toEqual([]);
  expect(seen).toEqual(["c", "10008", "gone", "d"]);
});

/** Fires "over" once the bot has said so in the group. */
function standInEvents(standIn: DiscordStandIn): EventTarget {
  const events = new EventTarget();
  const stop = standIn.onChange(() => {
    if (standIn.transcript({ in: "group", as: "leo" }).at(-1)?.text !== "over") return;
    stop();
    events.dispatchEvent(new Event("over"));
  });
  return events;
}

test("an answer can be asked back with the response", async () => {
  const ids: (string | undefined)[] = [];
  const { hello } = await helloBot(async (interaction) => {
    const { resource } = await interaction.reply({ content: "Hi", withResponse: true });
    ids.push(resource?.message?.id);
    await interaction.editReply("Hi again");
  });
  const { id } = first(await hello());
  await expect.poll(() => ids).toEqual([id]);
});

async function buttonBot(press: (interaction: Interaction) => Promise<unknown>) {
  const { standIn } = await stage();
  const client = await login(standIn);
  on(client, press);
  const link = new ButtonBuilder()
    .setLabel("Web")
    .setStyle(ButtonStyle.Link)
    .setURL("https://x.org");
  const components = [row(button("go", "Go"), button("no", "No").setDisabled(true), link)];
  const { id } = await group(client).send({ content: "Press", components });
  const click = (label: string, waitMs?: number) =>
    standIn.act({ do: "click", as: "ana", in: "group", message: id, button: label }, waitMs);
  return { standIn, id, click };
}

test("a button's message can be changed in the answer, later, or like any other message", async () => {
  let way = 0;
  const { standIn, id, click } = await buttonBot(async (interaction) => {
    if (!interaction.isButton()) return;
    const now = ++way;
    if (now === 1) await interaction.update("at once");
    else await interaction.deferUpdate();
    if (now === 2) await interaction.editReply("later");
    if (now === 3) await interaction.message.edit("as usual");
  });
  for (const text of ["at once", "later", "as usual"]) {
    expect(first(await click("Go"))).toMatchObject({ id, text });
  }
  expect(standIn.transcript({ in: "group", as: "leo" })).toHaveLength(1);
});

test("a deferred update alone is no answer", async () => {
  const { click } = await buttonBot(async (interaction) => {
    if (interaction.isButton()) await interaction.deferUpdate();
  });
  expect(await click("Go", 50)).toEqual({ ok: true, silent: true });
});

test("an interaction nobody acknowledges says so", async () => {
  const { click } = await buttonBot(async () => {});
  const toast = "The application did not respond";
  expect(await click("Go", 20)).toEqual({ ok: true, silent: true, toast });
});

test("only buttons that are there, enabled and not links can be clicked", async () => {
  const { standIn, click, id } = await buttonBot(async () => {});
  for (const label of ["No", "Web", "Else"])
    expect(await click(label)).toMatchObject({ ok: false });
  const gone = { do: "click", as: "ana", in: "talk", message: id, button: "Go" } as const;
  expect(await standIn.act(gone)).toMatchObject({ ok: false });
});

test("a menu's choice arrives by value", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  on(client, async (interaction) => {
    if (interaction.isStringSelectMenu()) await interaction.reply(interaction.values.join("+"));
  });
  const menu = new StringSelectMenuBuilder()
    .setCustomId("days")
    .setMaxValues(2)
    .addOptions({ label: "Monday", value: "1" }, { label: "Tuesday", value: "2" });
  const components = [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)];
  const { id } = await group(client).send({ content: "When?", components });
  const choose = (...values: string[]) =>
    standIn.act({ do: "choose", as: "leo", in: "group", message: id, menu: "days", values });
  expect(first(await choose("1", "Tuesday")).text).toBe("1+2");
  expect(await choose("3")).toMatchObject({ ok: false });
  expect(await choose()).toMatchObject({ ok: false });
  expect(standIn.transcript({ in: "group", as: "ana" })[0]?.menus?.[0]?.options).toHaveLength(2);
});

test("a form opens, checks what is filled in, and is sent once", async () => {
  const title = new TextInputBuilder()
    .setCustomId("title")
    .setLabel("Title")
    .setStyle(TextInputStyle.Short)
    .setMaxLength(5);
  const { standIn, client, hello } = await helloBot((interaction) =>
    interaction.showModal(
      new ModalBuilder()
        .setCustomId("form")
        .setTitle("Form")
        .addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(title)),
    ),
  );
  on(client, async (interaction) => {
    if (!interaction.isModalSubmit()) return;
    await interaction.reply(interaction.fields.getTextInputValue("title"));
  });
  const field = { id: "title", label: "Title", required: true, multiline: false };
  const modal = { id: "form", title: "Form", fields: [field] };
  expect(await hello()).toEqual({ ok: true, modal });
  const submit = (fields: Record<string, string>) =>
    standIn.act({ do: "submit", as: "ana", in: "group", modal: "form", fields });
  expect(await submit({})).toEqual({ ok: false, error: "Title: This field is required." });
  expect(await submit({ title: "too long" })).toMatchObject({ ok: false });
  expect(first(await submit({ title: "Short" })).text).toBe("Short");
  expect(await submit({ title: "Short" })).toMatchObject({ ok: false });
});

test("a form with labels is filled in by its fields", async () => {
  const input = new TextInputBuilder().setCustomId("why").setStyle(TextInputStyle.Paragraph);
  const label = new LabelBuilder().setLabel("Why?").setTextInputComponent(input);
  const { standIn, client, hello } = await helloBot((interaction) =>
    interaction.showModal(
      new ModalBuilder().setCustomId("form").setTitle("Form").addLabelComponents(label),
    ),
  );
  on(client, async (interaction) => {
    if (!interaction.isModalSubmit()) return;
    await interaction.reply(interaction.fields.getTextInputValue("why"));
  });
  const opened = await hello();
  expect(opened.ok && opened.modal?.fields[0]).toMatchObject({ label: "Why?", multiline: true });
  const fields = { why: "Because" };
  const sent = await standIn.act({ do: "submit", as: "ana", in: "group", modal: "form", fields });
  expect(first(sent).text).toBe("Because");
});

test("a Components V2 message shows its texts and buttons, and takes no content", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const flags = MessageFlags.IsComponentsV2;
  const inside = [{ type: 10, content: "One" }, { type: 10, content: "Two" }, rowOf(rawButton())];
  const components = [{ type: 17, components: inside }];
  const path = `/channels/${GROUP}/messages` as const;
  await client.rest.post(path, { body: { flags, components } });
  const [shown] = standIn.transcript({ in: "group", as: "ana" });
  expect(shown).toMatchObject({ text: "One\nTwo", buttons: [[{ label: "a" }]] });
  const both = client.rest.post(path, { body: { flags, components, content: "a" } });
  expect(await codeOf(both)).toBe(50035);
});

test("what people say arrives without its text, unless it is private or names the bot", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot) void message.reply(`heard [${message.content}]`);
  });
  const say = async (place: string, text: string) =>
    first(await standIn.act({ do: "say", as: "ana", in: place, text })).text;
  expect(await say("group", "hello")).toBe("heard []");
  expect(await say("dm", "hello")).toBe("heard [hello]");
  const mention = `<@${standIn.applicationId}> hello`;
  expect(await say("group", mention)).toBe(`heard [${mention}]`);
});

test("each person gets the reply to their own message", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const heard: Message[] = [];
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot) heard.push(message);
    if (heard.length !== 2) return;
    for (const one of heard.splice(0).toReversed()) void one.reply(one.author.username);
  });
  const say = (as: string) => standIn.act({ do: "say", as, in: "group", text: "hello" });
  const answers = await Promise.all([say("ana"), say("leo")]);
  expect(answers.map((one) => first(one).text)).toEqual(["ana", "leo"]);
});

test("a reply carries the message it answers, and nothing before that", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const one = await group(client).send("one");
  const two = await one.reply("two");
  const { id } = await two.reply("three");
  const kept = standIn.message({ in: "group", as: "ana", id })?.message;
  expect(kept?.referenced_message?.content).toBe("two");
  expect(kept?.referenced_message).not.toHaveProperty("referenced_message");
});

test("with the MessageContent intent the text arrives", async () => {
  const { standIn } = await stage();
  const client = await login(standIn, { intents: [...DEFAULT, Intent.MessageContent] });
  const heard = once(client, Events.MessageCreate);
  await standIn.act({ do: "say", as: "ana", in: "group", text: "hello" }, 0);
  const [message] = (await heard) as [Message];
  expect(message.content).toBe("hello");
});

test("events nobody asked for are not sent", async () => {
  const { standIn } = await stage();
  const client = await login(standIn, { intents: [Intent.Guilds] });
  const seen: string[] = [];
  client.on(Events.Raw as never, ({ t }: { t: string }) => seen.push(t));
  expect(await standIn.act({ do: "say", as: "ana", in: "group", text: "hello" })).toEqual({
    ok: true,
    silent: true,
  });
  standIn.leave("ana");
  const created = once(client, Events.ChannelCreate);
  standIn.addPlace({ key: "new", title: "new", kind: "channel" });
  await created;
  expect(seen).toEqual(["CHANNEL_CREATE"]);
});

test("two clients of the same bot both hear everything", async () => {
  const { standIn } = await stage();
  const clients = [await login(standIn), await login(standIn)];
  const heard = clients.map((client) => once(client, Events.MessageCreate));
  await standIn.act({ do: "say", as: "ana", in: "dm", text: "hello" }, 0);
  expect(await Promise.all(heard)).toHaveLength(2);
  expect(standIn.gateway.connected()).toBe(2);
  await clients[0]?.destroy();
  await expect.poll(() => standIn.gateway.connected()).toBe(1);
});

test("after a dropped connection the client resumes and gets what it missed", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const resumed = once(client, Events.ShardResume);
  const gone = once(client, Events.ShardReconnecting);
  standIn.gateway.drop();
  await gone;
  const heard = once(client, Events.MessageCreate);
  await standIn.act({ do: "say", as: "ana", in: "dm", text: "missed" }, 0);
  const [message] = (await heard) as [Message];
  expect(message.content).toBe("missed");
  await resumed;
});

test("asked to reconnect, the client resumes", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const resumed = once(client, Events.ShardResume);
  standIn.gateway.reconnect();
  await resumed;
  expect(standIn.gateway.connected()).toBe(1);
});

test("an invalid session makes the client identify anew", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const again = once(client, Events.ShardReady);
  standIn.gateway.invalidate();
  await again;
  expect(standIn.gateway.connected()).toBe(1);
});

async function rawGateway(standIn: DiscordStandIn, payload: unknown) {
  const { url } = (await (await api(standIn, "GET", "/gateway/bot")).json()) as { url: string };
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
  const { standIn } = await stage();
  const { token } = standIn;
  const identify = (d: unknown) => rawGateway(standIn, { op: 2, d });
  const properties = {};
  expect(await rawGateway(standIn, { op: 1, d: null })).toMatchObject({ op: 11 });
  expect(await identify({ token: "wrong", intents: 1, properties })).toEqual({ code: 4004 });
  expect(await identify({ token, intents: 2 ** 30, properties })).toEqual({ code: 4013 });
  expect(await rawGateway(standIn, { op: 99 })).toEqual({ code: 4001 });
  const unknown = { op: 6, d: { token, session_id: "gone", seq: 3 } };
  expect(await rawGateway(standIn, unknown)).toMatchObject({ op: 9, d: false });
});

test("a wrong token is refused", async () => {
  const { standIn } = await stage();
  const client = new Client({ intents: [], rest: { api: standIn.url } });
  await expect(client.login("wrong")).rejects.toThrow("invalid token");
});

test("the same nonce sends one message, until three minutes have passed", async () => {
  const { standIn, clock } = await stage();
  const client = await login(standIn);
  const send = (nonce: string, enforceNonce = true) =>
    group(client).send({ content: "once", nonce, enforceNonce });
  const { id } = await send("n1");
  clock.now += 180_000;
  expect((await send("n1")).id).toBe(id);
  expect((await send("n2")).id).not.toBe(id);
  expect((await send("n1", false)).id).not.toBe(id);
  clock.now += 180_001;
  expect((await send("n1")).id).not.toBe(id);
  expect(standIn.transcript({ in: "group", as: "ana" })).toHaveLength(4);
});

const text = (length: number) => "x".repeat(length);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
const rowOf = (...components: unknown[]) => ({ type: 1, components });
const rawButton = (more: object = {}) => ({
  type: 2,
  style: 1,
  label: "a",
  custom_id: "a",
  ...more,
});
const buttons = (count: number) => times(count, (i) => rawButton({ custom_id: `${i}` }));
const rawMenu = (count: number) => ({
  type: 3,
  custom_id: "m",
  options: times(count, (i) => ({ label: `${i}`, value: `${i}` })),
});
const embed = (...embeds: object[]) => ({ embeds });
const rows = (...components: object[]) => ({ content: "a", components });
const field = { name: "a", value: "b" };
const inRow = "components.0.components";

test.for([
  ["2000 characters", { content: text(2000) }, ""],
  ["2001 characters", { content: text(2001) }, "content"],
  ["a title of 257", embed({ title: text(257) }), "embeds.0.title"],
  ["a description of 4097", embed({ description: text(4097) }), "embeds.0.description"],
  ["25 fields", embed({ fields: times(25, () => field) }), ""],
  ["26 fields", embed({ fields: times(26, () => field) }), "embeds.0.fields"],
  ["an empty field", embed({ fields: [{ ...field, value: "" }] }), "embeds.0.fields.0.value"],
  ["a name of 257", embed({ fields: [{ ...field, name: text(257) }] }), "embeds.0.fields.0.name"],
  [
    "a value of 1025",
    embed({ fields: [{ ...field, value: text(1025) }] }),
    "embeds.0.fields.0.value",
  ],
  ["a footer of 2049", embed({ footer: { text: text(2049) } }), "embeds.0.footer.text"],
  ["6000 over two embeds", embed({ description: text(4000) }, { description: text(2000) }), ""],
  [
    "6001 over two embeds",
    embed({ description: text(4000) }, { description: text(2001) }),
    "embeds",
  ],
  ["11 embeds", { embeds: times(11, () => ({ title: "a" })) }, "embeds"],
  ["5 buttons in a row", rows(rowOf(...buttons(5))), ""],
  ["6 buttons in a row", rows(rowOf(...buttons(6))), inRow],
  ["a menu beside a button", rows(rowOf(rawButton(), rawMenu(1))), inRow],
  ["6 rows", rows(...buttons(6).map((one) => rowOf(one))), "components"],
  ["a custom_id of 101", rows(rowOf(rawButton({ custom_id: text(101) }))), `${inRow}.0.custom_id`],
  ["no custom_id", rows(rowOf(rawButton({ custom_id: undefined }))), `${inRow}.0.custom_id`],
  ["one custom_id twice", rows(rowOf(rawButton(), rawButton())), `${inRow}.1.custom_id`],
  ["a label of 81", rows(rowOf(rawButton({ label: text(81) }))), `${inRow}.0.label`],
  ["25 options", rows(rowOf(rawMenu(25))), ""],
  ["26 options", rows(rowOf(rawMenu(26))), `${inRow}.0.options`],
  ["a nonce of 26", { content: "a", nonce: text(26) }, "nonce"],
  [
    "mentions both named and all",
    { content: "a", allowed_mentions: { parse: ["users"], users: ["1"] } },
    "allowed_mentions",
  ],
] as const)("a message with %s", async ([, body, where]) => {
  const { standIn } = await stage();
  const response = await api(standIn, "POST", `/channels/${GROUP}/messages`, body);
  expect(response.status).toBe(where === "" ? 200 : 400);
  if (where === "") return;
  const { code, errors } = (await response.json()) as { code: number; errors: unknown };
  expect(code).toBe(50035);
  const at = where.split(".").reduce((tree, key) => (tree as Record<string, unknown>)[key], errors);
  expect(at).toHaveProperty("_errors.0.message");
});

test("autocomplete takes 25 choices and no more, and says where the 26th is wrong", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  await client.application?.commands.set([CHANNEL.toJSON()]);
  const codes: unknown[] = [];
  on(client, async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const many = Array.from({ length: 26 }, (_, index) => ({
      name: `${index}`,
      value: `${index}`,
    }));
    codes.push(await codeOf(interaction.respond(many)));
    await interaction.respond(many.slice(0, 25));
  });
  const name = "channel subscribe";
  const act = {
    do: "autocomplete",
    as: "ana",
    in: "group",
    name,
    option: "what",
    value: "",
  } as const;
  const answer = await standIn.act(act);
  expect(answer.ok && answer.choices).toHaveLength(25);
  expect(codes).toEqual([50035]);
});

test("an empty message is 50006, also as an edit", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  expect(await codeOf(group(client).send({ content: "" }))).toBe(50006);
  const message = await group(client).send("a");
  expect(await codeOf(message.edit({ content: "" }))).toBe(50006);
  expect(standIn.transcript({ in: "group", as: "ana" })).toMatchObject([{ text: "a" }]);
});

test("an interaction must be answered within three seconds: 10062", async () => {
  const { clock, failures, hello } = await helloBot(async (interaction) => {
    clock.now += 3001;
    await interaction.reply("too late");
  });
  await hello(100);
  await expect.poll(() => failures).toMatchObject([{ code: 10062 }]);
});

test("an interaction can be acknowledged once: 40060", async () => {
  const { standIn, clock, failures, hello } = await helloBot(async (interaction) => {
    await interaction.reply("one");
    clock.now += 5000;
    interaction.replied = false;
    await interaction.reply("two");
  });
  await hello();
  await expect.poll(() => failures).toMatchObject([{ code: 40060 }]);
  expect(standIn.transcript({ in: "group", as: "ana" })).toHaveLength(1);
});

test("an interaction's token works for fifteen minutes: 50027", async () => {
  const { clock, failures, hello } = await helloBot(async (interaction) => {
    await interaction.reply("one");
    clock.now += 900_000;
    await interaction.editReply("two");
    clock.now += 1;
    await interaction.editReply("three");
  });
  await hello();
  await expect.poll(() => failures).toMatchObject([{ code: 50027 }]);
});

test("what is not there has its own code", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const guild = await client.guilds.fetch(standIn.guildId);
  expect(await codeOf(client.channels.fetch("1"))).toBe(10003);
  expect(await codeOf(group(client).messages.fetch("1"))).toBe(10008);
  expect(await codeOf(client.guilds.fetch("1"))).toBe(10004);
  expect(await codeOf(guild.members.fetch("1"))).toBe(10013);
  expect(await codeOf(client.users.createDM("1"))).toBe(50033);
  standIn.deletePlace("group");
  expect(await codeOf(client.rest.post(`/channels/${GROUP}/messages`))).toBe(10003);
});

test("without the bot in the place it is 50001, and its people are not heard", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  await standIn.act({ do: "removeBot", as: "leo", in: "group" });
  expect(await codeOf(group(client).send("a"))).toBe(50001);
  const said = await standIn.act({ do: "say", as: "ana", in: "group", text: "hi" });
  expect(said).toEqual({ ok: true, silent: true });
  await standIn.act({ do: "addBot", as: "leo", in: "group" });
  await group(client).send("back");
});

test("a thread is a place to answer in, and hides with its parent", async () => {
  const { standIn, client, hello } = await helloBot((interaction) =>
    interaction.reply(`in ${interaction.channel?.isThread()}`),
  );
  expect(first(await hello()).text).toBe("in false");
  const inThread = await standIn.act({ do: "command", as: "ana", in: "talk", name: "hello" });
  expect(first(inThread).text).toBe("in true");
  await standIn.act({ do: "removeBot", as: "leo", in: "group" });
  const path = "/channels/300000000000000002/messages";
  expect(await codeOf(client.rest.post(path, { body: { content: "a" } }))).toBe(50001);
});

test("thrown out of the guild, the bot hears of it and finds it gone: 10004", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const deleted = once(client, Events.GuildDelete);
  standIn.setInGuild(false);
  await deleted;
  expect(await codeOf(client.rest.get(`/guilds/${standIn.guildId}`))).toBe(10004);
  const sending = client.rest.post(`/channels/${GROUP}/messages`, { body: { content: "a" } });
  expect(await codeOf(sending)).toBe(50001);
  const created = once(client, Events.GuildCreate);
  standIn.setInGuild(true);
  await created;
  await group(client).send("back");
});

test("a person who takes no messages, or left, is 50007", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const user = await client.users.fetch(ANA);
  await user.send("hello");
  await standIn.act({ do: "removeBot", as: "ana", in: "dm" });
  expect(await codeOf(user.send("hello"))).toBe(50007);
  await standIn.act({ do: "addBot", as: "ana", in: "dm" });
  await user.send("hello");
  standIn.leave("ana");
  expect(await codeOf(user.send("hello"))).toBe(50007);
  await standIn.act({ do: "join", as: "ana", in: "group" });
  await user.send("hello");
});

test("without a permission it is 50013", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const message = await group(client).send("a");
  standIn.permit(PermissionFlagsBits.ViewChannel);
  expect(await codeOf(group(client).send("b"))).toBe(50013);
  expect(await codeOf(message.pin())).toBe(50013);
  const guild = await client.guilds.fetch(standIn.guildId);
  const member = await guild.members.fetch(ANA);
  expect(await codeOf(member.roles.add(standIn.addRole("Reader")))).toBe(50013);
});

test("a bot edits its own messages only, and hands out only roles below its own", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  await standIn.act({ do: "say", as: "ana", in: "group", text: "mine" }, 0);
  const [said] = standIn.transcript({ in: "group", as: "ana" });
  const path = `/channels/${GROUP}/messages/${said?.id}` as const;
  expect(await codeOf(client.rest.patch(path, { body: { content: "x" } }))).toBe(50005);
  const member = await (await client.guilds.fetch(standIn.guildId)).members.fetch(ANA);
  const reader = standIn.addRole("Reader");
  await member.roles.add(reader);
  expect(standIn.rolesOf("ana")).toEqual([reader]);
  await member.roles.remove(reader);
  expect(standIn.rolesOf("ana")).toEqual([]);
  const admin = standIn.rolesOf("leo")[0] ?? "";
  expect(await codeOf(member.roles.add(admin))).toBe(50013);
  expect(await codeOf(member.roles.add("1"))).toBe(10011);
});

test("scheduled events are kept, changed and removed", async () => {
  const { standIn, clock } = await stage();
  const client = await login(standIn);
  const guild = await client.guilds.fetch(standIn.guildId);
  const event = await guild.scheduledEvents.create({
    name: "Talk",
    scheduledStartTime: clock.now + 1000,
    scheduledEndTime: clock.now + 2000,
    privacyLevel: GuildScheduledEventPrivacyLevel.GuildOnly,
    entityType: GuildScheduledEventEntityType.External,
    entityMetadata: { location: "Town hall" },
  });
  await event.edit({ name: "Long talk" });
  expect(standIn.events().map((one) => one.name)).toEqual(["Long talk"]);
  const past = event.edit({ scheduledStartTime: clock.now - 1 });
  expect(await codeOf(past)).toBe(50035);
  await event.delete();
  expect(standIn.events()).toEqual([]);
  expect(
    await codeOf(guild.scheduledEvents.fetch({ guildScheduledEvent: event.id, force: true })),
  ).toBe(10070);
});

test("pins are listed newest first", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
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
  const { standIn } = await stage();
  const client = await login(standIn);
  const channel = group(client);
  const ids: string[] = [];
  for (const content of ["a", "b", "c", "d"]) ids.push((await channel.send(content)).id);
  const list = async (options: object) =>
    [...(await channel.messages.fetch(options)).values()].map((one) => one.content).join("");
  expect(await list({ limit: 2 })).toBe("dc");
  expect(await list({ before: ids[2] })).toBe("ba");
  expect(await list({ after: ids[1] })).toBe("dc");
});

test("files are kept, and a picture inside an embed is no file of its own", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const files = [
    new AttachmentBuilder(Buffer.from("BEGIN"), { name: "talk.ics" }),
    new AttachmentBuilder(Buffer.from("PNG"), { name: "map.png" }),
  ];
  const embeds = [new EmbedBuilder().setTitle("Map").setImage("attachment://map.png")];
  const message = await group(client).send({ files, embeds });
  const [shown] = standIn.transcript({ in: "group", as: "ana" });
  expect(shown?.files).toMatchObject([
    { name: "talk.ics", size: 5, mime: "text/calendar; charset=utf-8" },
  ]);
  const kept = standIn.file(shown?.files?.[0]?.url ?? "");
  expect(Buffer.from(kept?.bytes ?? []).toString()).toBe("BEGIN");
  const picture = shown?.embeds?.[0]?.image ?? "";
  expect(await (await fetch(picture)).text()).toBe("PNG");
  await message.edit({ content: "Still there" });
  expect(standIn.transcript({ in: "group", as: "ana" })[0]?.embeds?.[0]?.image).toBe(picture);
});

test("a file over ten megabytes is too large: 40005", async () => {
  const { standIn } = await stage();
  const client = await login(standIn);
  const files = [new AttachmentBuilder(Buffer.alloc(10_485_761), { name: "big.bin" })];
  expect(await codeOf(group(client).send({ files }))).toBe(40005);
});

test("a file can come with an answer, and mentions stay as they were allowed", async () => {
  const { standIn, hello } = await helloBot((interaction) =>
    interaction.reply({
      content: `<@${ANA}>`,
      files: [new AttachmentBuilder(Buffer.from("a"), { name: "a.txt" })],
      allowedMentions: { parse: [] },
    }),
  );
  const { id, files } = first(await hello());
  expect(files?.[0]?.name).toBe("a.txt");
  const kept = standIn.message({ in: "group", as: "ana", id });
  expect(kept?.allowedMentions).toEqual({ parse: [] });
  expect(kept?.message.mentions).toEqual([]);
});

test("typing shows for ten seconds or until the message", async () => {
  const { standIn, clock } = await stage();
  const client = await login(standIn);
  const typing = () => standIn.isTyping({ in: "group", as: "ana" });
  await group(client).sendTyping();
  expect(typing()).toBe(true);
  clock.now += 10_000;
  expect(typing()).toBe(false);
  await group(client).sendTyping();
  await group(client).send("a");
  expect(typing()).toBe(false);
});

const sentTexts = (standIn: DiscordStandIn) =>
  standIn.transcript({ in: "group", as: "ana" }).map((one) => one.text);
const statuses = (standIn: DiscordStandIn) =>
  standIn
    .requests()
    .filter((one) => one.method === "POST /channels/:/messages")
    .map((one) => one.status);

test.for([
  ["429", [429, 200]],
  ["500-after", [500, 200]],
  ["slow", [200]],
] as const)(
  "with the fault %s and a nonce, the client gets through and one message is there",
  async ([kind, seen]) => {
    const { standIn } = await stage();
    const client = await login(standIn);
    standIn.fault({ kind, count: 1, retryAfter: 0.01, only: "POST /channels" });
    await client.channels.fetch(GROUP, { force: true });
    expect(standIn.faults()).toHaveLength(1);
    await group(client).send({ content: "a", nonce: "n", enforceNonce: true });
    expect(standIn.faults()).toEqual([]);
    expect(statuses(standIn)).toEqual(seen);
    expect(sentTexts(standIn)).toEqual(["a"]);
  },
);

test.for([
  ["drop-before", []],
  ["drop-after", ["a"]],
] as const)("with the fault %s the sender hears nothing", async ([kind, left]) => {
  const { standIn } = await stage();
  standIn.fault({ kind, count: 1 });
  await expect(
    api(standIn, "POST", `/channels/${GROUP}/messages`, { content: "a" }),
  ).rejects.toThrow("fetch failed");
  expect(sentTexts(standIn)).toEqual(left);
  expect(statuses(standIn)).toEqual([0]);
});

test("with rate limits on, the sixth message to a channel within five seconds is refused", async () => {
  const { standIn, clock } = await stage();
  const send = (channel = GROUP) =>
    api(standIn, "POST", `/channels/${channel}/messages`, { content: "a" });
  expect((await send()).headers.get("x-ratelimit-limit")).toBeNull();
  standIn.limitRates(true);
  for (let left = 4; left >= 0; left--) {
    expect((await send()).headers.get("x-ratelimit-remaining")).toBe(String(left));
  }
  clock.now += 1500;
  const refused = await send();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-ratelimit-scope")).toBe("user");
  expect(refused.headers.get("retry-after")).toBe("4");
  expect(await refused.json()).toMatchObject({ retry_after: 3.5, global: false });
  expect((await send("300000000000000002")).status).toBe(200);
  clock.now += 3500;
  expect((await send()).status).toBe(200);
});

test("with rate limits on, the 51st request within a second is refused", async () => {
  const { standIn } = await stage();
  standIn.limitRates(true);
  const seen: number[] = [];
  for (let count = 0; count < 51; count++) {
    seen.push((await api(standIn, "GET", "/users/@me")).status);
  }
  expect(seen.filter((status) => status === 200)).toHaveLength(50);
  expect(seen.at(-1)).toBe(429);
});

test("a request for another host is refused", async () => {
  const { standIn } = await stage();
  const { port } = new URL(standIn.url);
  const status = await new Promise((resolve) => {
    const headers = { host: `plaza.example:${port}` };
    request({ port, host: "127.0.0.1", path: "/api/v10/gateway", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(403);
});

test("no token, no route, no JSON: 401, 404, 400", async () => {
  const { standIn } = await stage();
  const headers = { authorization: `Bot ${standIn.token}`, "content-type": "application/json" };
  const path = `${standIn.url}/v10/channels/${GROUP}/messages`;
  expect((await fetch(path, { method: "POST" })).status).toBe(401);
  const unknown = await api(standIn, "GET", "/nowhere");
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { message: "404: Not Found", code: 0 },
  ]);
  const broken = await fetch(path, { method: "POST", headers, body: "{" });
  expect([broken.status, await broken.json()]).toMatchObject([400, { code: 50109 }]);
});

const ODD: unknown[] = [
  undefined,
  null,
  7,
  "x",
  [],
  [null],
  {},
  { content: 5, embeds: 1, components: "x", attachments: [1], nonce: {}, flags: "a" },
  { embeds: [null, { fields: [null], image: 3, footer: "x", author: [] }], allowed_mentions: [] },
  { content: "a", components: [null, { type: 1 }, { type: 1, components: [null, { type: 3 }] }] },
  { flags: 32768, components: [{ type: 17, components: [{ type: 9 }, 5] }, { type: 10 }] },
  {
    name: "x",
    scheduled_start_time: "never",
    entity_type: 3,
    entity_metadata: 4,
    privacy_level: 2,
  },
];

test.for([
  ["POST", `/channels/${GROUP}/messages`],
  ["PATCH", `/channels/${GROUP}/messages/MESSAGE`],
  ["POST", "/users/@me/channels"],
  ["PUT", "/applications/APP/commands"],
  ["POST", "/guilds/GUILD/scheduled-events"],
  ["POST", "/guilds/GUILD/roles"],
  ["POST", "/interactions/1/2/callback"],
  ["POST", "/webhooks/APP/2"],
] as const)(
  "odd bodies are refused, never a failure of the stand-in: %s %s",
  async ([method, path]) => {
    const { standIn } = await stage();
    const sent = await api(standIn, "POST", `/channels/${GROUP}/messages`, { content: "a" });
    const { id } = (await sent.json()) as { id: string };
    const real = path
      .replace("MESSAGE", id)
      .replace("APP", standIn.applicationId)
      .replace("GUILD", standIn.guildId);
    for (const body of ODD) {
      const response = await api(standIn, method, real, body);
      expect(response.status).toBeLessThan(500);
      expect(await response.text()).not.toContain("stand-in failed");
    }
  },
);

test("odd answers to an interaction are refused, never a failure of the stand-in", async () => {
  const texts: string[] = [];
  const { standIn, hello } = await helloBot(async ({ id, token }) => {
    for (const type of [4, 5, 6, 7, 8, 9, 99, "x"]) {
      for (const data of ODD.filter((one) => type !== 5 && one !== undefined)) {
        const body = { type, data: data === null ? 1 : data };
        const response = await api(standIn, "POST", `/interactions/${id}/${token}/callback`, body);
        texts.push(`${response.status} ${await response.text()}`);
      }
    }
    await api(standIn, "POST", `/interactions/${id}/${token}/callback`, {
      type: 4,
      data: { content: "end" },
    });
  });
  expect(first(await hello()).text).toBe("end");
  expect(texts.filter((one) => !one.startsWith("400") || one.includes("stand-in"))).toEqual([]);
});

test("a channel keeps its last 500 messages", async () => {
  const { standIn } = await stage();
  for (let count = 0; count < 502; count++) {
    await standIn.act({ do: "say", as: "ana", in: "talk", text: `${count}` }, 0);
  }
  const seen = standIn.transcript({ in: "talk", as: "leo" });
  expect(seen).toHaveLength(500);
  expect(seen[0]?.text).toBe("2");
});

test("whoever listens hears of changes until they stop", async () => {
  const { standIn } = await stage();
  let heard = 0;
  const stop = standIn.onChange(() => (heard += 1));
  await standIn.act({ do: "say", as: "ana", in: "group", text: "a" }, 0);
  expect(heard).toBe(1);
  stop();
  await standIn.act({ do: "say", as: "ana", in: "group", text: "b" }, 0);
  expect(heard).toBe(1);
});
