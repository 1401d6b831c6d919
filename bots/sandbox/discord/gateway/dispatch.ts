import { GatewayIntentBits } from "discord-api-types/v10";
import { botSees } from "../sees.ts";
import type { Channel, Message, World } from "../world.ts";
import { intentFor } from "./intents.ts";
import { sendEvent } from "./sessions.ts";

/** Sends an event to every session that asked for its kind; says how many that were. */
export function dispatch(world: World, event: string, data: unknown, guild = true): number {
  // Whoever is not in the guild hears nothing of it; interactions come by another way.
  if (guild && !world.inGuild && event !== "INTERACTION_CREATE") return 0;
  const needed = intentFor(event, guild);
  let json: string | undefined;
  let reached = 0;
  for (const session of world.sessions.values()) {
    if (needed !== 0 && (session.intents & needed) === 0) continue;
    json ??= JSON.stringify(data);
    sendEvent(session, event, json);
    reached += 1;
  }
  return reached;
}

/** The same for something in one channel: a channel the bot cannot see sends nothing. */
export function dispatchIn(world: World, channel: Channel, event: string, data: object): number {
  if (channel.person) return dispatch(world, event, data, false);
  if (!botSees(world, channel)) return 0;
  return dispatch(world, event, { ...data, guild_id: world.guildId });
}

/** A message event, whose content is blanked for sessions that may not read it. */
export function dispatchMessage(
  world: World,
  channel: Channel,
  event: string,
  message: Message,
  more: object = {},
): number {
  const guild = channel.person === undefined;
  if (!botSees(world, channel)) return 0;
  const needed = intentFor(event, guild);
  const place = guild ? { guild_id: world.guildId } : {};
  const whole = { ...message, ...more, channel_type: channel.type, ...place };
  const open = !guild || isForBot(world, message);
  let full: string | undefined;
  let blank: string | undefined;
  let reached = 0;
  for (const session of world.sessions.values()) {
    if ((session.intents & needed) === 0) continue;
    const reads = open || (session.intents & GatewayIntentBits.MessageContent) !== 0;
    if (reads) sendEvent(session, event, (full ??= JSON.stringify(whole)));
    else sendEvent(session, event, (blank ??= JSON.stringify({ ...whole, ...BLANK })));
    reached += 1;
  }
  return reached;
}

const BLANK = { content: "", embeds: [], attachments: [], components: [] };

function isForBot(world: World, message: Message): boolean {
  const mine = message.author.id === world.botId;
  return mine || message.mentions.some((user) => user.id === world.botId);
}
