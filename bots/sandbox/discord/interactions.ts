import { randomBytes } from "node:crypto";
import {
  type APIMessageInteractionMetadata,
  type APIModalInteractionResponseCallbackData,
  type APITextInputComponent,
  ComponentType as Type,
  InteractionContextType,
  type InteractionType,
  MessageFlags,
  MessageType,
  TextInputStyle,
} from "discord-api-types/v10";
import type { ActAnswer, Person } from "../contract.ts";
import {
  type Channel,
  type Interaction,
  keepNewest,
  type OpenModal,
  type Stored,
  type World,
} from "./world.ts";
import { dispatch } from "./gateway.ts";
import { channelShape } from "./guild.ts";
import { KEEP, TIME } from "./limits.ts";
import { botPermissionsIn, localeOf, memberOf, permissionsOf, userOf } from "./people.ts";
import { badRequest, notFound, Refusal, unknownMessage } from "./refusal.ts";
import { isLoading, show } from "./transcript.ts";
import { deleteMessage, editMessage, postMessage } from "./messages.ts";
import type { Draft } from "./validation/message.ts";

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

function settleWithMessage(interaction: Interaction, stored: Stored): void {
  if (interaction.settle) settleWith(interaction, { ok: true, messages: [show(stored)] });
}

/** How a message says which interaction it came from. */
function metadataOf(world: World, interaction: Interaction): APIMessageInteractionMetadata {
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

/** Posts a message that answers an interaction; the ephemeral flag makes it one person's. */
export function postAnswer(world: World, interaction: Interaction, draft: Draft): Stored {
  const { person, channel, type, id, command } = interaction;
  const extra = {
    webhook_id: world.botId,
    application_id: world.botId,
    interaction_metadata: metadataOf(world, interaction),
    ...(command !== undefined && {
      type: MessageType.ChatInputCommand,
      interaction: { id, type, name: command, user: metadataOf(world, interaction).user },
    }),
  };
  const hidden = (draft.flags & MessageFlags.Ephemeral) !== 0;
  const stored = postMessage(world, channel, draft, {
    message: extra,
    ...(hidden && { onlyFor: person.key }),
  });
  if (!isLoading(stored)) settleWithMessage(interaction, stored);
  return stored;
}

/** A further message. The first one after a deferred answer becomes that answer. */
export function followUp(world: World, interaction: Interaction, draft: Draft): Stored {
  const { original } = interaction;
  if (original && isLoading(original) && !original.deleted) {
    return editAnswer(world, interaction, original, draft);
  }
  return postAnswer(world, interaction, draft);
}

export function editAnswer(
  world: World,
  interaction: Interaction,
  stored: Stored,
  draft: Draft,
): Stored {
  editMessage(world, stored, draft);
  settleWithMessage(interaction, stored);
  return stored;
}

export function deleteAnswer(world: World, interaction: Interaction, stored: Stored): void {
  const wasSeen = !isLoading(stored);
  deleteMessage(world, stored);
  if (wasSeen) settleWithMessage(interaction, stored);
}

/** The message that "@original" or an id means to this interaction. */
export function answerAt(interaction: Interaction, id: string): Stored {
  const { channel, person, original } = interaction;
  const stored = id === "@original" ? original : channel.messages.get(id);
  if (!stored || stored.deleted || stored.from !== "plaza") throw unknownMessage();
  if (stored.onlyFor !== undefined && stored.onlyFor !== person.key) throw unknownMessage();
  return stored;
}

type Shown = NonNullable<Extract<ActAnswer, { ok: true }>["modal"]>;

/** One text field of a form, with the label it stands under. */
export type Field = { input: APITextInputComponent; label: string };

const keyOf = (person: string, modal: string) => `${person} ${modal}`;

/** Keeps the modal open for the person, and returns its layout. */
export function openModal(
  world: World,
  interaction: Interaction,
  data: APIModalInteractionResponseCallbackData,
): Shown {
  const { channel, person, source } = interaction;
  const modal: OpenModal = { data, channel, ...(source && { source }) };
  const key = keyOf(person.key, data.custom_id);
  world.modals.delete(key);
  keepNewest(world.modals, key, modal, KEEP.modals);
  return {
    id: data.custom_id,
    title: data.title,
    fields: fieldsOf(data).map(({ input, label }) => ({
      id: input.custom_id,
      label,
      required: input.required ?? true,
      multiline: input.style === TextInputStyle.Paragraph,
      ...(input.value !== undefined && { value: input.value }),
    })),
  };
}

/** The form a person has open under this id. */
export function modalOf(world: World, person: string, id: string): OpenModal | undefined {
  return world.modals.get(keyOf(person, id));
}

export function closeModal(world: World, person: string, id: string): void {
  world.modals.delete(keyOf(person, id));
}

/** The text fields of a form, whether in rows or under labels. */
export function fieldsOf({ components }: APIModalInteractionResponseCallbackData): Field[] {
  return components.flatMap((line) => {
    if (line.type === Type.Label) {
      const { component, label } = line;
      return component.type === Type.TextInput ? [{ input: component, label }] : [];
    }
    if (line.type !== Type.ActionRow) return [];
    return line.components.map((input) => ({ input, label: input.label ?? "" }));
  });
}
