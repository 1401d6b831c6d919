import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { REST } from "discord.js";
import { onTestFinished, vi } from "vitest";
import type { Clock } from "../../../bots/clock.ts";

// A clock for the bots that goes on only while nothing is under way that needs no clock: a request
// on its way to an emulator, a call that is being computed. So a test of delays depends on no
// machine's speed. The libraries' own timers stand still, unless they are asked for.

/** Something is being computed, and will go on without the clock. */
type IsBusy = () => boolean;

/** So many turns of the event loop without a request: what was said has reached the bot by then. */
const quietTurns = 50;
/** Only for a test that fails anyway. */
const maxTurns = 200_000;

/** Counts the requests of discord.js, from the call on, and those of grammY, over node:http. */
function countRequests() {
  const underWay = new Set<unknown>();
  const end = (request: unknown) => void underWay.delete(request);
  // Called below with the client that it belongs to.
  // oxlint-disable-next-line typescript/unbound-method
  const { request: original } = REST.prototype;
  const counted = vi.spyOn(REST.prototype, "request").mockImplementation(async function (
    this: REST,
    options,
  ) {
    underWay.add(options);
    try {
      return await original.call(this, options);
    } finally {
      end(options);
    }
  });
  const onStart = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    // A long poll waits for what has not happened yet; an upgrade never ends.
    if (request.path.endsWith("/getUpdates") || request.hasHeader("upgrade")) return;
    underWay.add(request);
    request.once("close", () => end(request));
  };
  subscribe("http.client.request.start", onStart);
  onTestFinished(() => {
    counted.mockRestore();
    unsubscribe("http.client.request.start", onStart);
  });
  return () => underWay.size > 0;
}

type Sleeper = { at: number; ms: number; wake: () => void };

/**
 * Needs vitest's faked `Date`, which it moves; with `movesTimers`, its faked timers go on too. Sleeps of up
 * to `shortMs` end with the next longer one, so that a loop that looks again and again costs nothing.
 */
export function createPump(isBusy: IsBusy, { movesTimers = false, shortMs = 0 } = {}) {
  const isAsking = countRequests();
  let sleepers: Sleeper[] = [];

  const clock: Clock = {
    now: () => Date.now(),
    async sleep(ms, signal) {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const sleeper = { at: Date.now() + ms, ms, wake: resolve };
      sleepers.push(sleeper);
      const stop = () => {
        sleepers = sleepers.filter((one) => one !== sleeper);
        resolve();
      };
      signal.addEventListener("abort", stop, { once: true });
      await promise;
      signal.removeEventListener("abort", stop);
    },
  };

  const quiet = async (isOver: () => boolean) => {
    let still = 0;
    for (let turns = 0; still < quietTurns && !isOver(); turns++) {
      if (turns > maxTurns) throw new Error("it never became quiet");
      await new Promise<void>((resolve) => setImmediate(resolve));
      still = isBusy() || isAsking() ? 0 : still + 1;
    }
  };

  return {
    clock,
    /** Lets the clock go on, step by step, until `act` has ended; undefined where nothing ends it. */
    async run<T>(act: Promise<T>): Promise<T | undefined> {
      let isOver = false;
      const over = () => void (isOver = true);
      act.then(over, over);
      for (;;) {
        await quiet(() => isOver);
        if (isOver) return await act;
        const waiting = sleepers.toSorted((a, b) => a.at - b.at);
        const next = waiting.find(({ ms }) => ms > shortMs) ?? waiting[0];
        if (next) {
          const due = waiting.filter((one) => one === next || one.at < next.at);
          sleepers = sleepers.filter((one) => !due.includes(one));
          const at = Math.max(next.at, Date.now());
          if (movesTimers) vi.advanceTimersByTime(at - Date.now());
          else vi.setSystemTime(at);
          for (const { wake } of due) wake();
        } else if (movesTimers && vi.getTimerCount() > 0) {
          vi.advanceTimersToNextTimer();
        } else {
          return undefined;
        }
      }
    },
  };
}
