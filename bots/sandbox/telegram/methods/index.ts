import type { Methods } from "../world.ts";
import { accountMethods, callbackMethods, pollMethods } from "./account.ts";
import { chatMethods, joinMethods, pinMethods } from "./chat.ts";
import { deleteMethods, editMethods, sendMethods } from "./messages.ts";

const all: Methods = {
  ...pollMethods,
  ...accountMethods,
  ...sendMethods,
  ...editMethods,
  ...deleteMethods,
  ...callbackMethods,
  ...pinMethods,
  ...chatMethods,
  ...joinMethods,
};

/** All methods by lower-case name: Telegram ignores the case of method names. */
export const methods = new Map(
  Object.entries(all).map(([name, run]) => [name.toLowerCase(), { name, run }]),
);
