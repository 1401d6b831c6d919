import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import type { Command, Option } from "../../shared/commands/command.ts";
import { commands } from "../../shared/commands/index.ts";
import { isTextKey, texts, type TextKey } from "../../shared/texts/index.ts";

/** The command table as Discord registers it, described in both languages. */
export function slashCommands(): RESTPostAPIChatInputApplicationCommandsJSONBody[] {
  return commands.map(slashCommand);
}

type Registered = {
  name: string;
  description?: string;
  description_localizations?: Record<string, string> | null | undefined;
  name_localizations?: Record<string, string> | null | undefined;
  options?: readonly Registered[] | undefined;
  choices?: readonly Registered[] | undefined;
  autocomplete?: boolean | undefined;
  required?: boolean | undefined;
  value?: unknown;
};

/** Whether Discord has these commands already, as `GET .../commands?with_localizations=true` says. */
export function areRegistered(current: unknown): boolean {
  if (!Array.isArray(current)) return false;
  const known = current as Registered[];
  const sorted = (all: readonly Registered[]) =>
    JSON.stringify(all.map(compared).toSorted((a, b) => (String(a) < String(b) ? -1 : 1)));
  return sorted(known) === sorted(slashCommands() as Registered[]);
}

/** What of a command, an option or a choice says something to people, in a fixed order. */
function compared(one: Registered): unknown[] {
  const { name, description, value, autocomplete = false, required = false } = one;
  const words = [one.name_localizations, one.description_localizations].map((said) =>
    Object.entries(said ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  const inside = [one.options, one.choices].map((all) => (all ?? []).map(compared));
  return [name, description, value, autocomplete, required, words, inside];
}

function slashCommand({ name, describe, options }: Command) {
  return {
    type: ApplicationCommandType.ChatInput as const,
    name,
    ...described(describe),
    options: options.filter((option) => option.name !== "key").map(slashOption),
  };
}

function slashOption({
  name,
  describe,
  choices,
  completes,
}: Option): APIApplicationCommandBasicOption {
  const option = {
    type: ApplicationCommandOptionType.String as const,
    name,
    ...described(describe),
  };
  if (completes) return { ...option, autocomplete: true };
  return choices ? { ...option, choices: choices.map((value) => choiceOf(name, value)) } : option;
}

/** A choice in the reader's words where there are any: "hoy" for today. */
function choiceOf(option: string, value: string) {
  const key = `${option}.${value}`;
  if (!isTextKey(key)) return { name: value, value };
  const es = texts("es")(key);
  return {
    name: texts("en")(key),
    name_localizations: { "es-ES": es, "es-419": es },
    value,
  };
}

function described(key: TextKey) {
  const es = texts("es")(key);
  return {
    description: texts("en")(key),
    description_localizations: { "es-ES": es, "es-419": es },
  };
}
