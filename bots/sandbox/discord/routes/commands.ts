import { type APIApplicationCommand, ApplicationCommandType } from "discord-api-types/v10";
import { forbidden, notFound } from "../refusal.ts";
import { readCommands } from "../validation/commands.ts";
import type { Handler, Routes } from "../wire/router.ts";
import { changed, type World } from "../world.ts";

function checkScope(world: World, application: string, guild: string): void {
  if (application !== world.botId) throw forbidden(20012, NOT_YOURS);
  if (guild !== "" && guild !== world.guildId) throw forbidden(50001, "Missing Access");
}

const NOT_YOURS = "You are not authorized to perform this action on this application";

const put: Handler = ({ world, json }, application = "", guild = "") => {
  checkScope(world, application, guild);
  const before = new Map((world.commands.get(guild) ?? []).map((one) => [one.name, one]));
  const commands = readCommands(json).map((one) => {
    const known = before.get(one.name ?? "");
    return {
      name_localizations: null,
      description_localizations: null,
      default_member_permissions: null,
      nsfw: false,
      ...one,
      type: one.type ?? ApplicationCommandType.ChatInput,
      // A command that keeps its name keeps its id.
      id: known?.id ?? world.newId(),
      version: world.newId(),
      application_id: world.botId,
      ...(guild !== "" && { guild_id: guild }),
    } as APIApplicationCommand;
  });
  world.commands.set(guild, commands);
  changed(world);
  return { status: 200, body: commands };
};

const list: Handler = ({ world, query }, application = "", guild = "") => {
  checkScope(world, application, guild);
  const commands = world.commands.get(guild) ?? [];
  const whole = query.get("with_localizations") === "true";
  return { status: 200, body: whole ? commands : commands.map(withoutLocalizations) };
};

function withoutLocalizations({
  name_localizations: _names,
  description_localizations: _descriptions,
  ...rest
}: APIApplicationCommand) {
  return rest;
}

function one(world: World, application: string, guild: string, id: string): APIApplicationCommand {
  checkScope(world, application, guild);
  const command = world.commands.get(guild)?.find((one) => one.id === id);
  if (!command) throw notFound(10063, "Unknown application command");
  return command;
}

function remove(world: World, application: string, guild: string, id: string) {
  const gone = one(world, application, guild, id);
  const left = (world.commands.get(guild) ?? []).filter((one) => one !== gone);
  world.commands.set(guild, left);
  changed(world);
  return { status: 204 };
}

const GLOBAL = "/applications/:/commands";
const GUILD = "/applications/:/guilds/:/commands";

export const commandRoutes: Routes = {
  [`PUT ${GLOBAL}`]: (call, app = "") => put(call, app, ""),
  [`GET ${GLOBAL}`]: (call, app = "") => list(call, app, ""),
  [`GET ${GLOBAL}/:`]: ({ world }, app = "", id = "") => ({
    status: 200,
    body: one(world, app, "", id),
  }),
  [`DELETE ${GLOBAL}/:`]: ({ world }, app = "", id = "") => remove(world, app, "", id),
  [`PUT ${GUILD}`]: put,
  [`GET ${GUILD}`]: list,
  [`GET ${GUILD}/:`]: ({ world }, app = "", guild = "", id = "") => ({
    status: 200,
    body: one(world, app, guild, id),
  }),
  [`DELETE ${GUILD}/:`]: ({ world }, app = "", guild = "", id = "") =>
    remove(world, app, guild, id),
};
