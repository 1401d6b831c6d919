import { MessageFlags, PermissionFlagsBits } from "discord-api-types/v10";
import { changed, type Channel, keepNewest, type Stored, type World } from "../world.ts";
import { need, requireOpenThread, visibleChannel, writableChannel } from "../channels.ts";
import { KEEP, TIME } from "../limits.ts";
import { deleteMessage, editMessage, findMessage, postMessage } from "../messages.ts";
import { badRequest, forbidden, invalidForm, type Issue, Refusal } from "../refusal.ts";
import { isLoading } from "../transcript.ts";
import { checkInteger } from "../validation/fields.ts";
import { type Draft, readMessage } from "../validation/message.ts";
import type { Handler, Routes } from "../wire/router.ts";
import { dispatchIn } from "../gateway.ts";
import { botPermissionsIn } from "../people.ts";

const { ManageThreads } = PermissionFlagsBits;

const post: Handler = ({ world, json, uploads }, id = "") => {
  const channel = writableChannel(world, id);
  if (channel.locked && (botPermissionsIn(world, channel) & ManageThreads) === 0n)
    throw badRequest(160_005, "Thread is locked");
  // Whoever writes in an archived thread opens it again.
  channel.archived = false;
  if (uploads.length > 0) need(world, channel, PermissionFlagsBits.AttachFiles);
  const draft = readMessage(json, uploads);
  const earlier = draft.enforceNonce ? sameNonce(world, channel, draft) : undefined;
  if (earlier) return { status: 200, body: earlier.message };
  // Only answers to interactions can be for one person.
  draft.flags &= ~(MessageFlags.Ephemeral | MessageFlags.Loading);
  const stored = postMessage(world, channel, draft, {});
  if (draft.nonce !== undefined) {
    const { nonces } = channel;
    nonces.delete(draft.nonce);
    keepNewest(nonces, draft.nonce, { at: world.now(), stored }, KEEP.nonces);
  }
  return { status: 200, body: stored.message };
};

/** The message the bot already sent with this nonce, while Discord still remembers. */
function sameNonce(world: World, channel: Channel, { nonce = "" }: Draft): Stored | undefined {
  const known = channel.nonces.get(nonce);
  return known && world.now() - known.at <= TIME.nonce ? known.stored : undefined;
}

const patch: Handler = ({ world, json, uploads }, id = "", messageId = "") => {
  const channel = visibleChannel(world, id);
  const stored = findMessage(channel, messageId);
  if (stored.from !== "plaza") {
    throw forbidden(50005, "Cannot edit a message authored by another user");
  }
  requireOpenThread(channel);
  countOldEdit(world, channel, stored);
  if (uploads.length > 0) need(world, channel, PermissionFlagsBits.AttachFiles);
  editMessage(world, stored, readMessage(json, uploads, stored.message.flags));
  return { status: 200, body: stored.message };
};

/** Edits of messages that are older than an hour: https://docs.discord.food/resources/message#edit-message */
const OLD_EDITS = { olderThanMs: 3_600_000, count: 3, windowMs: 6_000 };

function countOldEdit(world: World, channel: Channel, { at }: Stored): void {
  const now = world.now();
  if (now - at < OLD_EDITS.olderThanMs) return;
  channel.oldEdits = channel.oldEdits.filter((one) => now - one < OLD_EDITS.windowMs);
  if (channel.oldEdits.length >= OLD_EDITS.count)
    throw new Refusal(
      429,
      30046,
      "Maximum number of edits to messages older than 1 hour reached. Try again later",
    );
  channel.oldEdits.push(now);
}

const remove: Handler = ({ world }, id = "", messageId = "") => {
  const channel = visibleChannel(world, id);
  const stored = findMessage(channel, messageId);
  if (stored.from !== "plaza") need(world, channel, PermissionFlagsBits.ManageMessages);
  deleteMessage(world, stored);
  return { status: 204 };
};

const getOne: Handler = ({ world }, id = "", messageId = "") => ({
  status: 200,
  body: findMessage(visibleChannel(world, id), messageId).message,
});

const list: Handler = ({ world, query }, id = "") => {
  const channel = visibleChannel(world, id);
  const issues: Issue[] = [];
  const limit = Number(query.get("limit") ?? 50);
  checkInteger(issues, ["limit"], limit, { min: 1, max: 100 });
  if (issues.length > 0) throw invalidForm(issues);
  const all = [...channel.messages.values()]
    .filter((one) => !one.deleted && one.onlyFor === undefined && !isLoading(one))
    .map((one) => one.message);
  const [before, after, around] = ["before", "after", "around"].map((key) => query.get(key) ?? "");
  if (around) {
    const at = all.findIndex((one) => !isBefore(one.id, around));
    const start = Math.max(0, (at < 0 ? all.length : at) - Math.floor(limit / 2));
    return { status: 200, body: all.slice(start, start + limit).toReversed() };
  }
  if (after) {
    const later = all.filter((one) => isBefore(after, one.id)).slice(0, limit);
    return { status: 200, body: later.toReversed() };
  }
  const earlier = before ? all.filter((one) => isBefore(one.id, before)) : all;
  return { status: 200, body: earlier.slice(-limit).toReversed() };
};

/** Snowflakes compare by number: a shorter one is older. */
function isBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

export const messageRoutes: Routes = {
  "POST /channels/:/messages": post,
  "GET /channels/:/messages": list,
  "GET /channels/:/messages/:": getOne,
  "PATCH /channels/:/messages/:": patch,
  "DELETE /channels/:/messages/:": remove,
};

const pinned = (channel: Channel) =>
  [...channel.messages.values()]
    .filter((one) => one.message.pinned && !one.deleted)
    .map((one) => one.message)
    .toReversed();

function setPinned(world: World, channelId: string, messageId: string, on: boolean) {
  const channel = visibleChannel(world, channelId);
  const stored = findMessage(channel, messageId);
  // In a DM both sides may pin. Manage Messages is not enough since February 2026.
  if (!channel.person) need(world, channel, PermissionFlagsBits.PinMessages);
  requireOpenThread(channel);
  if (on && pinned(channel).length >= KEEP.pins) {
    throw badRequest(30003, `Maximum number of pins reached for the channel (${KEEP.pins})`);
  }
  stored.message.pinned = on;
  const last_pin_timestamp = new Date(world.now()).toISOString();
  const event = { channel_id: channelId, last_pin_timestamp };
  dispatchIn(world, channel, "CHANNEL_PINS_UPDATE", event);
  changed(world);
  return { status: 204 };
}

const pin: Handler = ({ world }, id = "", message = "") => setPinned(world, id, message, true);
const unpin: Handler = ({ world }, id = "", message = "") => setPinned(world, id, message, false);

const listPins: Handler = ({ world }, id = "") => ({
  status: 200,
  body: pinned(visibleChannel(world, id)),
});

const page: Handler = ({ world }, id = "") => {
  const items = pinned(visibleChannel(world, id)).map((message) => ({
    pinned_at: message.timestamp,
    message,
  }));
  return { status: 200, body: { items, has_more: false } };
};

export const pinRoutes: Routes = {
  "GET /channels/:/pins": listPins,
  "PUT /channels/:/pins/:": pin,
  "DELETE /channels/:/pins/:": unpin,
  "GET /channels/:/messages/pins": page,
  "PUT /channels/:/messages/pins/:": pin,
  "DELETE /channels/:/messages/pins/:": unpin,
};
