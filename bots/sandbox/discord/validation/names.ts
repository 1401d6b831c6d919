import { Locale } from "discord-api-types/v10";
import { COMMAND } from "../limits.ts";
import type { Issue } from "../refusal.ts";
import { checkText, type Fields, type Path, readFields } from "./fields.ts";

const NAME = /^[-_'\p{L}\p{N}\p{sc=Devanagari}\p{sc=Thai}]{1,32}$/u;
const LOCALES = new Set<string>(Object.values(Locale));

/** Checks the name and the description of a command or an option, in every language. */
export function checkNamed(issues: Issue[], path: Path, named: Fields): void {
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
