import { privateChat, reachedChat } from "../chats.ts";
import { membershipChanged } from "../members.ts";
import { numberParam, type Params } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { Stage } from "../stage.ts";
import type { Methods } from "./index.ts";

export const joinMethods: Methods = {
  approveChatJoinRequest: (stage, { params }) => answerRequest(stage, params, true),
  declineChatJoinRequest: (stage, { params }) => answerRequest(stage, params, false),
};

function answerRequest(stage: Stage, params: Params, welcome: boolean): true {
  const chat = reachedChat(stage, params);
  const person = stage.personById.get(numberParam(params, "user_id") ?? 0);
  if (!person) return badRequest("USER_ID_INVALID");
  if (!chat.asking.delete(person.telegramId)) {
    const member = !chat.outsiders.has(person.telegramId);
    return badRequest(member && welcome ? "USER_ALREADY_PARTICIPANT" : "HIDE_REQUESTER_MISSING");
  }
  // The five minutes in which the bot may write end with its decision.
  privateChat(stage, person).mayWriteUntil = 0;
  if (welcome) membershipChanged(stage, chat, person);
  stage.waiting.touched(chat);
  stage.changed();
  return true;
}
