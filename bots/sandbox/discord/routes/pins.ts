import { PermissionFlagsBits } from "discord-api-types/v10";
import { visibleChannel } from "../channels.ts";
import { dispatchIn } from "../gateway/dispatch.ts";
import { KEEP } from "../limits.ts";
import { findMessage } from "../messages.ts";
import { botPermissionsIn } from "../people.ts";
import { badRequest, missingPermissions } from "../refusal.ts";
import type { Handler, Routes } from "../wire/router.ts";
import { changed, type Channel, type World } from "../world.ts";

const pinned = (channel: Channel) =>
  [...channel.messages.values()]
    .filter((one) => one.message.pinned && !one.deleted)
    .map((one) => one.message)
    .toReversed();

function setPinned(world: World, channelId: string, messageId: string, on: boolean) {
  const channel = visibleChannel(world, channelId);
  const stored = findMessage(channel, messageId);
  const either = PermissionFlagsBits.ManageMessages | PermissionFlagsBits.PinMessages;
  // In a DM both sides may pin.
  if (!channel.person && (botPermissionsIn(world, channel) & either) === 0n) {
    throw missingPermissions();
  }
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

const list: Handler = ({ world }, id = "") => ({
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
  "GET /channels/:/pins": list,
  "PUT /channels/:/pins/:": pin,
  "DELETE /channels/:/pins/:": unpin,
  "GET /channels/:/messages/pins": page,
  "PUT /channels/:/messages/pins/:": pin,
  "DELETE /channels/:/messages/pins/:": unpin,
};
