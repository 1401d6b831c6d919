import type { Body } from "../body.ts";
import type { World } from "../world.ts";
import { accountMethods } from "./account.ts";
import { chatMethods } from "./chat.ts";
import { deleteMethods, editMethods } from "./edit.ts";
import { joinMethods } from "./join.ts";
import { pinMethods } from "./pin.ts";
import { pollMethods } from "./poll.ts";
import { pressMethods } from "./press.ts";
import { sendMethods } from "./send.ts";

export type Call = Body & { onClose: (listener: () => void) => void };
export type Method = (world: World, call: Call) => unknown;
export type Methods = Record<string, Method>;

const all: Methods = {
  ...pollMethods,
  ...accountMethods,
  ...sendMethods,
  ...editMethods,
  ...deleteMethods,
  ...pressMethods,
  ...pinMethods,
  ...chatMethods,
  ...joinMethods,
};

/** Every method there is, by its name in small letters: Telegram does not tell them apart. */
export const methods = new Map(
  Object.entries(all).map(([name, run]) => [name.toLowerCase(), { name, run }]),
);
