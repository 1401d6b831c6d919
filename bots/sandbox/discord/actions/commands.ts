import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType as Kind,
  ApplicationCommandType as Type,
  InteractionContextType as Context,
  InteractionType,
} from "discord-api-types/v10";
import type { Act, ActAnswer, Person } from "../../contract.ts";
import type { Channel, World } from "../world.ts";
import { ask, refuse, type ActionContext } from "./ask.ts";
import { channelShape } from "../guild.ts";
import { memberOf, permissionsOf, userOf } from "../people.ts";

/** A slash command with its options. */
export async function command(
  { world, person, channel, waitMs }: ActionContext,
  act: Act & { do: "command" },
): Promise<ActAnswer> {
  const typed = findCommand(world, channel, person, act.name);
  if (typeof typed === "string") return refuse(typed);
  const filled = fillOptions(world, typed.options, act.options ?? {});
  if (typeof filled === "string") return refuse(filled);
  const data = dataOf(typed, filled);
  const type = InteractionType.ApplicationCommand;
  return await ask(world, { type, person, channel, data, command: act.name }, waitMs);
}

/** What the bot suggests while a person fills in an option. */
export async function autocomplete(
  { world, person, channel, waitMs }: ActionContext,
  act: Act & { do: "autocomplete" },
): Promise<ActAnswer> {
  const typed = findCommand(world, channel, person, act.name);
  if (typeof typed === "string") return refuse(typed);
  const option = typed.options.find((one) => one.name === act.option);
  if (!option) return refuse(`This command has no option "${act.option}".`);
  if (!("autocomplete" in option) || !option.autocomplete) {
    return refuse(`The option "${act.option}" has no suggestions.`);
  }
  const focused = { name: act.option, type: option.type, value: act.value, focused: true };
  const data = dataOf(typed, { options: [focused], resolved: {} });
  const type = InteractionType.ApplicationCommandAutocomplete;
  return await ask(world, { type, person, channel, data }, waitMs);
}

/** Wraps the options in their subcommand and group, as the API nests them. */
function dataOf({ command, path }: Typed, { options, resolved }: Filled) {
  let nested: unknown[] = options;
  for (const { name, type } of path.toReversed()) nested = [{ name, type, options: nested }];
  return {
    id: command.id,
    name: command.name,
    type: command.type,
    options: nested,
    ...(Object.keys(resolved).length > 0 && { resolved }),
    ...(command.guild_id !== undefined && { guild_id: command.guild_id }),
  };
}

type Value = string | number | boolean;

/** What the interaction carries: typed options, and the users, channels and roles they name. */
type Filled = {
  options: { name: string; type: Kind; value: Value; focused?: boolean }[];
  resolved: Record<string, Record<string, unknown>>;
};

/** Types the given options as registered; a sentence where Discord would not send them. */
function fillOptions(
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

/** Finds the user, role or channel that a key or an id names, and adds it to `resolved`. */
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

/** A command as typed: the registered command, and the way down to the options it takes. */
type Typed = {
  command: APIApplicationCommand;
  /** Group and subcommand, outermost first. */
  path: APIApplicationCommandOption[];
  options: APIApplicationCommandOption[];
};

/** Finds "channel subscribe" among what is registered here; a sentence where it cannot be used. */
function findCommand(
  world: World,
  channel: Channel,
  person: Person,
  typed: string,
): Typed | string {
  const [name = "", ...rest] = typed.trim().replace(/^\//, "").split(/\s+/);
  const command = available(world, channel).find(
    (one) => one.name === name && one.type === Type.ChatInput,
  );
  if (!command) return `There is no command /${name} here.`;
  if (!mayUse(command, channel, person)) {
    return "You do not have permission to use this command here.";
  }
  const path: APIApplicationCommandOption[] = [];
  let options = command.options ?? [];
  for (const part of rest) {
    const next = options.find((one) => one.name === part && isBranch(one));
    if (!next) return `There is no command /${typed} here.`;
    path.push(next);
    options = optionsOf(next);
  }
  const branches = options.filter(isBranch).map((one) => one.name);
  if (branches.length > 0) return `/${typed} needs one of: ${branches.join(", ")}.`;
  return { command, path, options };
}

const isBranch = ({ type }: APIApplicationCommandOption) =>
  type === Kind.Subcommand || type === Kind.SubcommandGroup;

function optionsOf(option: APIApplicationCommandOption): APIApplicationCommandOption[] {
  return "options" in option ? (option.options ?? []) : [];
}

/** The guild's own commands come before global ones of the same name. */
function available(world: World, channel: Channel): APIApplicationCommand[] {
  if (!channel.person && !world.inGuild) return [];
  const everywhere = world.commands.get("") ?? [];
  const context = channel.person ? Context.BotDM : Context.Guild;
  const own = channel.person ? [] : (world.commands.get(world.guildId) ?? []);
  return [...own, ...everywhere.filter((one) => one.contexts?.includes(context) ?? true)];
}

function mayUse(command: APIApplicationCommand, channel: Channel, person: Person): boolean {
  const needed = command.default_member_permissions;
  if (channel.person || needed === null || needed === undefined) return true;
  // "0" hides the command from everybody but administrators.
  const wanted = BigInt(needed);
  const has = permissionsOf(person);
  return (has & 8n) !== 0n || (wanted !== 0n && (has & wanted) === wanted);
}
