import { createAnswering, type Answering } from "../../../bots/answer.ts";
import type { BackendClient } from "../../../bots/backend/index.ts";
import { type Clock, realClock } from "../../../bots/clock.ts";
import { createLog } from "../../../bots/log.ts";
import { createPreferences } from "../../../bots/preferences.ts";
import type { ReplyOptions } from "../../../shared/commands/command.ts";
import type { Backend } from "../../../shared/backend.ts";
import type { Platform } from "../../../shared/identity.ts";
import { portOf } from "../access/chats.ts";
import { as, type Plaza } from "../convex/plaza.ts";

// Convex as it answers on a bad day: every single call takes its time on the bots' clock.

export type Slow = {
  /** How long each call takes, ms. */
  delayMs: number;
  clock: Clock;
  hasWritten: boolean;
  /** How the last answer was to be delivered. */
  options: ReplyOptions | undefined;
  isBusy: () => boolean;
  backend: BackendClient;
  /** Remembers nobody: settings are asked for at each request. */
  answering: Answering;
  /** Answers the next request in place of the command. */
  instead: Parameters<Answering>[1] | undefined;
};

export function slowBackend(plaza: () => Plaza, platform: Platform): Slow {
  const signal = new AbortController().signal;
  let sleeping = 0;
  let computing = 0;
  let answers = 0;

  const slowly = async <T>(call: () => Promise<T>): Promise<T> => {
    if (slow.delayMs > 0) {
      sleeping++;
      await slow.clock.sleep(slow.delayMs, signal);
      sleeping--;
    }
    computing++;
    try {
      return await call();
    } finally {
      computing--;
    }
  };
  const slowed = (port: Backend): Backend => ({
    ...port,
    query: async (query, args) => await slowly(async () => port.query(query, args)),
    mutation: async (mutation, args) => await slowly(async () => port.mutation(mutation, args)),
    action: async (action, args) => await slowly(async () => port.action(action, args)),
    live: async (query, args) => await slowly(async () => port.live(query, args)),
    storeLumaKey: async (slug, key) => await slowly(async () => port.storeLumaKey(slug, key)),
  });
  const noteWrite = () => {
    slow.hasWritten = true;
  };
  const backend: BackendClient = {
    as: (subject) => slowed(portOf(as(plaza(), subject), noteWrite)),
    bot: slowed(portOf(as(plaza(), `bot:${platform}`), noteWrite)),
    watch: () => () => undefined,
    isConnected: () => true,
    close: async () => {},
  };
  const log = createLog("silent");
  const slow: Slow = {
    delayMs: 0,
    clock: realClock,
    hasWritten: false,
    options: undefined,
    isBusy: () => computing > 0 || (answers > 0 && sleeping === 0),
    backend,
    instead: undefined,
    async answering(request, run) {
      const { instead = run } = slow;
      slow.instead = undefined;
      const preferences = createPreferences(backend, platform);
      const answering = createAnswering({ backend, preferences, log, now: Date.now });
      answers++;
      try {
        const given = await answering(request, instead);
        slow.options = given.options;
        return given;
      } finally {
        answers--;
      }
    },
  };
  return slow;
}
