import { numberParam, textParam } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { Methods } from "./index.ts";

// A client stops waiting about then, and Telegram says so to a bot that is late.
const ANSWERABLE_MS = 15_000;

export const pressMethods: Methods = {
  answerCallbackQuery(world, { params }) {
    const id = textParam(params, "callback_query_id") ?? "";
    const text = textParam(params, "text") ?? "";
    const url = textParam(params, "url");
    const press = world.presses.get(id);
    if (!press || world.now() - press.at > ANSWERABLE_MS) {
      return badRequest("query is too old and response timeout expired or query ID is invalid");
    }
    if (text.length > 200) return badRequest("MESSAGE_TOO_LONG");
    // Only a game, or a way into the bot itself, may be opened.
    if (url !== undefined && !/^(https?:\/\/t\.me\/|t\.me\/|tg:\/\/)/.test(url)) {
      return badRequest("URL_INVALID");
    }
    if ((numberParam(params, "cache_time") ?? 0) < 0) return badRequest("CACHE_TIME_INVALID");
    press.text = text;
    world.waiting.answered(id, text);
    world.changed();
    return true;
  },
};
