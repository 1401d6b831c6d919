import { randomBytes } from "node:crypto";
import {
  type APIMessageInteractionMetadata,
  InteractionContextType,
  type InteractionType,
} from "discord-api-types/v10";
import type { ActAnswer, Person } from "../contract.ts";
import { keepNewest } from "./bounded.ts";
import { dispatch } from "./gateway/dispatch.ts";
import { channelShape } from "./guild.ts";
import { KEEP, TIME } from "./limits.ts";
import { botPermissionsIn, localeOf, memberOf, permissionsOf, userOf } from "./people.ts";
import { badRequest, notFound, Refusal } from "./refusal.ts";
import { show } from "./transcript.ts";
import type { Channel, Interaction, Stored, World } from "./world.ts";

export type Begin = {
  type: InteractionType;
  person: Person;
  channel: Channel;
  data: unknown;
  command?: string;
  source?: Stored | undefined;
};

/** Sends an interaction to the bot. Says how many clients of the bot got it. */
export function beginInteraction(
  world: World,
  { type, person, channel, data, command, source }: Begin,
  settle: (answer: ActAnswer) => void,
): { interaction: Interaction; reached: number } {
  const interaction: Interaction = {
    id: world.newId(),
    token: randomBytes(24).toString("base64url"),
    type,
    at: world.now(),
    person,
    channel,
    acknowledged: false,
    settle,
  };
  if (command !== undefined) interaction.command = command;
  if (source) interaction.source = source;
  forgetExpired(world);
  keepNewest(world.interactions, interaction.token, interaction, KEEP.interactions);
  const reached = dispatch(world, "INTERACTION_CREATE", payload(world, interaction, data));
  return { interaction, reached };
}

/** Interactions are kept in the order they came, so the expired ones are at the front. */
function forgetExpired(world: World): void {
  const limit = world.now() - 2 * TIME.token;
  for (const [token, { at }] of world.interactions) {
    if (at >= limit) return;
    world.interactions.delete(token);
  }
}

function payload(world: World, interaction: Interaction, data: unknown) {
  const { id, token, type, person, channel, source } = interaction;
  const where = channel.person ? { user: userOf(person) } : inGuild(world, person);
  return {
    id,
    application_id: world.botId,
    type,
    token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: channelShape(world, channel),
    app_permissions: botPermissionsIn(world, channel).toString(),
    locale: localeOf(person.language),
    entitlements: [],
    authorizing_integration_owners: { "0": channel.person ? "0" : world.guildId },
    context: channel.person ? InteractionContextType.BotDM : InteractionContextType.Guild,
    attachment_size_limit: 10_485_760,
    ...where,
    ...(source && { message: source.message }),
  };
}

function inGuild(world: World, person: Person) {
  const member = world.members.get(person.discordId);
  const joinedAt = new Date(0).toISOString();
  return {
    guild_id: world.guildId,
    guild: { id: world.guildId, locale: "en-US", features: [] },
    guild_locale: "en-US",
    member: {
      ...memberOf(member ?? { person, roles: new Set(), joinedAt }),
      user: userOf(person),
      permissions: permissionsOf(person).toString(),
    },
  };
}

/** The interaction a first answer is for: known, in time, and not answered yet. */
export function unanswered(world: World, id: string, token: string): Interaction {
  const interaction = world.interactions.get(token);
  const late = interaction && world.now() - interaction.at > TIME.firstAnswer;
  if (interaction?.acknowledged) {
    throw badRequest(40060, "Interaction has already been acknowledged.");
  }
  if (!interaction || interaction.id !== id || late) throw notFound(10062, "Unknown interaction");
  return interaction;
}

/** The interaction whose token is used as a webhook: answered, and not older than 15 minutes. */
export function answered(world: World, application: string, token: string): Interaction {
  if (application !== world.botId) throw notFound(10015, "Unknown Webhook");
  const interaction = world.interactions.get(token);
  if (!interaction || world.now() - interaction.at > TIME.token) {
    throw new Refusal(401, 50027, "Invalid Webhook Token");
  }
  if (!interaction.acknowledged) throw notFound(10015, "Unknown Webhook");
  return interaction;
}

/** Gives the person what they waited for, once. */
export function settleWith(interaction: Interaction, answer: ActAnswer): void {
  const { settle } = interaction;
  delete interaction.settle;
  settle?.(answer);
}

export function settleWithMessage(interaction: Interaction, stored: Stored): void {
  if (interaction.settle) settleWith(interaction, { ok: true, messages: [show(stored)] });
}

/** How a message says which interaction it came from. */
export function metadataOf(world: World, interaction: Interaction): APIMessageInteractionMetadata {
  const { id, type, person, command, source, channel } = interaction;
  return {
    id,
    type,
    user: userOf(person),
    authorizing_integration_owners: { "0": channel.person ? "0" : world.guildId },
    ...(command !== undefined && { name: command }),
    ...(source && { interacted_message_id: source.message.id }),
  } as unknown as APIMessageInteractionMetadata;
}
