import { expect, test } from "vitest";
import { parseArgs } from "../../shared/commands/args.ts";
import { commands } from "../../shared/commands/index.ts";
import { texts } from "../../shared/texts/index.ts";
import { type Answered, talk, wordsOf } from "../support/access/chats.ts";
import { makeWorld, subjectOf, type World } from "../support/access/world.ts";

// Every command says what it did not understand: the sentence names the word, or the one field whose
// value is refused. New commands and options are tried without being listed.

const word = "zzqxv";
const t = texts("en");

/** Options that take any text. */
const free: Readonly<Record<string, readonly string[]>> = {
  profile: ["name", "username", "bio", "city", "country"],
  // The chat is shown as it would be: there may be one of that id.
  channel: ["chat"],
  // The key is a secret and is not repeated.
  org: ["name", "city", "key"],
  reject: ["reason"],
};

/** What is said of a value instead of naming it: its field is named. */
const fieldSentences = [
  t("refusal.bad-link"),
  t("refusal.bad-luma-url"),
  t("refusal.bad-feed"),
  t("org.role.where"),
];

async function answerTo(world: World, name: string, text: string): Promise<Answered> {
  const options = commands.find((one) => one.name === name)?.options ?? [];
  return await talk(world.t, subjectOf("admin")).command(name, parseArgs(text, options));
}

test.each(commands)("/$name says what it did not understand", async ({ name, options }) => {
  const world = await makeWorld();
  const typed = options.filter((option) => !free[name]?.includes(option.name));
  const silent: string[] = [];
  for (const text of [word, ...typed.map((option) => `${option.name}=${word}`)]) {
    const said = wordsOf(await answerTo(world, name, text));
    const isSaid = [word, ...fieldSentences].some((part) => said.includes(part));
    if (!isSaid) silent.push(`/${name} ${text}: ${said}`);
  }
  expect(silent).toEqual([]);
});

test.each([
  ["org", "zone=Europe/Madrid zone=Europe/Paris"],
  ["queue", "slot=7 slot=8"],
])("/%s %s says that the option was given twice", async (name, text) => {
  const world = await makeWorld();
  expect(wordsOf(await answerTo(world, name, text))).toContain(text.split(" ")[1]);
});
