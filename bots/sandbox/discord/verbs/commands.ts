import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandType as Type,
  ApplicationCommandOptionType as Kind,
  InteractionContextType as Context,
} from "discord-api-types/v10";
import type { Person } from "../../contract.ts";
import { permissionsOf } from "../people.ts";
import type { Channel, World } from "../world.ts";

/** A command as typed: the registered command, and the way down to the options it takes. */
export type Typed = {
  command: APIApplicationCommand;
  /** Group and subcommand, outermost first. */
  path: APIApplicationCommandOption[];
  options: APIApplicationCommandOption[];
};

/** Finds "channel subscribe" among what is registered here; a sentence where it cannot be used. */
export function findCommand(
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
