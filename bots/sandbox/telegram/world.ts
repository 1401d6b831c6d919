import type { BotCommand, Message, User, UserFromGetMe } from "@grammyjs/types";
import type { Exchange, Fault, Person, Place } from "../contract.ts";
import type { Faults, RequestLog } from "../http/observing.ts";
import type { Updates } from "./updates.ts";
import type { Params } from "./params.ts";

/** One chat as the emulator holds it. A forum's topics live in their group's chat. */
export type ChatState = {
  id: number;
  type: "private" | "group" | "supergroup" | "channel";
  /** The key of its place; "dm" for a private chat. */
  key: string;
  title: string;
  /** Whose private chat this is. */
  person?: Person;
  forum: boolean;
  /** Titles of a forum's topics by thread id. */
  topics: Map<number, string>;
  /** Kicked also means blocked, in a private chat. */
  bot: "in" | "kicked" | "left";
  /** Private chats: whether the person ever wrote; until then the bot may not. */
  started: boolean;
  /** Private chats: until when a join request lets the bot write first. */
  mayWriteUntil: number;
  /** Who is not a member; everybody else is. */
  outsiders: Set<number>;
  /** Who has asked to join and waits for an answer. */
  asking: Set<number>;
  /** What the chat forbids, for the bot too. */
  takesNoPhotos?: boolean;
  takesNoDocuments?: boolean;
  takesNoText?: boolean;
  /** The bot may not pin. */
  pinsNothing?: boolean;
  closedTopics: Set<number>;
  deletedTopics: Set<number>;
  nextMessageId: number;
  oldestMessageId: number;
  messages: Map<number, StoredMessage>;
  pinned: Set<number>;
  typing?: { until: number; thread: number | undefined };
  /** The last message that asked for a reply, and who has already given it. */
  forceReply?: { to: StoredMessage; from: number | undefined; given: Set<number> };
  migratedTo?: number;
};

/** One message of a chat. */
export type StoredMessage = {
  chat: ChatState;
  /** As the Bot API shows it. */
  message: Message;
  /** A person's key, or "plaza". */
  from: string;
  at: number;
  thread?: number;
  replyTo?: number;
  edited?: number;
  deleted?: true;
};

export type CallbackQueryState = { at: number; from: User; text?: string };

type LoggedRequest = { at: number; method: string; status: number; chat?: string };

/** Everything one running emulator knows. */
export type World = {
  now: () => number;
  token: string;
  url: string;
  bot: UserFromGetMe;
  people: Person[];
  personByKey: Map<string, Person>;
  personById: Map<number, Person>;
  places: Place[];
  isAdmin: (person: Person, chatKey: string) => boolean;
  chats: Map<number, ChatState>;
  /** Of every chat. */
  firstMessageId: number;
  updates: Updates;
  waiting: Waiting;
  shelf: Shelf;
  rates: Rates;
  faults: Faults<Fault>;
  onExchange: ((exchange: Exchange) => void) | undefined;
  log: RequestLog<LoggedRequest>;
  /** Callback queries by id, oldest first. */
  callbackQueries: Map<string, CallbackQueryState>;
  /** By scope and language. */
  commands: Map<string, BotCommand[]>;
  /** Name, description and short description by what and language. */
  profile: Map<string, string>;
  changed: () => void;
};

/** Files the bot has sent, the newest ones. */
export type Shelf = {
  put(file: { name: string; folder: string; bytes?: Buffer; url?: string }): ShelvedFile;
  get(id: string): ShelvedFile | undefined;
  byPath(path: string): ShelvedFile | undefined;
};

/** Telegram's limits on what a bot sends and edits. Off until they are switched on. */
export type Rates = {
  limit(on: boolean): void;
  /** Counts one message or edit in `chat`, or refuses it with 429. */
  spend(chat: ChatState): void;
};

/** Waits of people for the bot. They are notified of everything the bot does. */
export type Waiting = {
  wait(watch: Watch): Promise<Gathered>;
  /** A message was sent, changed or deleted. */
  saw(kept: StoredMessage): void;
  /** The bot did something about a person that is not a message. */
  touched(chat: ChatState): void;
  answered(queryId: string, text: string): void;
  confirmed(offset: number): void;
  close(): void;
};

export type Method = (world: World, call: Call) => unknown;

export type Methods = Record<string, Method>;

/** What a method was called with. */
export type Body = { params: Params; uploads: Map<string, Upload> };

export type Call = Body & { onClose: (listener: () => void) => void };

export type Upload = { name: string; bytes: Buffer };

export type ShelvedFile = {
  id: string;
  uniqueId: string;
  name: string;
  mime: string;
  size: number;
  /** Path below `/file/bot<token>/`. */
  path: string;
  /** Absent where the bot gave an address: the emulator does not go out to fetch it. */
  bytes?: Uint8Array;
  url?: string;
};

/** What the bot did about one thing a person did. */
export type Gathered = { kept: StoredMessage[]; toast?: string; silent: boolean };

export type Watch = {
  updateId: number;
  /** Where an answer may show: the place, in its thread, and the person's own chat. */
  places: { chat: ChatState; thread?: number | undefined }[];
  /** The person's own message, to which the bot may reply. */
  messageId?: number;
  /** The clicked button. */
  queryId?: string;
  waitMs: number;
};
