import type { ActAnswer, Person } from "../../contract.ts";
import type { Channel, Watch, World } from "../world.ts";
import { type Begin, beginInteraction } from "../interactions.ts";

const NO_ANSWER = "The application did not respond";

/** Sends an interaction and waits for the answer its person can see. */
export function ask(world: World, begin: Begin, waitMs: number): Promise<ActAnswer> {
  return waitFor(waitMs, (settle) => {
    const { interaction, reached } = beginInteraction(world, begin, settle);
    const { channel, source } = begin;
    // After a deferred update the bot may change the message as it would any other.
    const watch: Watch = {
      sees: (stored) => interaction.acknowledged && stored === source,
      settle: (answer) => settle(answer),
    };
    if (source) channel.watches.add(watch);
    return {
      reached: reached > 0,
      silence: () => ({
        ok: true,
        silent: true,
        ...(!interaction.acknowledged && { toast: NO_ANSWER }),
      }),
      done: () => {
        delete interaction.settle;
        channel.watches.delete(watch);
      },
    };
  });
}

/**
 * What an action does once its caller waits for the answer; `settle` may be called more than once.
 */
type Start = (settle: (answer: ActAnswer) => void) => {
  /** False where no client is connected that could answer. */
  reached: boolean;
  /** What to say where no answer came. */
  silence: () => ActAnswer;
  /** Cleans up after the wait. */
  done?: () => void;
};

/** Starts an action and waits for its answer, at most `waitMs`. */
export function waitFor(waitMs: number, begin: Start): Promise<ActAnswer> {
  return new Promise((resolve) => {
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    let done: (() => void) | undefined;
    const settle = (answer: ActAnswer) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      done?.();
      resolve(answer);
    };
    const begun = begin(settle);
    done = begun.done;
    // Settled while it began: nothing to wait for, but still to be cleaned up.
    if (over) return done?.();
    if (!begun.reached || waitMs <= 0) return settle(begun.silence());
    timer = setTimeout(() => settle(begun.silence()), waitMs);
  });
}

export const refuse = (error: string): ActAnswer => ({ ok: false, error });

/** Who acts, where, and how long they wait. */
export type ActionContext = { world: World; person: Person; channel: Channel; waitMs: number };
