import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import type { Platform } from "../identity.ts";
import type { Message, Reader } from "../messages/message.ts";
import type { Plaza } from "../plaza.ts";
import type { Standing } from "../standing.ts";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { TextKey, Texts } from "../texts/index.ts";
import type { Args } from "./args.ts";

/** The chat in which something was asked. A topic or thread has the id of its chat and its own. */
export type Chat = {
  platform: Platform;
  id: string;
  threadId?: string;
  kind: "private" | "group" | "channel";
  title: string;
  /** Discord's server, where the chat is in one. */
  guildId?: string;
  /** What an admin has chosen for this chat, if it is subscribed. */
  orgId?: Id<"organizations">;
  /** An admin chose it for deciding applications: people may be named here. */
  isForModerators?: boolean;
};

/** What a person chose for themselves. */
export type Chosen = Omit<FunctionReturnType<typeof api.chatAccounts.arrive>, "standing">;

/** One request, in the words of no platform. */
export type Call = {
  chat: Chat;
  /** Absent where the platform does not say who writes: posts in a Telegram channel. */
  person?: { id: string; name: string; handle?: string; standing: Standing };
  reader: Reader;
  /** The person's own choices, as they are stored. */
  chosen: Chosen;
  args: Args;
  /** The message that is answered, where it is one: a repeated message has the same id. */
  messageId?: string;
  /** The platform can show a form as a dialog. */
  showsForms: boolean;
  /** Where to write to the bot in private; "https://t.me/..." */
  privateUrl?: string;
  t: Texts;
  /** Unix milliseconds. */
  now: number;
  plaza: Plaza;
};

export type Option = {
  name: string;
  describe: TextKey;
  /** Other names that people write, without accents: "tz" for "zone". */
  aliases?: readonly string[];
  /** The platform may ask `complete` for suggestions while the person types. */
  completes?: boolean;
  choices?: readonly string[];
};

export type Choice = { name: string; value: string };

/** A command is data and one function; a renderer and an adapter per platform do the rest. */
export type Command = {
  name: string;
  describe: TextKey;
  /** Shown in `/help` to these; what is allowed is decided by Convex. */
  for: "anyone" | "moderator" | "admin";
  /** Not shown to these, who have no use for it. */
  uselessTo?: readonly Standing[];
  options: readonly Option[];
  /** Only the one who asks should see the answer, where the platform can do that. */
  isPrivate?: boolean | ((args: Args) => boolean);
  /**
   * "private": in private chats alone. "hidden": where others do not see the answer, which is also
   * a chat for moderators, for what is theirs.
   */
  where?: "private" | "hidden";
  run(call: Call): Promise<Message>;
  /** At most 25 suggestions for an option. */
  complete?(call: Call, option: string, typed: string): Promise<Choice[]>;
};
