import type { FunctionReturnType } from "convex/server";
import { api } from "../convex/_generated/api.js";
import { chatSubject, type Platform } from "../shared/identity.ts";
import { localeOf } from "../shared/texts/index.ts";
import { forgetOldest } from "./bounded.ts";
import type { BackendClient } from "./backend/index.ts";

type Own = FunctionReturnType<typeof api.chatAccounts.arrive>;
/** What the platform calls a person now. */
type Introduced = {
  id: string;
  name: string;
  handle?: string;
  /** A platform's tag, like "es-419". */
  language?: string | undefined;
};
type OfChat = FunctionReturnType<typeof api.channels.setting>;

export type Preferences = {
  /** What a person chose, and what they are to the community (for help; not a permission). */
  ofPerson(person: Introduced): Promise<Own>;
  /** What an admin chose for a chat; null for one that is not subscribed. */
  ofChat(chatId: string, threadId?: string): Promise<OfChat>;
  /** After a change that was made through this process: nothing of these is remembered. */
  invalidateChatCache(personId: string | undefined, chatId: string, threadId?: string): void;
};

const maxKept = 5000;

/**
 * A person who writes often is asked for at most this often: the query is also how Convex
 * learns in which of their chats they are.
 */
const freshMs = 5 * 60_000;

type Remembered<T> = { asked: Promise<T>; at: number };

/**
 * People's and chats' settings, asked for once and remembered. A live query names whose settings
 * changed last, so that a change made elsewhere is forgotten here at once.
 */
export function createPreferences(
  backend: BackendClient,
  platform: Platform,
  now: () => number = Date.now,
): Preferences {
  const people = new Map<string, Remembered<Own>>();
  const chats = new Map<string, Remembered<OfChat>>();
  const seen = new Map<string, number>();

  backend.watch(
    api.preferences.lastChanged,
    {},
    ({ people: changed, chats: changedChats, most }) => {
      const isNew = changed.map(({ platformUserId, at }) =>
        forgetOlder(people, platformUserId, `person ${platformUserId}`, at),
      );
      // As many at once as the query names: there may have been more, whom it does not name.
      if (changed.length === most && isNew.every(Boolean)) people.clear();
      for (const { chatId, threadId, at } of changedChats)
        forgetOlder(chats, chatKey(chatId, threadId), `chat ${chatKey(chatId, threadId)}`, at);
    },
  );

  /** Whether the change was not known yet. */
  function forgetOlder(kept: Map<string, unknown>, key: string, name: string, at: number): boolean {
    if (seen.get(name) === at) return false;
    seen.delete(name);
    seen.set(name, at);
    forgetOldest(seen, maxKept);
    kept.delete(key);
    return true;
  }

  async function remember<T>(
    kept: Map<string, Remembered<T>>,
    key: string,
    since: number,
    ask: () => Promise<T>,
  ): Promise<T> {
    const known = kept.get(key);
    if (known && known.at > since) return await known.asked;
    const one = { asked: ask(), at: now() };
    kept.set(key, one);
    forgetOldest(kept, maxKept);
    // What is known goes on serving, also while Convex is away: changes are pushed anyway.
    if (known) {
      one.asked.catch(() => kept.get(key) === one && kept.set(key, { ...known, at: now() }));
      return await known.asked;
    }
    try {
      return await one.asked;
    } catch (error) {
      // A failure is not an answer: the next question asks again.
      if (kept.get(key) === one) kept.delete(key);
      throw error;
    }
  }

  return {
    ofPerson: async ({ id, name, handle, language }) =>
      await remember(people, id, now() - freshMs, async () => {
        const locale = localeOf(language);
        const who = { name, ...(handle !== undefined && { handle }), ...(locale && { locale }) };
        return await backend.as(chatSubject(platform, id)).mutation(api.chatAccounts.arrive, who);
      }),
    ofChat: async (chatId, threadId) =>
      await remember(chats, chatKey(chatId, threadId), -Infinity, async () => {
        const where = { chatId, ...(threadId !== undefined && { threadId }) };
        return await backend.bot.query(api.channels.setting, where);
      }),
    invalidateChatCache(personId, chatId, threadId) {
      if (personId !== undefined) people.delete(personId);
      chats.delete(chatKey(chatId, threadId));
    },
  };
}

function chatKey(chatId: string, threadId: string | undefined): string {
  return threadId === undefined ? chatId : `${chatId}/${threadId}`;
}
