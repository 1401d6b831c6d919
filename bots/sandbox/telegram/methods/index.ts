import type { Upload } from "../files.ts";
import type { Params } from "../params.ts";
import type { World } from "../world.ts";
import { accountMethods, pollMethods, callbackMethods } from "./account.ts";
import { chatMethods, joinMethods, pinMethods } from "./chat.ts";
import { deleteMethods, editMethods, sendMethods } from "./messages.ts";

/** What a method was called with. */
export type Body = { params: Params; uploads: Map<string, Upload> };
export type Call = Body & { onClose: (listener: () => void) => void };
export type Method = (world: World, call: Call) => unknown;
export type Methods = Record<string, Method>;

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
