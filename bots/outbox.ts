import type { FunctionArgs } from "convex/server";
import { api } from "../convex/_generated/api.js";
import type { LeasedDelivery } from "../shared/messages/leased.ts";
import type { Backend } from "../shared/backend.ts";
import type { Clock } from "./clock.ts";
import { errorKind, type Log } from "./log.ts";

type Step = FunctionArgs<typeof api.deliveries.step>;
export type Outcome = NonNullable<Step["completed"]>["outcome"];

/** How a platform sends: it never throws, every end of a try is an outcome. */
export type Sender = {
  send(message: LeasedDelivery): Promise<Outcome>;
  /**
   * Messages under way at once. A process that is killed leaves so many of which nobody knows
   * whether they arrived: one where the platform cannot tell a repeat, more where it can.
   */
  atOnce: number;
  /** Below the platform's own limit, which answers to people share. */
  perSecond: number;
};

/** After this long between "begin" and its answer, the lease may be over: do not send. */
const staleMs = 8_000;
/** A process that is killed leaves so many messages to wait for the end of their lease. */
const batch = 8;
/** While something waits, look this often even if no change is pushed; otherwise once a minute. */
const waitingPollMs = 5_000;
const idlePollMs = 60_000;
const longestPauseMs = 10_000;

export type Outbox = {
  /** Something may be ready. `readyAt` as `deliveries.nextReady` gives it. */
  wake(readyAt: number | null): void;
  /** Resolves when the running sends have been completed. */
  stopped: Promise<void>;
};

/**
 * Sends the deliveries of one platform until `signal` aborts: lease, begin, send, complete. It can be
 * killed at any point and run in several processes at once: `convex/model/deliveries/lease.ts`.
 */
export function runOutbox(
  backend: Backend,
  sender: Sender,
  { clock, log, signal }: { clock: Clock; log: Log; signal: AbortSignal },
): Outbox {
  let readyAt: number | null = 0;
  let woken = new AbortController();
  const pace = createPace(clock, sender.perSecond);
  // One "later" is one chat's limit, and the queue lets that chat wait. Another one before
  // anything was sent means everybody.
  let refusals = 0;

  const wait = async () => {
    const now = clock.now();
    const poll = readyAt === null ? idlePollMs : waitingPollMs;
    const ms = readyAt === null ? poll : Math.min(Math.max(readyAt - now, 50), poll);
    await clock.sleep(ms, AbortSignal.any([woken.signal, signal]));
    woken = new AbortController();
  };

  const loop = async () => {
    while (!signal.aborted) {
      const messages = claims();
      await Promise.all(Array.from({ length: sender.atOnce }, async () => sendFrom(messages)));
      await wait();
    }
  };

  /** Leases while there is something to lease; the workers take turns. */
  async function* claims(): AsyncGenerator<LeasedDelivery, void> {
    try {
      for (;;) {
        const messages = await backend.mutation(api.deliveries.lease, { limit: batch });
        if (messages.length === 0) return;
        yield* messages;
      }
    } catch (error) {
      log.warn(errorKind(error), "the delivery queue could not be read");
      await clock.sleep(1_000, signal);
    }
  }

  const sendFrom = async (messages: AsyncGenerator<LeasedDelivery, void>) => {
    let completed: Step["completed"];
    for await (const message of messages) {
      // Completed before a wait, begun after it: a bot that dies while it waits leaves no doubt.
      if (completed && pace.isAhead()) {
        await step(completed, undefined);
        completed = undefined;
      }
      await pace.turn(signal);
      if (signal.aborted) break;
      const asked = clock.now();
      const mayBegin = await step(completed, message);
      completed = undefined;
      if (!mayBegin || clock.now() - asked > staleMs) continue;
      const outcome = await sender.send(message);
      completed = { deliveryId: message.deliveryId, fencingToken: message.fencingToken, outcome };
      note(message, outcome);
      if (outcome.kind === "sent") refusals = 0;
      if (outcome.kind === "later" && ++refusals > 1)
        pace.pause(Math.min(outcome.retryAfterMs, longestPauseMs));
    }
    if (completed) await step(completed, undefined);
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

  const note = ({ key }: LeasedDelivery, outcome: Outcome) => {
    if (outcome.kind === "sent" || outcome.kind === "unchanged")
      log.debug({ delivery: key }, outcome.kind);
    else
      log[outcome.kind === "refused" ? "error" : "warn"]({ delivery: key, ...outcome }, "not sent");
  };

  return {
    wake(at) {
      readyAt = at;
      woken.abort();
    },
    stopped: loop(),
  };
}

/** Spaces the starts of sends so that there are at most `perSecond`, without bursts. */
function createPace(clock: Clock, perSecond: number) {
  const gap = 1000 / perSecond;
  let next = 0;
  return {
    /** The next turn is still to come. */
    isAhead: () => next > clock.now(),
    async turn(signal: AbortSignal) {
      const now = clock.now();
      const at = Math.max(now, next);
      next = at + gap;
      if (at > now) await clock.sleep(at - now, signal);
    },
    pause(ms: number) {
      next = Math.max(next, clock.now() + ms);
    },
  };
}
