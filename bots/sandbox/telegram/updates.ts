import type { Update } from "@grammyjs/types";
import { Refusal } from "./params.ts";

export type NewUpdate = Omit<Update, "update_id">;
export type Poll = {
  offset: number;
  limit: number;
  timeoutMs: number;
  allowed?: readonly string[];
  onClose: (listener: () => void) => void;
};

/** The bot's queue of updates and the one long poll that may wait on it. */
export type Updates = {
  /** Queues an update; nothing is queued, nor returned, where the bot did not ask for its kind. */
  push(update: NewUpdate): number | undefined;
  take(poll: Poll): Promise<Update[]>;
  /** The newest update that was handed out. */
  delivered(): number;
  pending(): number;
  clear(): void;
  /** Where updates are pushed to; polling is refused while there is one. Empty for none. */
  setWebhook(url: string): void;
  webhook(): string;
  close(): void;
};

// Kinds that come only to a bot that names them.
const ON_REQUEST = new Set(["chat_member", "message_reaction", "message_reaction_count"]);
// Telegram forgets after a day; the emulator forgets by number, so that its memory stays bounded.
const MAX_UPDATES = 200_000;

/** Starts at `firstId`; `onConfirmed` hears every offset a poll brings. */
export function startUpdates(
  firstId: number,
  now: () => number,
  onConfirmed: (offset: number) => void,
): Updates {
  let queue: Update[] = [];
  let head = 0;
  let nextId = firstId;
  let delivered = firstId - 1;
  let webhook = "";
  let previous = { offset: Number.NaN, at: 0 };
  let wanted: ReadonlySet<string> | undefined;
  let waiting:
    { wake: () => void; conflict: (words: string) => void; stop: () => void } | undefined;

  const wants = (kind: string) => (wanted ? wanted.has(kind) : !ON_REQUEST.has(kind));

  function forgetBefore(index: number) {
    head = Math.max(head, Math.min(index, queue.length));
    // Moving the rest costs as much as was dropped since the last time, so it is free on average.
    if (head > 1_000 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
  }

  function confirm(offset: number) {
    if (offset < 0) {
      forgetBefore(queue.length + offset);
      return;
    }
    const first = queue[head];
    if (first) forgetBefore(head + offset - first.update_id);
    onConfirmed(offset);
  }

  function batch(limit: number): Update[] {
    const some = queue.slice(head, head + limit);
    delivered = Math.max(delivered, some.at(-1)?.update_id ?? delivered);
    return some;
  }

  function push(update: NewUpdate): number | undefined {
    const kind = Object.keys(update)[0];
    if (kind === undefined || !wants(kind)) return undefined;
    const id = nextId++;
    queue.push({ update_id: id, ...update });
    if (queue.length - head > MAX_UPDATES) forgetBefore(head + 1);
    // Updates pushed in the same turn go out in one answer.
    if (waiting) queueMicrotask(() => waiting?.wake());
    return id;
  }

  function take(asked: Poll): Promise<Update[]> {
    if (webhook !== "") return Promise.reject(new Refusal(409, WEBHOOK_CONFLICT));
    const poll = slowedDown(asked);
    if (poll.allowed) wanted = poll.allowed.length > 0 ? new Set(poll.allowed) : undefined;
    waiting?.conflict(CONFLICT);
    confirm(poll.offset);
    if (head < queue.length || poll.timeoutMs <= 0) return Promise.resolve(batch(poll.limit));

    return new Promise<Update[]>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        if (waiting === me) waiting = undefined;
      };
      const answer = () => {
        stop();
        resolve(batch(poll.limit));
      };
      const me = {
        wake: () => head < queue.length && answer(),
        conflict: (words: string) => {
          stop();
          reject(new Refusal(409, words));
        },
        // The caller has gone: nothing is handed out, so nothing can get lost.
        stop: () => {
          stop();
          resolve([]);
        },
      };
      const timer = setTimeout(answer, poll.timeoutMs);
      waiting = me;
      poll.onClose(() => waiting === me && me.stop());
    });
  }

  /**
   * The Bot API server slows down who asks from the same number again and again: `previous_get_updates_offset_` in
   * https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
   */
  function slowedDown(poll: Poll): Poll {
    const at = now();
    const passedMs = poll.offset === previous.offset ? at - previous.at : Infinity;
    previous = { offset: poll.offset, at };
    return {
      ...poll,
      ...(passedMs < 500 && { limit: 1 }),
      ...(passedMs < 3_000 && { timeoutMs: Math.max(poll.timeoutMs, 3_000) }),
    };
  }

  return {
    setWebhook(url) {
      webhook = url;
      if (url !== "") waiting?.conflict(SET_WEBHOOK_CONFLICT);
    },
    webhook: () => webhook,
    push,
    take,
    delivered: () => delivered,
    pending: () => queue.length - head,
    clear: () => forgetBefore(queue.length),
    close: () => waiting?.stop(),
  };
}

const CONFLICT =
  "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const WEBHOOK_CONFLICT =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const SET_WEBHOOK_CONFLICT = "Conflict: terminated by setWebhook request";
