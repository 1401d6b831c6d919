import type { BotCommand } from "@grammyjs/types";
import { commandsKey } from "../commands.ts";
import { isRecord, jsonParam, type Params, textParam } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { World } from "../world.ts";
import type { Methods } from "./index.ts";

export const accountMethods: Methods = {
  getMe: (world) => world.bot,

  setMyCommands(world, { params }) {
    const given = jsonParam(params, "commands");
    if (!Array.isArray(given)) return badRequest('parameter "commands" is required');
    if (given.length > 100) return badRequest("BOT_COMMANDS_TOO_MUCH");
    world.commands.set(keyOf(params), given.map(checkedCommand));
    world.changed();
    return true;
  },
  getMyCommands: (world, { params }) => world.commands.get(keyOf(params)) ?? [],
  deleteMyCommands(world, { params }) {
    world.commands.delete(keyOf(params));
    world.changed();
    return true;
  },

  setMyName: (world, { params }) => setProfile(world, params, "name", 64),
  getMyName: (world, { params }) => ({ name: profile(world, params, "name") }),
  setMyDescription: (world, { params }) => setProfile(world, params, "description", 512),
  getMyDescription: (world, { params }) => ({ description: profile(world, params, "description") }),
  setMyShortDescription: (world, { params }) => setProfile(world, params, "short_description", 120),
  getMyShortDescription: (world, { params }) => ({
    short_description: profile(world, params, "short_description"),
  }),

  setChatMenuButton: () => true,
  getChatMenuButton: () => ({ type: "commands" }),
};

function keyOf(params: Params): string {
  const scope = jsonParam(params, "scope");
  if (scope !== undefined && !isRecord(scope))
    return badRequest("BotCommandScope must be an Object");
  return commandsKey(scope ?? { type: "default" }, languageOf(params));
}

function languageOf(params: Params): string {
  const language = textParam(params, "language_code") ?? "";
  return /^([a-z]{2})?$/.test(language) ? language : badRequest("invalid language code specified");
}

function checkedCommand(given: unknown): BotCommand {
  if (!isRecord(given)) return badRequest("expected an Object as BotCommand");
  const command = (textParam(given, "command") ?? "").replace(/^\//, "");
  const description = textParam(given, "description") ?? "";
  if (!/^[a-z0-9_]{1,32}$/.test(command)) return badRequest("BOT_COMMAND_INVALID");
  if (description.length < 1 || description.length > 256) {
    return badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  }
  return { command, description };
}

function setProfile(world: World, params: Params, what: string, most: number): true {
  const text = textParam(params, what) ?? "";
  if (text.length > most) return badRequest(`bot ${what.replace("_", " ")} is too long`);
  world.profile.set(`${what} ${languageOf(params)}`, text);
  return true;
}

function profile(world: World, params: Params, what: string): string {
  const own = world.profile.get(`${what} ${languageOf(params)}`);
  const fallback = what === "name" ? world.bot.first_name : "";
  return own ?? world.profile.get(`${what} `) ?? fallback;
}
