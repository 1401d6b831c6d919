import { type Bot, GrammyError } from "grammy";
import type { Update } from "grammy/types";
import type { Verdict } from "../budget.ts";
import type { Clock } from "../clock.ts";
import { errorKind, type Log } from "../log.ts";
import { createConfirmations } from "./confirmations.ts";
import { createLanes } from "./lanes.ts";

const pollSeconds = 25;
const maxPauseMs = 30_000;
const maxUpdates = 100;
/** Chats whose requests are being worked on at once. */
const chatsAtOnce = 64;

/**
 * While something is unfinished, Telegram is asked again after this long: within half a second, from the same
 * number, it hands out a single update.
 */
const askAgainMs = 550;
/** What is finished within this long is confirmed together. */
const confirmTogetherMs = 50;

// The kinds we act on; Telegram leaves some out unless asked for by name.
const kinds = [
  "message",
  "channel_post",
  "callback_query",
  "my_chat_member",
  "chat_join_request",
] as const;

/**
 * `handle` resolves when the chat's next update may be handled; what it gives resolves when this one
 * is finished, so that it may be confirmed. Neither rejects.
 */
type Handle = (update: Update) => Promise<{ finished: Promise<void> }>;

type Polling = {
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  handle: Handle;
  /** Whether an update needs handling at all, asked in the order in which they came. */
  verdictOn: (update: Update) => Verdict | "nothing";
  /** Telegram answers, or does not any more. */
  onConnected: (isConnected: boolean) => void;
};

/**
 * Reads updates until `signal` aborts. Chats are handled side by side, one chat's updates in their
 * order, and fetching goes on meanwhile. What is unfinished is not confirmed, so that a killed
 * process gets it again. grammY's own loop is one after another, its runner confirms before handling.
 */
export async function pollUpdates(
  bot: Bot,
  { clock, log, signal, handle, verdictOn, onConnected }: Polling,
): Promise<void> {
  const confirmations = createConfirmations();
  const lanes = createLanes(chatsAtOnce);
  const running = new Set<Promise<void>>();
  let failures = 0;
  // The first look comes back at once: only then is it known that Telegram answers.
  let isConnected = false;
  const connected = (now: boolean) => {
    isConnected = now;
    onConnected(now);
  };

  const start = (update: Update) => {
    const lane = laneOf(update);
    if (!confirmations.begin(update.update_id, lane)) return false;
    const verdict = verdictOn(update);
    if (verdict === "last" || verdict === "over") confirmations.letGo(lane);
    if (verdict === "over" || verdict === "nothing") {
      confirmations.finish(update.update_id);
      return true;
    }
    let finished = Promise.resolve();
    const work = lanes
      .run(lane, async () => {
        ({ finished } = await handle(update));
      })
      .then(async () => await finished)
      .finally(() => {
        confirmations.finish(update.update_id);
        running.delete(work);
      });
    running.add(work);
    return true;
  };

  /** Until it is worth asking again: what was finished is to be confirmed, or some time has passed. */
  const untilNextAsk = async (askedOffset: number, askedAt: number) => {
    const changed = new AbortController();
    confirmations.onFinished(() => confirmations.isIdle() && changed.abort());
    const either = AbortSignal.any([changed.signal, signal]);
    while (!either.aborted && !confirmations.isIdle()) {
      const passed = clock.now() - askedAt;
      const isMoved = confirmations.offset() !== askedOffset;
      if (passed >= (isMoved ? confirmTogetherMs : askAgainMs)) return;
      await clock.sleep(confirmTogetherMs, either);
    }
  };

  let confirmed = 0;
  while (!signal.aborted) {
    try {
      const offset = confirmations.offset();
      const timeout = isConnected && confirmations.isIdle() ? pollSeconds : 0;
      const updates = await bot.api.getUpdates(
        { offset, limit: maxUpdates, timeout, allowed_updates: kinds },
        // grammY's type is an older polyfill's; the signal is the platform's own.
        signal as Parameters<typeof bot.api.getUpdates>[1],
      );
      confirmed = offset;
      failures = 0;
      connected(true);
      const fresh = updates.filter(start).length;
      if (fresh === 0 && updates.length === maxUpdates)
        log.warn(
          { count: confirmations.giveUpOldest() },
          "confirming updates before their answers",
        );
      // From when Telegram surely had the question: it counts the half second from there.
      else await untilNextAsk(offset, clock.now());
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      connected(false);
      await recover(bot, error, log);
      await clock.sleep(Math.min(250 * 2 ** failures, maxPauseMs), signal);
    }
  }
  await Promise.all(running);
  // What was handled since the last look would otherwise come again after a restart.
  const offset = confirmations.offset();
  if (offset > confirmed)
    await bot.api.getUpdates({ offset, limit: 1, timeout: 0 }).catch(() => undefined);
}

/**
 * What can be done about a refused poll. Telegram gives updates by polling or to a webhook, and to one
 * poller alone: https://core.telegram.org/bots/api#getupdates
 */
async function recover(bot: Bot, error: unknown, log: Log): Promise<void> {
  const isConflict = error instanceof GrammyError && error.error_code === 409;
  if (!isConflict) {
    log.warn(errorKind(error), "Telegram did not answer");
  } else if (/webhook/i.test(error.description)) {
    log.error("somebody sets a webhook for this bot, which ends polling: I remove it and go on");
    await deleteWebhook(bot, log);
  } else {
    log.error("another process polls with this bot's token: only one of them gets each message");
  }
}

/** Polling needs that no webhook is set. Updates that wait for one are not dropped. */
export async function deleteWebhook(bot: Bot, log: Log): Promise<void> {
  try {
    await bot.api.deleteWebhook({ drop_pending_updates: false });
  } catch (error) {
    log.warn(errorKind(error), "a webhook could not be removed");
  }
}

/** The chat whose updates are handled in their order. */
function laneOf(update: Update): string {
  const { message, channel_post, callback_query, my_chat_member, chat_join_request } = update;
  const about = message ?? channel_post ?? callback_query?.message ?? my_chat_member;
  // A join request is answered in the applicant's private chat. What belongs to no chat depends
  // on nothing.
  return String(chat_join_request?.user_chat_id ?? about?.chat.id ?? `update ${update.update_id}`);
}
