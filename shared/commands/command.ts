import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { AccessLevel, Platform } from "../identity.ts";
import type { Backend } from "../backend.ts";
import type { Form, Message, Reader } from "../messages/message.ts";
import type { TextKey, Texts } from "../texts/index.ts";
import type { Args } from "./args.ts";

/** The chat in which a request was made. A topic or thread has the id of its chat and its own. */
export type Chat = {
  platform: Platform;
  id: string;
  threadId?: string;
  kind: "private" | "group" | "channel";
  title: string;
  /** Discord's server, where the chat is in one. */
  guildId?: string;
  /** The organization that an admin chose for this chat, if it is subscribed. */
  orgId?: Id<"organizations">;
  /** An admin chose this chat for deciding applications: people may be named here. */
  isForModerators?: boolean;
};

/** What a person chose for themselves. */
type Chosen = Omit<FunctionReturnType<typeof api.chatAccounts.arrive>, "accessLevel">;

/** One request, without any platform's types. */
export type CommandContext = {
  chat: Chat;
  /** Absent where the platform does not name the author: posts in a Telegram channel. */
  person?: { id: string; name: string; handle?: string; accessLevel: AccessLevel };
  reader: Reader;
  /** The person's own settings, as they are stored. */
  chosen: Chosen;
  args: Args;
  /** The id of the message that is answered; a message that is delivered twice has the same id. */
  messageId?: string;
  /** The platform can show a form as a modal. */
  supportsModals: boolean;
  /** The platform can show an answer to one person alone, also where others read along. */
  supportsEphemeral: boolean;
  /** Opens the private chat with the bot: "https://t.me/..." */
  privateUrl?: string;
  t: Texts;
  /** Unix milliseconds. */
  now: number;
  backend: Backend;
};

export type Option = {
  name: string;
  describe: TextKey;
  /** The platform may ask `complete` for suggestions while the person types. */
  completes?: boolean;
  choices?: readonly string[];
  /** Undefined for a value that is not understood: the person reads that, and the command does not run. */
  read?: (typed: string) => unknown;
  /** What a value that is not understood may mean: "Europe/London" for "BST". */
  suggest?: (typed: string) => readonly string[];
};

export type Choice = { name: string; value: string };

/** Handles a pressed button; `parts` is what follows the action's name in the action id. */
export type ActionHandler = (ctx: CommandContext, parts: readonly string[]) => Promise<Reply>;

/** A form's answers by the ids of its fields. */
export type Answers = Readonly<Record<string, string>>;

export type CommandForm = {
  /** Shows the form again: `of` is what follows its name in the form id. */
  show?: (ctx: CommandContext, of: string) => Form;
  submit: (ctx: CommandContext, of: string, answers: Answers) => Promise<Reply>;
};

/** A command with everything that belongs to it: its options, its buttons and its forms. */
export type Command = {
  name: string;
  describe: TextKey;
  /** Shown in `/help` to these; Convex decides what is allowed. */
  for: "anyone" | "moderator" | "admin";
  /** Not shown in `/help` to these, who cannot use it. */
  hiddenFrom?: readonly AccessLevel[];
  options: readonly Option[];
  /**
   * The first answer is for one person alone, where the platform can do that. Discord fixes this
   * before the command has run.
   */
  ephemeral?: boolean | ((args: Args) => boolean);
  /**
   * "private": answered in private chats only. "hidden": answered where others do not see it, which
   * is also a moderators' chat for the commands of moderators and admins.
   */
  where?: "private" | "hidden";
  run(ctx: CommandContext): Promise<Reply>;
  /**
   * Handlers of its buttons by the first part of the action id `<name>|<part>|...`. The action that
   * has the command's own name is answered only where the command is.
   */
  actions?: Readonly<Record<string, ActionHandler>>;
  /** Its forms by the first part of the form id `<name>|<of>`. */
  forms?: Readonly<Record<string, CommandForm>>;
  /** At most 25 suggestions for an option. */
  complete?(ctx: CommandContext, option: string, typed: string): Promise<Choice[]>;
};

// What a command answers, and to whom: a message, how it is delivered, and whether it may be said
// in this chat at all.

/** How an answer is delivered. A platform that cannot do one of these ignores it. */
export type ReplyOptions = {
  /** Only the person who asked sees it. */
  ephemeral?: boolean;
  /** It takes the place of the message whose button was pressed. */
  editsMessage?: boolean;
  /** A short notice that disappears by itself. */
  toast?: boolean;
  /** The request holds a secret: the person's own message is deleted. */
  deletesRequest?: boolean;
};

export type Reply = { message: Message; options: ReplyOptions };
