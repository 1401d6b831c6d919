import type { BotCommand, UserFromGetMe } from "@grammyjs/types";
import {
  defaultWaitMs,
  type Person,
  type ChatEmulator,
  type ChatEmulatorOptions,
} from "../contract.ts";
import { makeFaults, makeListeners, makeRequestLog } from "../http/observing.ts";
import { openPlace, privateChat, spotOf } from "./chats.ts";
import { leoIsAdmin, migrate, shownCommands } from "./members.ts";
import { startShelf } from "./files.ts";
import { startRates } from "./rates.ts";
import type { World } from "./world.ts";
import { isTyping, transcript } from "./messages.ts";
import { type NewUpdate, startUpdates } from "./updates.ts";
import { deleteMessage, perform, takeBack } from "./actions.ts";
import { startWaiting } from "./waiting.ts";
import { isFaultFor, listen } from "./wire.ts";

export type TelegramEmulatorOptions = ChatEmulatorOptions & {
  /** Who administers the place named `chatKey`; by default Leo, everywhere. */
  isAdmin?: (person: Person, chatKey: string) => boolean;
  /** The id of each chat's first message, 1 by default: those of an earlier run stay unknown. */
  firstMessageId?: number;
  /** The bot confirms an update once it has handled it: then there is nothing left to wait for. */
  isDoneWhenConfirmed?: boolean;
};

export type TelegramEmulator = ChatEmulator & {
  bot: UserFromGetMe;
  /** Telegram's limits on sending, off at first. */
  limitRates(on: boolean): void;
  /** Turns a basic group into a supergroup; returns its new id. */
  migrate(placeKey: string): string;
  /** Withdraws a person's join request; false where there is none. */
  takeBack(query: { in: string; as: string }): boolean;
  /** Deletes a message as a moderator would. */
  deleteMessage(query: { in: string; as: string; id: string }): boolean;
  /** Whether a shared place takes photos, as its admins decide. */
  takePhotos(placeKey: string, takes: boolean): void;
  /** Takes a right away from the bot in a shared place, as its admins decide, or gives it back. */
  permit(placeKey: string, right: "text" | "documents" | "photos" | "pin", allowed: boolean): void;
  /** Closes or deletes the topic that a place is. */
  endTopic(placeKey: string, how: "closed" | "deleted"): void;
  /** Queues an update that no act of a person makes: from another bot, an anonymous admin. */
  push(update: NewUpdate): void;
  /** Sets a webhook as another program with the bot's token would. */
  setWebhook(url: string): void;
  /** How many updates the bot has not confirmed. */
  pending(): number;
  /** How many calls of a method were answered with 200 so far. */
  count(method: string): number;
  /** The commands a person's client offers in a place. */
  commands(query: { in: string; as: string }): BotCommand[];
};

const TOKEN = "7000000001:AAEmulatorOfTelegramOnThisMachine00";
const BOT: UserFromGetMe = {
  id: 7_000_000_001,
  is_bot: true,
  first_name: "Plaza",
  username: "plaza_bot",
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
};
const maxLoggedRequests = 10_000;

/** Starts the emulator; grammY reaches it through `apiRoot`. */
export async function startTelegramEmulator(
  options: TelegramEmulatorOptions,
): Promise<TelegramEmulator> {
  const listeners = makeListeners();
  const world = emptyWorld(options, listeners.notify);
  for (const place of options.places) openPlace(world, { ...place });
  const server = await listen(world, options.port);
  world.url = server.url;

  return {
    platform: "telegram",
    url: world.url,
    token: TOKEN,
    bot: BOT,
    people: () => [...world.people],
    places: () => world.places.map((place) => ({ ...place })),
    addPlace: (place) => {
      openPlace(world, { ...place });
      world.changed();
    },
    act: (act, waitMs = options.waitMs ?? defaultWaitMs) => perform(world, act, waitMs),
    transcript: (query) => transcript(world, query),
    isTyping: (query) => isTyping(world, query),
    file: (id) => {
      // Messages show a file by its address, which ends in its id.
      const file = world.shelf.get(id.split("/").at(-1) ?? "");
      return file?.bytes && { name: file.name, mime: file.mime, bytes: file.bytes };
    },
    fault: (fault) => world.faults.add(fault),
    faults: () => world.faults.list(),
    limitRates: (on) => world.rates.limit(on),
    migrate: (key) => migrate(world, key),
    takeBack: (query) => takeBack(world, query),
    deleteMessage: (query) => deleteMessage(world, query),
    takePhotos: (key, takes) => {
      const chat = spotOf(world, key)?.chat;
      if (chat) chat.takesNoPhotos = !takes;
    },
    permit: (key, right, allowed) => {
      const chat = spotOf(world, key)?.chat;
      if (!chat) return;
      if (right === "text") chat.takesNoText = !allowed;
      else if (right === "documents") chat.takesNoDocuments = !allowed;
      else if (right === "photos") chat.takesNoPhotos = !allowed;
      else chat.pinsNothing = !allowed;
    },
    endTopic: (key, how) => {
      const { chat, thread = 0 } = spotOf(world, key) ?? {};
      (how === "closed" ? chat?.closedTopics : chat?.deletedTopics)?.add(thread);
    },
    push: (update) => void world.updates.push(update),
    setWebhook: (url) => world.updates.setWebhook(url),
    pending: () => world.updates.pending(),
    count: (method) => world.log.countOk(method),
    commands: (query) => shownCommands(world, query),
    onChange: listeners.add,
    requests: () => world.log.list(),
    close: async () => {
      world.updates.close();
      world.waiting.close();
      await server.close();
    },
  };
}

function emptyWorld(options: TelegramEmulatorOptions, changed: () => void): World {
  const now = options.now ?? Date.now;
  const waiting = startWaiting(() => updates.delivered(), options);
  // A bot may remember updates it has handled, so ids of a new run begin beyond those that an
  // earlier run can have reached. They stay within 31 bits, as Telegram's do.
  const firstId = (Math.floor(now() / 10) % 2_000_000_000) + 1;
  const updates = startUpdates(firstId, now, (offset) => waiting.confirmed(offset));
  const world: World = {
    now,
    token: TOKEN,
    url: "",
    bot: BOT,
    people: options.people,
    personByKey: new Map(options.people.map((person) => [person.key, person])),
    personById: new Map(options.people.map((person) => [person.telegramId, person])),
    places: [],
    isAdmin: options.isAdmin ?? leoIsAdmin,
    chats: new Map(),
    firstMessageId: options.firstMessageId ?? 1,
    updates,
    waiting,
    shelf: startShelf(),
    rates: startRates(now),
    faults: makeFaults(isFaultFor),
    onExchange: options.onExchange,
    log: makeRequestLog(maxLoggedRequests),
    callbackQueries: new Map(),
    commands: new Map(),
    profile: new Map(),
    changed,
  };
  for (const person of options.people) privateChat(world, person);
  return world;
}
