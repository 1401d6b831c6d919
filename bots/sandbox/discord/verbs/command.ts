import { InteractionType } from "discord-api-types/v10";
import type { Act, ActAnswer, Person } from "../../contract.ts";
import type { Channel, World } from "../world.ts";
import { ask } from "./ask.ts";
import { findCommand, type Typed } from "./commands.ts";
import { type Filled, fillOptions } from "./options.ts";
import { refuse } from "./wait.ts";

/** Who acts, where, and how long they wait. */
export type Scene = { world: World; person: Person; channel: Channel; waitMs: number };

/** A slash command with its options. */
export async function command(
  { world, person, channel, waitMs }: Scene,
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
  { world, person, channel, waitMs }: Scene,
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
