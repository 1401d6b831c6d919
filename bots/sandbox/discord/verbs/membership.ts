import type { ActAnswer, Person } from "../../contract.ts";
import { dispatch } from "../gateway/dispatch.ts";
import { guildCreate } from "../guild.ts";
import { memberOf, userOf } from "../people.ts";
import { changed, type World } from "../world.ts";

/** Lets a person into the guild. */
export function join(world: World, person: Person): ActAnswer {
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
