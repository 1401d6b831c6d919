import type { BotCommand } from "@grammyjs/types";
import { commandsKey } from "../members.ts";
import {
  badRequest,
  flagParam,
  isRecord,
  jsonParam,
  numberParam,
  type Params,
  textParam,
} from "../params.ts";
import type { Methods, World } from "../world.ts";

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

function setProfile(world: World, params: Params, what: string, maxLength: number): true {
  const text = textParam(params, what) ?? "";
  if (text.length > maxLength) return badRequest(`bot ${what.replace("_", " ")} is too long`);
  world.profile.set(`${what} ${languageOf(params)}`, text);
  return true;
}

function profile(world: World, params: Params, what: string): string {
  const own = world.profile.get(`${what} ${languageOf(params)}`);
  const fallback = what === "name" ? world.bot.first_name : "";
  return own ?? world.profile.get(`${what} `) ?? fallback;
}

// Telegram's own limit for a long poll.
const MAX_POLL_SECONDS = 50;

export const pollMethods: Methods = {
  getUpdates(world, { params, onClose }) {
    const allowed = jsonParam(params, "allowed_updates");
    const limit = numberParam(params, "limit") ?? 100;
    return world.updates.take({
      offset: numberParam(params, "offset") ?? 0,
      limit: limit < 1 || limit > 100 ? 100 : limit,
      timeoutMs: Math.min(numberParam(params, "timeout") ?? 0, MAX_POLL_SECONDS) * 1000,
      ...(Array.isArray(allowed) && { allowed: allowed.map(String) }),
      onClose,
    });
  },
  // The updates stay where they are: the emulator pushes none.
  setWebhook(world, { params }) {
    const url = textParam(params, "url") ?? "";
    if (url !== "" && !url.startsWith("https://"))
      return badRequest("bad webhook: An HTTPS URL must be provided for webhook");
    world.updates.setWebhook(url);
    return true;
  },
  deleteWebhook(world, { params }) {
    world.updates.setWebhook("");
    if (flagParam(params, "drop_pending_updates")) world.updates.clear();
    return true;
  },
  getWebhookInfo: (world) => ({
    url: world.updates.webhook(),
    has_custom_certificate: false,
    pending_update_count: world.updates.pending(),
  }),
};

// Clients give up after about this time, and Telegram refuses later answers.
const ANSWERABLE_MS = 15_000;

export const callbackMethods: Methods = {
  answerCallbackQuery(world, { params }) {
    const id = textParam(params, "callback_query_id") ?? "";
    const text = textParam(params, "text") ?? "";
    const url = textParam(params, "url");
    const callback = world.callbackQueries.get(id);
    if (!callback || world.now() - callback.at > ANSWERABLE_MS) {
      return badRequest("query is too old and response timeout expired or query ID is invalid");
    }
    if (text.length > 200) return badRequest("MESSAGE_TOO_LONG");
    // Telegram opens only games and t.me links from a callback.
    if (url !== undefined && !/^(https?:\/\/t\.me\/|t\.me\/|tg:\/\/)/.test(url)) {
      return badRequest("URL_INVALID");
    }
    if ((numberParam(params, "cache_time") ?? 0) < 0) return badRequest("CACHE_TIME_INVALID");
    callback.text = text;
    world.waiting.answered(id, text);
    world.changed();
    return true;
  },
};
