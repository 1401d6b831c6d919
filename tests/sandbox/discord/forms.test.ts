import {
  ActionRowBuilder,
  LabelBuilder,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { expect, test } from "vitest";
import { first, helloBot, on } from "../../support/emulators/discord.ts";

test("a form opens, checks what is filled in, and is sent once", async () => {
  const title = new TextInputBuilder()
    .setCustomId("title")
    .setLabel("Title")
    .setStyle(TextInputStyle.Short)
    .setMaxLength(5);
  const { emulator, client, hello } = await helloBot((interaction) =>
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
    emulator.act({ do: "submit", as: "ana", in: "group", modal: "form", fields });
  expect(await submit({})).toEqual({ ok: false, error: "Title: This field is required." });
  expect(await submit({ title: "too long" })).toMatchObject({ ok: false });
  expect(first(await submit({ title: "Short" })).text).toBe("Short");
  expect(await submit({ title: "Short" })).toMatchObject({ ok: false });
});

test("a form with labels is filled in by its fields", async () => {
  const input = new TextInputBuilder().setCustomId("why").setStyle(TextInputStyle.Paragraph);
  const label = new LabelBuilder().setLabel("Why?").setTextInputComponent(input);
  const { emulator, client, hello } = await helloBot((interaction) =>
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
  const sent = await emulator.act({ do: "submit", as: "ana", in: "group", modal: "form", fields });
  expect(first(sent).text).toBe("Because");
});
