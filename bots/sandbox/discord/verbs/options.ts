import {
  type APIApplicationCommandOption,
  ApplicationCommandOptionType as Kind,
} from "discord-api-types/v10";
import type { Person } from "../../contract.ts";
import { channelShape } from "../guild.ts";
import { memberOf, permissionsOf, userOf } from "../people.ts";
import type { World } from "../world.ts";

type Value = string | number | boolean;

/** What the interaction carries: typed options, and the users, channels and roles they name. */
export type Filled = {
  options: { name: string; type: Kind; value: Value; focused?: boolean }[];
  resolved: Record<string, Record<string, unknown>>;
};

/** Types the given options as registered; a sentence where Discord would not send them. */
export function fillOptions(
  world: World,
  registered: APIApplicationCommandOption[],
  given: Record<string, Value>,
): Filled | string {
  const unknown = Object.keys(given).find((key) => !registered.some((one) => one.name === key));
  if (unknown !== undefined) return `This command has no option "${unknown}".`;
  const filled: Filled = { options: [], resolved: {} };
  for (const option of registered) {
    const value = given[option.name];
    if (value === undefined || value === "") {
      if (option.required) return `${option.name}: This option is required. Specify a value.`;
      continue;
    }
    const problem = add(world, filled, option, value);
    if (problem) return `${option.name}: ${problem}`;
  }
  return filled;
}

function add(world: World, filled: Filled, option: APIApplicationCommandOption, given: Value) {
  const put = (value: Value) => {
    filled.options.push({ name: option.name, type: option.type, value });
    return undefined;
  };
  switch (option.type) {
    case Kind.String: {
      const text = chosen(option, String(given));
      if (text === undefined) return "Choose one of the choices.";
      const { min_length: min = 0, max_length: max = 6000 } = option;
      if (text.length < min || text.length > max) {
        return `Use between ${min} and ${max} characters.`;
      }
      return put(text);
    }
    case Kind.Integer:
    case Kind.Number: {
      const value = chosen(option, String(given));
      const number = Number(value);
      const whole = option.type === Kind.Integer;
      if (value === undefined) return "Choose one of the choices.";
      if (!Number.isFinite(number) || (whole && !Number.isInteger(number))) {
        return whole ? "Enter a whole number." : "Enter a number.";
      }
      const { min_value: min = -Infinity, max_value: max = Infinity } = option;
      if (number < min) return `Enter ${min} or more.`;
      if (number > max) return `Enter ${max} or less.`;
      return put(number);
    }
    case Kind.Boolean: {
      const text = String(given).toLowerCase();
      return text === "true" || text === "false" ? put(text === "true") : "Choose True or False.";
    }
    case Kind.User:
    case Kind.Mentionable:
    case Kind.Channel:
    case Kind.Role: {
      const id = resolve(world, filled, option.type, String(given));
      return id === undefined ? "Nothing of that name was found." : put(id);
    }
    default:
      return "The emulator cannot fill in this kind of option.";
  }
}

/** The value of a choice given by its value or its name; anything, where there are no choices. */
function chosen(
  option: { choices?: { name: string; value: string | number }[]; autocomplete?: boolean },
  given: string,
): string | undefined {
  const { choices } = option;
  if (!choices || choices.length === 0) return given;
  const choice =
    choices.find((one) => String(one.value) === given) ?? choices.find((one) => one.name === given);
  return choice && String(choice.value);
}

/** Finds who or what is meant by a key or an id, and adds it to `resolved`. */
function resolve(world: World, filled: Filled, kind: Kind, given: string): string | undefined {
  const note = (table: string, id: string, value: unknown) => {
    (filled.resolved[table] ??= {})[id] = value;
    return id;
  };
  if (kind === Kind.Channel) {
    const channel = world.channelOfPlace.get(given) ?? world.channels.get(given);
    return channel && note("channels", channel.id, channelShape(world, channel));
  }
  const person = world.people.get(given) ?? world.peopleById.get(given);
  if (kind !== Kind.Role && person) return notePerson(world, note, person);
  if (kind === Kind.User) return undefined;
  const role =
    world.roles.get(given) ?? [...world.roles.values()].find((one) => one.name === given);
  return role && note("roles", role.id, role);
}

function notePerson(
  world: World,
  note: (table: string, id: string, value: unknown) => string,
  person: Person,
): string {
  const member = world.members.get(person.discordId);
  const permissions = permissionsOf(person).toString();
  if (member) note("members", person.discordId, { ...memberOf(member), permissions });
  return note("users", person.discordId, userOf(person));
}
