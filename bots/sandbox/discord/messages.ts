import {
  ComponentType,
  MessageFlags,
  MessageReferenceType,
  MessageType,
} from "discord-api-types/v10";
import type { Person } from "../contract.ts";
import { keepUploads, resolvePictures } from "./attachments.ts";
import {
  changed,
  type Channel,
  keepNewest,
  type Message,
  type Stored,
  type World,
} from "./world.ts";
import { dispatchIn, dispatchMessage } from "./gateway.ts";
import { KEEP } from "./limits.ts";
import { botUser, userOf } from "./people.ts";
import { badRequest, invalidForm, unknownMessage } from "./refusal.ts";
import { show } from "./transcript.ts";
import { type Draft, mayMention } from "./validation/message.ts";

const KEPT_FLAGS =
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2 |
  MessageFlags.Ephemeral |
  MessageFlags.Loading;

export type Extra = { onlyFor?: string; message?: Partial<Message> };

/** Puts a message of the bot into a channel, keeps it and tells everybody. */
export function postMessage(world: World, channel: Channel, draft: Draft, extra: Extra): Stored {
  const at = world.now();
  const stored: Stored = {
    message: { ...emptyMessage(world, channel, at), ...extra.message },
    channel,
    from: "plaza",
    at,
    attachments: [],
  };
  if (extra.onlyFor !== undefined) stored.onlyFor = extra.onlyFor;
  const { message } = stored;
  if (draft.nonce !== undefined) message.nonce = draft.nonce;
  if (draft.replyTo) refer(world, stored, draft.replyTo);
  message.flags = draft.flags & KEPT_FLAGS;
  fill(world, stored, draft);
  keep(world, stored);
  if (message.flags & MessageFlags.Loading) channel.thinking.add(stored);
  else channel.typingUntil = 0;
  if (stored.onlyFor === undefined) {
    dispatchMessage(world, channel, "MESSAGE_CREATE", message);
  }
  announce(world, stored);
  return stored;
}

/** Changes a message of the bot. Filling in a deferred answer is no edit a person would notice. */
export function editMessage(world: World, stored: Stored, draft: Draft): void {
  const { message, channel } = stored;
  const wasLoading = (message.flags & MessageFlags.Loading) !== 0;
  const fixed = message.flags & (MessageFlags.Ephemeral | MessageFlags.IsComponentsV2);
  const before = { ...message };
  message.flags =
    fixed | (draft.flags & KEPT_FLAGS & ~MessageFlags.Ephemeral & ~MessageFlags.Loading);
  try {
    fill(world, stored, draft);
  } catch (error) {
    Object.assign(message, before);
    throw error;
  }
  channel.thinking.delete(stored);
  if (wasLoading) {
    stored.at = world.now();
  } else {
    stored.edited = world.now();
    message.edited_timestamp = new Date(stored.edited).toISOString();
  }
  if (stored.onlyFor === undefined) dispatchMessage(world, channel, "MESSAGE_UPDATE", message);
  announce(world, stored);
}

/** Takes a message away; the page still shows that there was one. */
export function deleteMessage(world: World, stored: Stored): void {
  const { channel, message } = stored;
  stored.deleted = true;
  channel.thinking.delete(stored);
  if (stored.onlyFor === undefined) {
    dispatchIn(world, channel, "MESSAGE_DELETE", { id: message.id, channel_id: channel.id });
  }
  announce(world, stored);
}

/** Puts what a person says into a channel; says how many clients of the bot heard it. */
export function sayAs(
  world: World,
  channel: Channel,
  person: Person,
  { text, replyTo }: { text: string; replyTo?: string },
): { id: string; reached: number } {
  const at = world.now();
  const message = { ...emptyMessage(world, channel, at), author: userOf(person), content: text };
  message.mentions = mentioned(world, text);
  const stored: Stored = { message, channel, from: person.key, at, attachments: [] };
  if (replyTo !== undefined) refer(world, stored, { id: replyTo, mustExist: false });
  keep(world, stored);
  changed(world);
  const member = world.members.get(person.discordId);
  const roles = member ? { member: { roles: [...member.roles], joined_at: member.joinedAt } } : {};
  const more = channel.person ? {} : roles;
  const reached = dispatchMessage(world, channel, "MESSAGE_CREATE", message, more);
  return { id: message.id, reached };
}

/** A message the bot may refer to: it exists, is not deleted, and is not ephemeral. */
export function findMessage(channel: Channel, id: string): Stored {
  const stored = channel.messages.get(id);
  if (!stored || stored.deleted || stored.onlyFor !== undefined) throw unknownMessage();
  return stored;
}

function emptyMessage(world: World, channel: Channel, at: number): Message {
  return {
    id: world.newId(),
    channel_id: channel.id,
    author: botUser(world),
    content: "",
    timestamp: new Date(at).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    pinned: false,
    type: MessageType.Default,
    flags: 0,
  };
}

/** Writes what the draft names over the message, and refuses a message with nothing in it. */
function fill(world: World, stored: Stored, draft: Draft): void {
  const { message, channel } = stored;
  const { attachments: named } = draft;
  // An edit that lists attachments keeps only those; new uploads are listed by their index.
  const kept = named
    ? stored.attachments.filter((file) => named.some((one) => one.id === file.id))
    : stored.attachments;
  const nothingNew = draft.uploads.length === 0 && kept.length === 0;
  const content = draft.content ?? message.content;
  const parts = [draft.embeds ?? message.embeds, draft.components ?? message.components ?? []];
  const loading = message.flags & MessageFlags.Loading;
  if (!loading && content === "" && nothingNew && parts.every((part) => part.length === 0)) {
    throw badRequest(50006, "Cannot send an empty message");
  }
  stored.attachments = [...kept, ...keepUploads(world, channel.id, draft.uploads, named)];
  const pictures = resolvePictures(draft.embeds ?? message.embeds, stored.attachments);
  message.content = content;
  message.embeds = pictures.embeds;
  // A file shown inside an embed is no longer one of the message's own.
  message.attachments = stored.attachments.filter((file) => !pictures.shown.has(file.id));
  if (draft.components) message.components = numbered(draft.components);
  if (draft.allowedMentions) stored.allowedMentions = draft.allowedMentions;
  message.mentions = mentioned(world, content, stored);
}

const buttonType: number = ComponentType.Button;

/**
 * Every component has a number in its message, from 1, and a menu says how many are chosen. Discord
 * fills in what was not sent: https://docs.discord.com/developers/components/reference
 */
function numbered<C extends { type: number }>(components: C[], count = { last: 0 }): C[] {
  return components.map((component) => {
    count.last += 1;
    const inner = "components" in component ? (component.components as C[]) : undefined;
    const isMenu = "custom_id" in component && component.type !== buttonType;
    return {
      id: count.last,
      ...(isMenu && { min_values: 1, max_values: 1 }),
      ...component,
      ...(inner && { components: numbered(inner, count) }),
    };
  });
}

function mentioned(world: World, text: string, stored?: Stored) {
  if (!text.includes("<@")) return [];
  const ids = new Set([...text.matchAll(/<@!?(\d+)>/g)].map((match) => match[1] ?? ""));
  return [...ids]
    .filter((id) => mayMention(stored?.allowedMentions, id))
    .flatMap((id) => {
      const person = world.peopleById.get(id);
      if (person) return [userOf(person)];
      return id === world.botId ? [botUser(world)] : [];
    });
}

function refer(world: World, stored: Stored, replyTo: { id: string; mustExist: boolean }): void {
  const { channel, message } = stored;
  const target = channel.messages.get(replyTo.id);
  if (!target || target.deleted) {
    if (!replyTo.mustExist) return;
    const code = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE";
    throw invalidForm([{ path: ["message_reference"], code, message: "Unknown message" }]);
  }
  message.type = MessageType.Reply;
  message.message_reference = {
    type: MessageReferenceType.Default,
    channel_id: channel.id,
    message_id: replyTo.id,
  };
  if (!channel.person) message.message_reference.guild_id = world.guildId;
  // Only one step back, as Discord does; a chain of replies would grow without end.
  message.referenced_message = { ...target.message };
  delete message.referenced_message.referenced_message;
}

function keep(world: World, stored: Stored): void {
  const { channel, message } = stored;
  keepNewest(channel.messages, message.id, stored, KEEP.messages, (gone) => {
    channel.thinking.delete(gone);
    for (const file of gone.attachments) world.files.remove(file.id);
  });
}

/** Notifies the page and callers that wait for the bot in this channel. */
function announce(world: World, stored: Stored): void {
  for (const watch of stored.channel.watches) {
    if (watch.sees(stored)) watch.settle({ ok: true, messages: [show(stored)] });
  }
  changed(world);
}
