import { GatewayIntentBits as Bit } from "discord-api-types/v10";

/** Which intent lets an event through: in a guild, and in direct messages. 0 means always. */
const NEEDED: Record<string, { guild: number; dm: number }> = {
  MESSAGE: { guild: Bit.GuildMessages, dm: Bit.DirectMessages },
  TYPING: { guild: Bit.GuildMessageTyping, dm: Bit.DirectMessageTyping },
  GUILD_MEMBER: { guild: Bit.GuildMembers, dm: 0 },
  GUILD_SCHEDULED_EVENT: { guild: Bit.GuildScheduledEvents, dm: 0 },
  GUILD: { guild: Bit.Guilds, dm: 0 },
  CHANNEL: { guild: Bit.Guilds, dm: Bit.DirectMessages },
  THREAD: { guild: Bit.Guilds, dm: 0 },
  INTERACTION: { guild: 0, dm: 0 },
};

/** The intent that a session must have asked for to receive this event. */
export function intentFor(event: string, guild: boolean): number {
  let longest = "";
  for (const start in NEEDED) {
    if (event.startsWith(start) && start.length > longest.length) longest = start;
  }
  const needed = NEEDED[longest];
  if (!needed) throw new Error(`No intent is known for ${event}`);
  return guild ? needed.guild : needed.dm;
}

/** All intents there are; anything beyond is an invalid intent. */
export const ALL_INTENTS = Object.values(Bit)
  .filter((bit) => typeof bit === "number")
  .reduce((all: number, bit) => all | bit, 0);
