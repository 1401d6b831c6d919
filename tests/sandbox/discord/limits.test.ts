import { expect, test } from "vitest";
import { rawButton, rowOf } from "../../support/emulators/discordBodies.ts";
import { api, GROUP, setUp } from "../../support/emulators/discord.ts";

const text = (length: number) => "x".repeat(length);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

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
  const { emulator } = await setUp();
  const response = await api(emulator, "POST", `/channels/${GROUP}/messages`, body);
  expect(response.status).toBe(where === "" ? 200 : 400);
  if (where === "") return;
  const { code, errors } = (await response.json()) as { code: number; errors: unknown };
  expect(code).toBe(50035);
  const at = where.split(".").reduce((tree, key) => (tree as Record<string, unknown>)[key], errors);
  expect(at).toHaveProperty("_errors.0.message");
});
