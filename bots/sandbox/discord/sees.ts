import type { Channel, World } from "./world.ts";

/** Whether the bot can see a channel; a thread hides with its parent, everything with the guild. */
export function botSees(world: World, channel: Channel): boolean {
  if (channel.person) return true;
  return world.inGuild && channel.open && (channel.parent?.open ?? true);
}
