import type { FunctionArgs } from "convex/server";
import { api } from "../convex/_generated/api.js";
import type { LeasedDelivery } from "../shared/messages/leased.ts";
import type { Backend } from "../shared/backend.ts";
import type { Clock } from "./clock.ts";
import { errorKind, type Log, withoutIds } from "./log.ts";
import { createOrderedSends, createPace, createRefusals } from "./outboxFlow.ts";

type Step = FunctionArgs<typeof api.deliveries.step>;
export type Outcome = NonNullable<Step["completed"]>["outcome"];

/** Also: the platform takes nothing from this bot for a while, wherever it goes. */
export type Ended = Outcome | (Extract<Outcome, { kind: "later" }> & { isForAll: true });

/** How a platform sends: it never throws, every end of a try is an outcome. */
export type Sender = {
  send(message: LeasedDelivery): Promise<Ended>;
  /** Deliveries under way at once, each to another destination. */
  atOnce: number;
  /** Below the platform's own limit, which answers to people share. */
  perSecond: number;
  /**
   * Whether the platform, or the nature of the delivery, makes sending it twice the same as sending
   * it once. Of the others a process that is killed leaves one whose end nobody knows, and those
   * that the platform was slow to answer.
   */
  isRepeatable(message: LeasedDelivery): boolean;
};

/** After this long between "begin" and its answer, the lease may be over: do not send. */
const staleMs = 8_000;
/** A process that is killed leaves so many messages to wait for the end of their lease. */
const batch = 8;
/** While something waits, look this often even if no change is pushed; otherwise once a minute. */
const waitingPollMs = 5_000;
const idlePollMs = 60_000;

export type Outbox = {
  /** Something may be ready. `readyAt` as `deliveries.nextReady` gives it. */
  wake(readyAt: number | null): void;
  /** Resolves when the running sends have been completed. */
  stopped: Promise<void>;
};

/**
 * Sends the deliveries of one platform until `signal` aborts: lease, begin, send, complete. It can be
 * killed at any point and run in several processes at once: `convex/model/deliveries/lease.ts`.
 * `sender.atOnce` workers take what was leased in turn, so that a chat that is slow holds up one of
 * them and no other chat.
 */
export function runOutbox(
  backend: Backend,
  sender: Sender,
  { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal },
): Outbox {
  let readyAt: number | null = 0;
  let woken = new AbortController();
  const pace = createPace(clock, sender.perSecond);
  const ordered = createOrderedSends<NonNullable<Step["completed"]>>(clock, signal);
  const refusals = createRefusals();
  const leased: LeasedDelivery[] = [];

  const pause = async () => {
    const poll = readyAt === null ? idlePollMs : waitingPollMs;
    const ms = readyAt === null ? poll : Math.min(Math.max(readyAt - clock.now(), 50), poll);
    await clock.sleep(ms, AbortSignal.any([woken.signal, signal]));
    woken = new AbortController();
  };

  const lease = async () => {
    try {
      const messages = await backend.mutation(api.deliveries.lease, { limit: batch });
      leased.push(...messages);
      // What was ready is leased now: what comes next is pushed.
      if (messages.length === 0 && readyAt !== null && readyAt <= clock.now())
        readyAt = clock.now() + waitingPollMs;
      return messages.length > 0;
    } catch (error) {
      log.warn(errorKind(error), "the delivery queue could not be read");
      await clock.sleep(1_000, signal);
      return false;
    }
  };
  // Workers that have nothing to do ask, or wait, together.
  const leaseTogether = together(lease);
  const pauseTogether = together(pause);

  const worker = async () => {
    let completed: Step["completed"];
    const flush = async () => {
      completed ??= ordered.takeOver();
      if (completed) await step(completed, undefined);
      completed = undefined;
    };
    while (!signal.aborted) {
      const message = leased.shift();
      if (!message) {
        const mayHaveMore = await leaseTogether();
        if (mayHaveMore || leased.length > 0) continue;
        await flush();
        if (!signal.aborted) await pauseTogether();
        continue;
      }
      const isOrdered = !sender.isRepeatable(message);
      // Completed before a wait, begun after it: a bot that dies while it waits leaves no doubt.
      if (pace.isAhead() || (isOrdered && ordered.isBusy())) await flush();
      const turn = isOrdered ? await ordered.turn() : undefined;
      if (turn && completed) await flush();
      completed ??= turn?.completed;
      await pace.turn(signal);
      if (signal.aborted) break;
      const asked = clock.now();
      const mayBegin = await step(completed, message);
      completed = undefined;
      if (mayBegin && clock.now() - asked <= staleMs) {
        const ended = await sender.send(message);
        pace.pause(refusals.pauseAfter(message.to.chatId, ended));
        const outcome = stored(ended);
        completed = { deliveryId: message.deliveryId, fencingToken: message.fencingToken, outcome };
        note(message, outcome);
      }
      if (turn?.handOver(completed)) completed = undefined;
    }
    await flush();
  };

  /** One round trip: one is completed, another begins, or both. Tries until Convex answers. */
  const step = async (
    completed: Step["completed"],
    next: LeasedDelivery | undefined,
  ): Promise<boolean> => {
    const begins = next && { deliveryId: next.deliveryId, fencingToken: next.fencingToken };
    for (let tries = 0; ; tries++) {
      try {
        return await backend.mutation(api.deliveries.step, {
          ...(completed && { completed }),
          ...(begins && { begins }),
        });
      } catch (error) {
        log.warn(errorKind(error), "a delivery could not be completed");
        // Without an outcome there is nothing to lose: the lease runs out by itself.
        if (!completed || signal.aborted) return false;
        await clock.sleep(Math.min(1_000 * 2 ** tries, 15_000), signal);
      }
    }
  };

  /** Logs how a try ended: not a delivery's key, which names people, nor the ids in an outcome. */
  const note = ({ payload }: LeasedDelivery, outcome: Outcome) => {
    const what = { delivery: payload.kind, outcome: outcome.kind };
    const reason = "reason" in outcome ? withoutIds(outcome.reason) : undefined;
    if (outcome.kind === "sent" || outcome.kind === "unchanged") log.debug(what, "sent");
    else log[outcome.kind === "refused" ? "error" : "warn"]({ ...what, reason }, "not sent");
  };

  return {
    wake(at) {
      readyAt = at;
      woken.abort();
    },
    stopped: Promise.all(Array.from({ length: sender.atOnce }, worker)).then(() => undefined),
  };
}

/** What the queue stores of it. */
function stored(ended: Ended): Outcome {
  return ended.kind === "later" ? { kind: "later", retryAfterMs: ended.retryAfterMs } : ended;
}

/** Of those that call while one call runs, all get its result. */
function together<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return async () =>
    await (running ??= call().finally(() => {
      running = undefined;
    }));
}
