import type { ChatState, Gathered, StoredMessage, Waiting, Watch, World } from "./world.ts";
import type { ActAnswer, Person } from "../contract.ts";
import { privateChat, type Spot } from "./chats.ts";
import { messageShown } from "./messages.ts";

// A bot that handles updates one by one confirms an update when it is done with it, so that is when
// a person has seen everything. One that handles many at once confirms before it starts: then an
// answer is over when nothing followed for a moment, a longer one where a half is still missing.
const QUIET_MS = 25;
const HALF_MS = 300;
// A bot that has not confirmed yet may pause longer between two messages.
const AT_IT_MS = 600;

type Waiter = Watch & {
  kept: Set<StoredMessage>;
  toast?: string;
  acknowledged: boolean;
  effects: number;
  confirmed: boolean;
  over: boolean;
  quiet?: NodeJS.Timeout;
  finish: () => void;
};

/**
 * `delivered` is the newest update the bot has been given: earlier messages are no answer to it.
 */
export function startWaiting(
  delivered: () => number,
  { isDoneWhenConfirmed = false } = {},
): Waiting {
  const byChat = new Map<number, Set<Waiter>>();
  const byQuery = new Map<string, Waiter>();
  let unconfirmed: Waiter[] = [];
  let head = 0;

  function wait(watch: Watch): Promise<Gathered> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        ...watch,
        kept: new Set(),
        acknowledged: false,
        effects: 0,
        confirmed: false,
        over: false,
        finish: () => {
          if (waiter.over) return;
          waiter.over = true;
          clearTimeout(waiter.quiet);
          clearTimeout(timer);
          for (const { chat } of watch.places) byChat.get(chat.id)?.delete(waiter);
          if (watch.queryId !== undefined) byQuery.delete(watch.queryId);
          resolve({
            kept: [...waiter.kept],
            ...(waiter.toast === undefined ? {} : { toast: waiter.toast }),
            silent: waiter.effects === 0,
          });
        },
      };
      const timer = setTimeout(waiter.finish, watch.waitMs);
      for (const { chat } of watch.places) {
        const waiters = byChat.get(chat.id) ?? new Set();
        byChat.set(chat.id, waiters.add(waiter));
      }
      if (watch.queryId !== undefined) byQuery.set(watch.queryId, waiter);
      unconfirmed.push(waiter);
    });
  }

  function effect(waiter: Waiter) {
    waiter.effects++;
    const whole = waiter.queryId === undefined || (waiter.acknowledged && waiter.kept.size > 0);
    clearTimeout(waiter.quiet);
    const quietMs = whole ? QUIET_MS : HALF_MS;
    waiter.quiet = setTimeout(waiter.finish, waiter.confirmed ? quietMs : AT_IT_MS);
  }

  function watching(chat: ChatState, thread: number | undefined): Waiter[] {
    return [...(byChat.get(chat.id) ?? [])].filter(
      (waiter) =>
        waiter.updateId <= delivered() &&
        waiter.places.some((place) => place.chat === chat && place.thread === thread),
    );
  }

  return {
    wait,
    saw(kept) {
      if (!byChat.get(kept.chat.id)?.size) return;
      const waiters = watching(kept.chat, kept.thread);
      const asked = waiters.filter(
        ({ messageId, places }) => messageId === kept.replyTo && places[0]?.chat === kept.chat,
      );
      // A reply belongs to the message it answers; anything else ends every wait in this chat.
      const reached = kept.replyTo !== undefined && asked.length > 0 ? asked : waiters;
      for (const waiter of reached) {
        waiter.kept.add(kept);
        effect(waiter);
      }
    },
    touched(chat) {
      for (const waiter of watching(chat, undefined)) effect(waiter);
    },
    answered(queryId, text) {
      const waiter = byQuery.get(queryId);
      if (!waiter) return;
      waiter.acknowledged = true;
      if (text !== "") waiter.toast = text;
      effect(waiter);
    },
    confirmed(offset) {
      for (let first = unconfirmed[head]; first && first.updateId < offset;) {
        first.confirmed = true;
        if (first.effects > 0 || isDoneWhenConfirmed) first.finish();
        first = unconfirmed[++head];
      }
      if (head > 1_000 && head * 2 > unconfirmed.length) {
        unconfirmed = unconfirmed.slice(head);
        head = 0;
      }
    },
    close() {
      for (const waiter of unconfirmed) waiter.finish();
      for (const waiters of byChat.values()) for (const waiter of waiters) waiter.finish();
    },
  };
}

type Sent = {
  /** Absent where the bot hears nothing of it. */
  updateId: number | undefined;
  messageId?: number;
  queryId?: string;
  waitMs: number;
};

/** Waits for what the bot makes of an update, here or in the person's private chat. */
export async function outcome(
  world: World,
  person: Person,
  spot: Spot,
  sent: Sent,
): Promise<ActAnswer> {
  const { updateId } = sent;
  if (updateId === undefined) return { ok: true, messages: [], silent: true };
  const own = privateChat(world, person);
  const places = spot.chat === own ? [spot] : [spot, { chat: own }];
  const { kept, toast, silent } = await world.waiting.wait({ ...sent, updateId, places });
  return {
    ok: true,
    messages: kept.map((kept) => messageShown(world, kept)),
    ...(toast !== undefined && { toast }),
    ...(silent && { silent }),
  };
}

export function no(error: string): Promise<ActAnswer> {
  return Promise.resolve({ ok: false, error });
}
