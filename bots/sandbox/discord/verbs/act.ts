import type { Act, ActAnswer } from "../../contract.ts";
import { channelAt, setOpen } from "../channels.ts";
import type { World } from "../world.ts";
import { autocomplete, command, type Scene } from "./command.ts";
import { choose, click } from "./components.ts";
import { join } from "./membership.ts";
import { say } from "./say.ts";
import { submit } from "./submit.ts";
import { refuse } from "./wait.ts";

const WAIT_MS = 5_000;

/** Does one thing as a person, and gives back what the bot answered. */
export async function act(world: World, wanted: Act, waitMs = WAIT_MS): Promise<ActAnswer> {
  const person = world.people.get(wanted.as);
  if (!person) return refuse(`There is no person "${wanted.as}".`);
  if (wanted.do === "join") return join(world, person);
  const channel = channelAt(world, wanted.in, person);
  if (!channel) return refuse(`There is no place "${wanted.in}".`);
  if (!channel.person && !world.members.has(person.discordId)) {
    return refuse(`${person.name} is not a member of the server.`);
  }
  const scene: Scene = { world, person, channel, waitMs };
  switch (wanted.do) {
    case "say":
      return await say(scene, wanted);
    case "command":
      return await command(scene, wanted);
    case "autocomplete":
      return await autocomplete(scene, wanted);
    case "click":
      return await click(scene, wanted);
    case "choose":
      return await choose(scene, wanted);
    case "submit":
      return await submit(scene, wanted);
    default:
      setOpen(world, channel, wanted.do === "addBot");
      return { ok: true };
  }
}
