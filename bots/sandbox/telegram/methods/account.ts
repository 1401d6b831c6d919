import type { BotCommand } from "@grammyjs/types";
import { commandsKey } from "../commands.ts";
import { isRecord, jsonParam, type Params, textParam } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { Stage } from "../stage.ts";
import type { Methods } from "./index.ts";

export const accountMethods: Methods = {
  getMe: (stage) => stage.bot,

  setMyCommands(stage, { params }) {
    const given = jsonParam(params, "commands");
    if (!Array.isArray(given)) return badRequest('parameter "commands" is required');
    if (given.length > 100) return badRequest("BOT_COMMANDS_TOO_MUCH");
    stage.commands.set(keyOf(params), given.map(checkedCommand));
    stage.changed();
    return true;
  },
  getMyCommands: (stage, { params }) => stage.commands.get(keyOf(params)) ?? [],
  deleteMyCommands(stage, { params }) {
    stage.commands.delete(keyOf(params));
    stage.changed();
    return true;
  },

  setMyName: (stage, { params }) => setProfile(stage, params, "name", 64),
  getMyName: (stage, { params }) => ({ name: profile(stage, params, "name") }),
  setMyDescription: (stage, { params }) => setProfile(stage, params, "description", 512),
  getMyDescription: (stage, { params }) => ({ description: profile(stage, params, "description") }),
  setMyShortDescription: (stage, { params }) => setProfile(stage, params, "short_description", 120),
  getMyShortDescription: (stage, { params }) => ({
    short_description: profile(stage, params, "short_description"),
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

function setProfile(stage: Stage, params: Params, what: string, most: number): true {
  const text = textParam(params, what) ?? "";
  if (text.length > most) return badRequest(`bot ${what.replace("_", " ")} is too long`);
  stage.profile.set(`${what} ${languageOf(params)}`, text);
  return true;
}

function profile(stage: Stage, params: Params, what: string): string {
  const own = stage.profile.get(`${what} ${languageOf(params)}`);
  const fallback = what === "name" ? stage.bot.first_name : "";
  return own ?? stage.profile.get(`${what} `) ?? fallback;
}
