import type {
  APIAllowedMentions,
  APIApplicationCommand,
  APIAttachment,
  APIGuildScheduledEvent,
  APIMessage,
  APIModalInteractionResponseCallbackData,
  APIRole,
  ChannelType,
  InteractionType,
} from "discord-api-types/v10";
import type { WebSocket } from "ws";
import type { ActAnswer, Exchange, Fault, Person, Place } from "../contract.ts";
import type { Faults, Listeners, RequestLog } from "../http/observing.ts";
import type { RateBook } from "./limits.ts";

/** Everything the emulator knows. Routes and actions read and change it; nothing else is kept. */
export type World = {
  now: () => number;
  newId: () => string;
  /** "http://127.0.0.1:PORT", set once the server listens. */
  base: string;
  token: string;
  /** The bot's user id, which is also its application's. */
  botId: string;
  guildId: string;
  botRole: string;
  adminRole: string;
  botPermissions: bigint;
  /** False once the bot was thrown out. */
  inGuild: boolean;
  people: Map<string, Person>;
  peopleById: Map<string, Person>;
  members: Map<string, Member>;
  roles: Map<string, Role>;
  places: Map<string, Place>;
  channels: Map<string, Channel>;
  /** By the key of a shared place. */
  channelOfPlace: Map<string, Channel>;
  /** By the key of a person. */
  dms: Map<string, Channel>;
  /** By guild id; the global ones under "". */
  commands: Map<string, APIApplicationCommand[]>;
  /** When commands were created, the newest last. */
  createdCommands: number[];
  events: Map<string, APIGuildScheduledEvent>;
  /** By token. */
  interactions: Map<string, Interaction>;
  modals: Map<string, OpenModal>;
  files: FileStore;
  sessions: Map<string, Session>;
  faults: Faults<Fault>;
  requests: RequestLog<Seen>;
  onExchange: ((exchange: Exchange) => void) | undefined;
  rates: RateBook;
  listeners: Listeners;
};

export type Seen = { at: number; method: string; status: number; chat?: string };

/** A role as the API has it, its flags plain bits. */
export type Role = Omit<APIRole, "flags"> & { flags: number };

export type Member = { person: Person; roles: Set<string>; joinedAt: string };

export type Channel = {
  id: string;
  name: string;
  type: ChannelType;
  parent?: Channel;
  /** Whose direct messages these are. */
  person?: Person;
  /** The bot may see the channel; in a DM, the person takes its messages. */
  open: boolean;
  messages: Map<string, Stored>;
  nonces: Map<string, { at: number; stored: Stored }>;
  thinking: Set<Stored>;
  typingUntil: number;
  watches: Set<Watch>;
  /** Of a thread: nothing in it can be edited; and only moderators may open it again. */
  archived?: boolean;
  locked?: boolean;
  /** When messages older than an hour were edited, the newest last. */
  oldEdits: number[];
};

/** A message as the API has it; flags are plain bits here, and always there. */
export type Message = Omit<APIMessage, "flags" | "referenced_message"> & {
  flags: number;
  referenced_message?: Message;
};

export type Stored = {
  message: Message;
  channel: Channel;
  /** A person's key, or "plaza". */
  from: string;
  at: number;
  edited?: number;
  deleted?: boolean;
  /** The key of the only person who sees it. */
  onlyFor?: string;
  allowedMentions?: APIAllowedMentions;
  /** All files, also those shown inside an embed and so missing from `message.attachments`. */
  attachments: APIAttachment[];
};

/** A caller that waits for what the bot does next in a channel. */
export type Watch = { sees(stored: Stored): boolean; settle(answer: ActAnswer): void };

export type Interaction = {
  id: string;
  token: string;
  type: InteractionType;
  at: number;
  person: Person;
  channel: Channel;
  /** The command's name, for the message's metadata. */
  command?: string;
  acknowledged: boolean;
  /** The message "@original" means. */
  original?: Stored;
  /** The message whose button or menu was used. */
  source?: Stored;
  /** What the person waits for; gone once answered. */
  settle?: (answer: ActAnswer) => void;
};

export type OpenModal = {
  data: APIModalInteractionResponseCallbackData;
  channel: Channel;
  source?: Stored;
};

/** Tells the page that something a person could see is different now. */
export function changed(world: World): void {
  world.listeners.notify();
}

/**
 * Adds to a map that keeps only its newest `maxEntries` entries; `dropped` gets the removed one.
 */
export function keepNewest<V>(
  map: Map<string, V>,
  key: string,
  value: V,
  maxEntries: number,
  dropped?: (value: V) => void,
): void {
  map.set(key, value);
  if (map.size <= maxEntries) return;
  for (const [oldest, gone] of map) {
    map.delete(oldest);
    dropped?.(gone);
    return;
  }
}

/** One identified client. It outlives its socket so that RESUME can replay what was missed. */
export type Session = {
  id: string;
  socket: WebSocket | undefined;
  intents: number;
  seq: number;
  /** The last events, by `seq % KEEP.events`. */
  sent: string[];
};

/** Uploaded files, oldest dropped first once there are too many or they are too large together. */
export type FileStore = {
  add(id: string, file: KeptFile): void;
  get(id: string): KeptFile | undefined;
  remove(id: string): void;
};

export type KeptFile = { name: string; mime: string; bytes: Uint8Array };
