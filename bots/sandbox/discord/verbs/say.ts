import type { Act, ActAnswer } from "../../contract.ts";
import { MESSAGE } from "../limits.ts";
import { sayAs } from "../messages.ts";
import { canSee, isLoading } from "../transcript.ts";
import type { Stored, Watch } from "../world.ts";
import type { Scene } from "./command.ts";
import { refuse, waitFor } from "./wait.ts";

/** An ordinary message; the bot's next message here that this person sees is the answer. */
export async function say(scene: Scene, act: Act & { do: "say" }): Promise<ActAnswer> {
  const { world, channel, person, waitMs } = scene;
  if (act.text.trim() === "") return refuse("An empty message cannot be sent.");
  if (act.text.length > MESSAGE.content) return refuse("Your message is too long.");
  return await waitFor(waitMs, (settle) => {
    const { id, reached } = sayAs(world, channel, person, act);
    const watch: Watch = {
      sees: (stored) => canSee(stored, person.key) && !isLoading(stored) && isFor(stored, id),
      settle,
    };
    channel.watches.add(watch);
    return {
      reached: reached > 0,
      silence: () => ({ ok: true, silent: true }),
      done: () => channel.watches.delete(watch),
    };
  });
}

/** A reply to somebody else's message is not the answer to this one. */
function isFor({ message }: Stored, id: string): boolean {
  return (message.message_reference?.message_id ?? id) === id;
}
