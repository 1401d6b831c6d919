import { PermissionFlagsBits, SlashCommandBuilder } from "discord.js";
import { expect, test } from "vitest";
import { codeOf, connected, first, HELLO, helloBot, on } from "../../support/emulators/discord.ts";

test("only leo runs the server", async () => {
  const { emulator, hello } = await helloBot((interaction) =>
    interaction.reply(String(interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild))),
  );
  expect(first(await hello()).text).toBe("false");
  const asLeo = await emulator.act({ do: "command", as: "leo", in: "group", name: "hello" });
  expect(first(asLeo).text).toBe("true");
});

test("a command in direct messages has no guild and answers there", async () => {
  const { emulator } = await helloBot((interaction) =>
    interaction.reply(`${interaction.inGuild()} ${interaction.channel?.isDMBased()}`),
  );
  const answer = await emulator.act({ do: "command", as: "ana", in: "dm", name: "hello" });
  expect(first(answer).text).toBe("false true");
  expect(emulator.transcript({ in: "dm", as: "leo" })).toEqual([]);
});

test("a command for administrators is not there for others", async () => {
  const { emulator, client } = await connected();
  await client.application?.commands.set([
    { ...HELLO.toJSON(), default_member_permissions: String(PermissionFlagsBits.ManageGuild) },
  ]);
  on(client, async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply("in");
  });
  const act = (as: string) => emulator.act({ do: "command", as, in: "group", name: "hello" });
  expect(await act("ana")).toMatchObject({ ok: false });
  expect(first(await act("leo")).text).toBe("in");
});

test("registered commands keep their localizations and their ids", async () => {
  const { emulator, client } = await connected();
  const command = { ...HELLO.toJSON(), name_localizations: { "es-ES": "hola" } };
  const [before] = [...((await client.application?.commands.set([command])) ?? []).values()];
  await client.application?.commands.set([command]);
  expect(emulator.commands()[0]?.name_localizations).toEqual({ "es-ES": "hola" });
  expect(emulator.commands()[0]?.id).toBe(before?.id);
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
  const { emulator, client } = await connected();
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
    emulator.act({ do: "command", as: "ana", in: "group", name, options });
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
  const { emulator, client } = await connected();
  await client.application?.commands.set([CHANNEL.toJSON()]);
  on(client, async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    await interaction.respond([{ name: `${interaction.options.getFocused()}-talks`, value: "t1" }]);
  });
  const answer = await emulator.act({
    do: "autocomplete",
    as: "ana",
    in: "group",
    name: "channel subscribe",
    option: "what",
    value: "mo",
  });
  expect(answer).toEqual({ ok: true, choices: [{ name: "mo-talks", value: "t1" }] });
});

test("autocomplete takes 25 choices and no more, and says where the 26th is wrong", async () => {
  const { emulator, client } = await connected();
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
  const answer = await emulator.act(act);
  expect(answer.ok && answer.choices).toHaveLength(25);
  expect(codes).toEqual([50035]);
});
