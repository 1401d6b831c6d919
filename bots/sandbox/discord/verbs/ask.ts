import type { ActAnswer } from "../../contract.ts";
import { type Begin, beginInteraction } from "../interactions.ts";
import type { Watch, World } from "../world.ts";
import { waitFor } from "./wait.ts";

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
