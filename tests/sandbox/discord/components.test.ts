import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Interaction,
  MessageFlags,
  StringSelectMenuBuilder,
} from "discord.js";
import { expect, test } from "vitest";
import { rawButton, rowOf } from "../../support/emulators/discordBodies.ts";
import { codeOf, connected, first, group, GROUP, on } from "../../support/emulators/discord.ts";

const button = (id: string, label = id) =>
  new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Primary);
const row = (...buttons: ButtonBuilder[]) =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(...buttons);

async function buttonBot(press: (interaction: Interaction) => Promise<unknown>) {
  const { emulator, client } = await connected();
  on(client, press);
  const link = new ButtonBuilder()
    .setLabel("Web")
    .setStyle(ButtonStyle.Link)
    .setURL("https://x.org");
  const components = [row(button("go", "Go"), button("no", "No").setDisabled(true), link)];
  const { id } = await group(client).send({ content: "Press", components });
  const click = (label: string, waitMs?: number) =>
    emulator.act({ do: "click", as: "ana", in: "group", message: id, button: label }, waitMs);
  return { emulator, id, click };
}

test("a button's message can be changed in the answer, later, or like any other message", async () => {
  let way = 0;
  const { emulator, id, click } = await buttonBot(async (interaction) => {
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
  expect(emulator.transcript({ in: "group", as: "leo" })).toHaveLength(1);
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
  const { emulator, click, id } = await buttonBot(async () => {});
  for (const label of ["No", "Web", "Else"])
    expect(await click(label)).toMatchObject({ ok: false });
  const gone = { do: "click", as: "ana", in: "talk", message: id, button: "Go" } as const;
  expect(await emulator.act(gone)).toMatchObject({ ok: false });
});

test("a menu's choice arrives by value", async () => {
  const { emulator, client } = await connected();
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
    emulator.act({ do: "choose", as: "leo", in: "group", message: id, menu: "days", values });
  expect(first(await choose("1", "Tuesday")).text).toBe("1+2");
  expect(await choose("3")).toMatchObject({ ok: false });
  expect(await choose()).toMatchObject({ ok: false });
  expect(emulator.transcript({ in: "group", as: "ana" })[0]?.menus?.[0]?.options).toHaveLength(2);
});

test("a Components V2 message shows its texts and buttons, and takes no content", async () => {
  const { emulator, client } = await connected();
  const flags = MessageFlags.IsComponentsV2;
  const inside = [{ type: 10, content: "One" }, { type: 10, content: "Two" }, rowOf(rawButton())];
  const components = [{ type: 17, components: inside }];
  const path = `/channels/${GROUP}/messages` as const;
  await client.rest.post(path, { body: { flags, components } });
  const [shown] = emulator.transcript({ in: "group", as: "ana" });
  expect(shown).toMatchObject({ text: "One\nTwo", buttons: [[{ label: "a" }]] });
  const both = client.rest.post(path, { body: { flags, components, content: "a" } });
  expect(await codeOf(both)).toBe(50035);
});
