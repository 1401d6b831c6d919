import { ChannelType, PermissionFlagsBits } from "discord-api-types/v10";
import type { Person, Place } from "../contract.ts";
import { dispatch, dispatchIn } from "./gateway.ts";
import { channelShape, isThread } from "./guild.ts";
import { botPermissionsIn, botSees } from "./people.ts";
import { badRequest, forbidden, missingPermissions, notFound } from "./refusal.ts";
import { changed, type Channel, type World } from "./world.ts";

function newChannel(id: string, name: string, type: ChannelType): Channel {
  return {
    id,
    name,
    type,
    open: true,
    messages: new Map(),
    nonces: new Map(),
    thinking: new Set(),
    typingUntil: 0,
    watches: new Set(),
    oldEdits: [],
  };
}

/** Makes a shared place a channel or thread of the guild, and tells the bot about it. */
export function openPlace(world: World, place: Place): void {
  if (place.kind === "dm") {
    world.places.set(place.key, place);
    return;
  }
  const thread = place.kind === "thread" || place.kind === "topic";
  const type = thread ? ChannelType.PublicThread : ChannelType.GuildText;
  const channel = newChannel(place.id ?? world.newId(), place.title, type);
  if (thread) channel.parent = parentOf(world, place.parent);
  world.places.set(place.key, { ...place, id: channel.id });
  world.channels.set(channel.id, channel);
  world.channelOfPlace.set(place.key, channel);
  const event = thread ? "THREAD_CREATE" : "CHANNEL_CREATE";
  dispatch(world, event, { ...channelShape(world, channel), newly_created: true });
  changed(world);
}

function parentOf(world: World, parent: string | undefined): Channel {
  const channel = world.channelOfPlace.get(parent ?? "") ?? world.channels.get(parent ?? "");
  if (!channel)
    throw new Error(`A thread needs its parent channel first: ${parent ?? "none given"}`);
  return channel;
}

/** Removes a shared place, as when an admin deletes the channel. */
export function deletePlace(world: World, key: string): boolean {
  const channel = world.channelOfPlace.get(key);
  if (!channel) return false;
  world.channelOfPlace.delete(key);
  world.channels.delete(channel.id);
  world.places.delete(key);
  const event = isThread(channel) ? "THREAD_DELETE" : "CHANNEL_DELETE";
  dispatchIn(world, channel, event, channelShape(world, channel));
  changed(world);
  return true;
}

/** Lets the bot see a place, or takes that away; in a DM, the person takes its messages or not. */
export function setOpen(world: World, channel: Channel, open: boolean): void {
  channel.open = open;
  if (!channel.person) {
    const thread = open ? "THREAD_CREATE" : "THREAD_DELETE";
    const event = isThread(channel) ? thread : "CHANNEL_UPDATE";
    dispatch(world, event, channelShape(world, channel));
  }
  changed(world);
}

/** The direct messages of one person with the bot, opened at the first need. */
export function dmOf(world: World, person: Person): Channel {
  const known = world.dms.get(person.key);
  if (known) return known;
  const channel = newChannel(world.newId(), person.name, ChannelType.DM);
  channel.person = person;
  world.dms.set(person.key, channel);
  world.channels.set(channel.id, channel);
  return channel;
}

/** The channel a script means by a place's key. */
export function channelAt(world: World, key: string, person: Person): Channel | undefined {
  if (key === "dm" || world.places.get(key)?.kind === "dm") return dmOf(world, person);
  return world.channelOfPlace.get(key);
}

/** @throws 50083 for a thread that is archived: nothing in it can be changed */
export function requireOpenThread(channel: Channel): void {
  if (channel.archived) throw badRequest(50083, "Thread is archived");
}

/** Archives a thread, as moderators and time do; `locked` keeps it so. */
export function archiveThread(channel: Channel, { locked = false } = {}): void {
  channel.archived = true;
  channel.locked = locked;
}

/** The channel a request names, where the bot can see it. */
export function visibleChannel(world: World, id: string): Channel {
  const channel = world.channels.get(id);
  if (!channel) throw notFound(10003, "Unknown Channel");
  if (!botSees(world, channel)) throw forbidden(50001, "Missing Access");
  return channel;
}

/** The channel a request wants to write in. */
export function writableChannel(world: World, id: string): Channel {
  const channel = visibleChannel(world, id);
  if (channel.person && (!channel.open || !world.members.has(channel.person.discordId))) {
    throw forbidden(50007, "Cannot send messages to this user");
  }
  const { SendMessages, SendMessagesInThreads } = PermissionFlagsBits;
  need(world, channel, isThread(channel) ? SendMessagesInThreads : SendMessages);
  return channel;
}

/** Refuses where the bot lacks a permission in the channel. */
export function need(world: World, channel: Channel, permission: bigint): void {
  if ((botPermissionsIn(world, channel) & permission) === 0n) throw missingPermissions();
}
