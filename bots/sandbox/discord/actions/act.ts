import type { Act, ActAnswer, Person } from "../../contract.ts";
import { channelAt, setOpen } from "../channels.ts";
import { changed, type Stored, type Watch, type World } from "../world.ts";
import { autocomplete, command } from "./commands.ts";
import { refuse, type ActionContext, waitFor } from "./ask.ts";
import { choose, click, submit } from "./components.ts";
import { MESSAGE } from "../limits.ts";
import { sayAs } from "../messages.ts";
import { canSee, isLoading } from "../transcript.ts";
import { dispatch } from "../gateway.ts";
import { guildCreate } from "../guild.ts";
import { memberOf, userOf } from "../people.ts";

/** Does one thing as a person, and gives back what the bot answered. */
export async function act(world: World, wanted: Act, waitMs: number): Promise<ActAnswer> {
  const person = world.people.get(wanted.as);
  if (!person) return refuse(`There is no person "${wanted.as}".`);
  if (wanted.do === "join") return join(world, person);
  const channel = channelAt(world, wanted.in, person);
  if (!channel) return refuse(`There is no place "${wanted.in}".`);
  if (!channel.person && !world.members.has(person.discordId)) {
    return refuse(`${person.name} is not a member of the server.`);
  }
  const context: ActionContext = { world, person, channel, waitMs };
  switch (wanted.do) {
    case "say":
      return await say(context, wanted);
    case "command":
      return await command(context, wanted);
    case "autocomplete":
      return await autocomplete(context, wanted);
    case "click":
      return await click(context, wanted);
    case "choose":
      return await choose(context, wanted);
    case "submit":
      return await submit(context, wanted);
    default:
      setOpen(world, channel, wanted.do === "addBot");
      return { ok: true };
  }
}

/** An ordinary message; the bot's next message here that this person sees is the answer. */
async function say(context: ActionContext, act: Act & { do: "say" }): Promise<ActAnswer> {
  const { world, channel, person, waitMs } = context;
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

/** A reply to another person's message is not the answer to this one. */
function isFor({ message }: Stored, id: string): boolean {
  return (message.message_reference?.message_id ?? id) === id;
}

/** Lets a person into the guild. */
function join(world: World, person: Person): ActAnswer {
  if (world.members.has(person.discordId)) return { ok: false, error: "You are already here." };
  const member = {
    person,
    roles: new Set<string>(),
    joinedAt: new Date(world.now()).toISOString(),
  };
  world.members.set(person.discordId, member);
  const user = userOf(person);
  dispatch(world, "GUILD_MEMBER_ADD", { ...memberOf(member), user, guild_id: world.guildId });
  changed(world);
  return { ok: true };
}

/** Throws the bot out of the guild, or lets it back in. */
export function setInGuild(world: World, inside: boolean): void {
  if (world.inGuild === inside) return;
  if (!inside) dispatch(world, "GUILD_DELETE", { id: world.guildId });
  world.inGuild = inside;
  if (inside) dispatch(world, "GUILD_CREATE", guildCreate(world));
  changed(world);
}

/** Takes a person out of the guild; from then on the bot cannot write to them either. */
export function leave(world: World, person: Person): boolean {
  if (!world.members.delete(person.discordId)) return false;
  dispatch(world, "GUILD_MEMBER_REMOVE", { user: userOf(person), guild_id: world.guildId });
  changed(world);
  return true;
}
