import { visibleChannel, writableChannel } from "../channels.ts";
import { dispatchIn } from "../gateway/dispatch.ts";
import { channelShape } from "../guild.ts";
import { TIME } from "../limits.ts";
import type { Handler, Routes } from "../wire/router.ts";
import { changed } from "../world.ts";

const get: Handler = ({ world }, id = "") => ({
  status: 200,
  body: channelShape(world, visibleChannel(world, id)),
});

const typing: Handler = ({ world }, id = "") => {
  const channel = writableChannel(world, id);
  channel.typingUntil = world.now() + TIME.typing;
  const timestamp = Math.floor(world.now() / 1000);
  const event = { channel_id: id, user_id: world.botId, timestamp };
  dispatchIn(world, channel, "TYPING_START", event);
  changed(world);
  return { status: 204 };
};

export const channelRoutes: Routes = {
  "GET /channels/:": get,
  "POST /channels/:/typing": typing,
};
