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
import { randomBytes } from "node:crypto";
import type { ActAnswer, ChatEmulatorOptions, Fault, Person, Place } from "../contract.ts";
import {
  type Faults,
  type Listeners,
  makeFaults,
  makeListeners,
  makeRequestLog,
  type RequestLog,
} from "../http/observing.ts";
import { type FileStore, fileStore } from "./attachments.ts";
import type { Session } from "./gateway.ts";
import { KEEP, type RateBook, rateBook } from "./limits.ts";
import { roleOf } from "./guild.ts";
import { BOT_PERMISSIONS, EVERYONE, EVERYTHING, isAdmin } from "./people.ts";

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
  events: Map<string, APIGuildScheduledEvent>;
  /** By token. */
  interactions: Map<string, Interaction>;
  modals: Map<string, OpenModal>;
  files: FileStore;
  sessions: Map<string, Session>;
  faults: Faults<Fault>;
  requests: RequestLog<Seen>;
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

const DISCORD_EPOCH = 1_420_070_400_000;
const PER_MILLISECOND = 2 ** 22;

/** Makes ids as Discord does: the clock in the high bits, always larger than the one before. */
function snowflakes(now: () => number): () => string {
  let tick = 0;
  let count = 0;
  return () => {
    // A clock that stands still or goes back must not repeat an id.
    const at = Math.max(Math.floor(now()) - DISCORD_EPOCH, tick);
    if (at > tick) {
      tick = at;
      count = 0;
    } else if (++count === PER_MILLISECOND) {
      tick += 1;
      count = 0;
    }
    return ((BigInt(tick) << 22n) | BigInt(count)).toString();
  };
}

/** A guild with everybody in it, its roles, and no channel yet. */
export function createWorld({ people, now = Date.now }: ChatEmulatorOptions): World {
  const newId = snowflakes(now);
  const [botId, guildId, botRole, adminRole] = [newId(), newId(), newId(), newId()];
  const joinedAt = new Date(now()).toISOString();
  const memberships = people.map((person) => {
    const roles = new Set(isAdmin(person) ? [adminRole] : []);
    return [person.discordId, { person, roles, joinedAt }] as const;
  });
  const roles = [
    roleOf(guildId, "@everyone", EVERYONE, 0),
    { ...roleOf(botRole, "Plaza", BOT_PERMISSIONS, 10), managed: true },
    roleOf(adminRole, "Admin", EVERYTHING, 11),
  ];
  return {
    now,
    newId,
    base: "",
    token: `emulator.discord.${randomBytes(12).toString("hex")}`,
    botId,
    guildId,
    botRole,
    adminRole,
    botPermissions: BOT_PERMISSIONS,
    inGuild: true,
    people: new Map(people.map((person) => [person.key, person])),
    peopleById: new Map(people.map((person) => [person.discordId, person])),
    members: new Map(memberships),
    roles: new Map(roles.map((role) => [role.id, role])),
    places: new Map(),
    channels: new Map(),
    channelOfPlace: new Map(),
    dms: new Map(),
    commands: new Map(),
    events: new Map(),
    interactions: new Map(),
    modals: new Map(),
    files: fileStore(),
    sessions: new Map(),
    faults: makeFaults(),
    requests: makeRequestLog(KEEP.requests),
    rates: rateBook(),
    listeners: makeListeners(),
  };
}
