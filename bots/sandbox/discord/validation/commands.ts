import {
  type APIApplicationCommand,
  ApplicationCommandOptionType as Kind,
  Locale,
} from "discord-api-types/v10";
import { CHOICES, COMMAND } from "../limits.ts";
import { invalidForm, type Issue } from "../refusal.ts";
import {
  asText,
  checkOneOf,
  checkText,
  type Fields,
  type Path,
  readEach,
  readFields,
} from "./fields.ts";

const KINDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Checks a whole list of slash commands, as PUT takes it. */
export function readCommands(body: unknown): Partial<APIApplicationCommand>[] {
  const issues: Issue[] = [];
  const names = new Set<string>();
  const size = { max: COMMAND.count, required: true };
  for (const [at, command] of readEach(issues, [], body, size)) {
    checkCommand(issues, at, command);
    const name = `${asText(command["type"] ?? 1)} ${asText(command["name"])}`;
    if (names.has(name)) {
      const message = "Application command names must be unique";
      const path = [...at, "name"];
      issues.push({ path, code: "APPLICATION_COMMANDS_DUPLICATE_NAME", message });
    }
    names.add(name);
  }
  if (issues.length > 0) throw invalidForm(issues);
  return body as Partial<APIApplicationCommand>[];
}

function checkCommand(issues: Issue[], path: Path, command: Fields): void {
  if (!checkOneOf(issues, [...path, "type"], command["type"] ?? 1, [1, 2, 3])) return;
  if ((command["type"] ?? 1) !== 1) {
    // Commands in the context menu may have any name and have no description.
    checkText(issues, [...path, "name"], command["name"], { min: 1, max: 32, required: true });
    return;
  }
  checkNamed(issues, path, command);
  checkOptions(issues, path, command["options"]);
  if (lengthOf(command) > COMMAND.total) {
    const message = `Command exceeds maximum size (${COMMAND.total})`;
    issues.push({ path, code: "APPLICATION_COMMAND_TOO_LARGE", message });
  }
}

function checkOptions(issues: Issue[], path: Path, value: unknown): void {
  const at = [...path, "options"];
  let optional = false;
  const names = new Set<unknown>();
  for (const [here, option] of readEach(issues, at, value, { max: COMMAND.options })) {
    checkNamed(issues, here, option);
    if (names.has(option["name"])) {
      const message = "Option name must be unique";
      issues.push({
        path: [...here, "name"],
        code: "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED",
        message,
      });
    }
    names.add(option["name"]);
    if (!checkOneOf(issues, [...here, "type"], option["type"], KINDS)) continue;
    checkChoices(issues, [...here, "choices"], option["choices"]);
    if (option["type"] === Kind.Subcommand || option["type"] === Kind.SubcommandGroup) {
      checkOptions(issues, here, option["options"]);
      continue;
    }
    if (option["required"] === true && optional) {
      const message = "Required options must be placed before non-required options";
      issues.push({ path: here, code: "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message });
    }
    optional ||= option["required"] !== true;
  }
}

/** Names, descriptions and choices together, each counted in its longest language. */
function lengthOf(named: Fields): number {
  const longest = (key: string) => {
    const all = [named[key], ...Object.values((named[`${key}_localizations`] ?? {}) as Fields)];
    return Math.max(...all.map((text) => (typeof text === "string" ? text.length : 0)));
  };
  const list = (key: string) => (Array.isArray(named[key]) ? (named[key] as unknown[]) : []);
  const inner = [...list("options"), ...list("choices")].filter(
    (one): one is Fields => typeof one === "object" && one !== null,
  );
  const value = typeof named["value"] === "string" ? named["value"].length : 0;
  return inner.reduce(
    (sum, one) => sum + lengthOf(one),
    longest("name") + longest("description") + value,
  );
}

/** Checks what an autocomplete offers. */
export function readChoices(data: unknown): { name: string; value: string }[] {
  const issues: Issue[] = [];
  const path = ["data", "choices"];
  const list = readFields(issues, ["data"], data)["choices"];
  const choices = checkChoices(issues, path, list, true);
  if (issues.length > 0) throw invalidForm(issues);
  return choices.map((one) => ({ name: asText(one["name"]), value: asText(one["value"]) }));
}

/** Checks choices, those of a registered option as well as those offered while typing. */
function checkChoices(issues: Issue[], path: Path, value: unknown, required = false): Fields[] {
  const choices: Fields[] = [];
  for (const [at, choice] of readEach(issues, path, value, { max: CHOICES.count, required })) {
    choices.push(choice);
    const name = { min: 1, max: CHOICES.name, required: true };
    checkText(issues, [...at, "name"], choice["name"], name);
    if (typeof choice["value"] === "number") continue;
    const size = { max: CHOICES.value, required: true };
    checkText(issues, [...at, "value"], choice["value"], size);
  }
  return choices;
}

const NAME = /^[-_'\p{L}\p{N}\p{sc=Devanagari}\p{sc=Thai}]{1,32}$/u;
const LOCALES = new Set<string>(Object.values(Locale));

/** Checks the name and the description of a command or an option, in every language. */
function checkNamed(issues: Issue[], path: Path, named: Fields): void {
  checkName(issues, [...path, "name"], named["name"]);
  const description = { min: 1, max: COMMAND.description, required: true };
  checkText(issues, [...path, "description"], named["description"], description);
  for (const [locale, text] of localized(issues, path, named, "name_localizations")) {
    checkName(issues, [...path, "name_localizations", locale], text);
  }
  for (const [locale, text] of localized(issues, path, named, "description_localizations")) {
    checkText(issues, [...path, "description_localizations", locale], text, description);
  }
}

function checkName(issues: Issue[], path: Path, name: unknown): void {
  checkText(issues, path, name, { min: 1, max: COMMAND.name, required: true });
  if (typeof name !== "string" || name === "") return;
  if (NAME.test(name) && name === name.toLowerCase()) return;
  const message = "Command name is invalid";
  issues.push({ path, code: "APPLICATION_COMMAND_INVALID_NAME", message });
}

function localized(issues: Issue[], path: Path, named: Fields, key: string): [string, unknown][] {
  const value = named[key];
  if (value === undefined || value === null) return [];
  const entries = Object.entries(readFields(issues, [...path, key], value));
  for (const [locale] of entries) {
    if (LOCALES.has(locale)) continue;
    const message = `"${locale}" is not a locale.`;
    issues.push({ path: [...path, key, locale], code: "BASE_TYPE_CHOICES", message });
  }
  return entries.filter(([, text]) => text !== null);
}
