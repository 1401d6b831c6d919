import { privateChat, reachedChat } from "../chats.ts";
import { membershipChanged } from "../members.ts";
import { numberParam, type Params } from "../params.ts";
import { badRequest } from "../refusal.ts";
import type { World } from "../world.ts";
import type { Methods } from "./index.ts";

export const joinMethods: Methods = {
  approveChatJoinRequest: (world, { params }) => answerRequest(world, params, true),
  declineChatJoinRequest: (world, { params }) => answerRequest(world, params, false),
};

function answerRequest(world: World, params: Params, welcome: boolean): true {
  const chat = reachedChat(world, params);
  const person = world.personById.get(numberParam(params, "user_id") ?? 0);
  if (!person) return badRequest("USER_ID_INVALID");
  if (!chat.asking.delete(person.telegramId)) {
    const member = !chat.outsiders.has(person.telegramId);
    return badRequest(member && welcome ? "USER_ALREADY_PARTICIPANT" : "HIDE_REQUESTER_MISSING");
  }
  // The five minutes in which the bot may write end with its decision.
  privateChat(world, person).mayWriteUntil = 0;
  if (welcome) membershipChanged(world, chat, person);
  world.waiting.touched(chat);
  world.changed();
  return true;
}
