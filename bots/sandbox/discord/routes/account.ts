import { dmOf } from "../channels.ts";
import { gatewayUrl } from "../gateway.ts";
import { channelShape, guildShape } from "../guild.ts";
import { botUser, userOf } from "../people.ts";
import { badRequest, notFound } from "../refusal.ts";
import { readFields } from "../validation/fields.ts";
import type { Handler, Routes } from "../wire/router.ts";

const gateway: Handler = ({ world }) => ({ status: 200, body: { url: gatewayUrl(world) } });

const gatewayBot: Handler = ({ world }) => ({
  status: 200,
  body: {
    url: gatewayUrl(world),
    shards: 1,
    session_start_limit: {
      total: 1000,
      remaining: 1000 - world.sessions.size,
      reset_after: 86_400_000,
      max_concurrency: 1,
    },
  },
});

const application: Handler = ({ world }) => ({
  status: 200,
  body: {
    id: world.botId,
    name: "Plaza",
    icon: null,
    description: "",
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: 0,
    bot: botUser(world),
  },
});

const user: Handler = ({ world }, id = "") => {
  if (id === world.botId) return { status: 200, body: botUser(world) };
  const person = world.peopleById.get(id);
  if (!person) throw notFound(10013, "Unknown User");
  return { status: 200, body: userOf(person) };
};

const openDm: Handler = ({ world, json }) => {
  const recipient = readFields([], [], json)["recipient_id"];
  const person = typeof recipient === "string" ? world.peopleById.get(recipient) : undefined;
  if (!person) throw badRequest(50033, "Invalid Recipient(s)");
  return { status: 200, body: channelShape(world, dmOf(world, person)) };
};

const myGuilds: Handler = ({ world }) => {
  const { id, name, icon, features } = guildShape(world);
  const permissions = world.botPermissions.toString();
  if (!world.inGuild) return { status: 200, body: [] };
  return { status: 200, body: [{ id, name, icon, features, permissions, owner: false }] };
};

export const accountRoutes: Routes = {
  "GET /gateway": gateway,
  "GET /gateway/bot": gatewayBot,
  "GET /applications/@me": application,
  "GET /oauth2/applications/@me": application,
  "GET /users/@me": ({ world }) => ({
    status: 200,
    body: { ...botUser(world), locale: "en-US", mfa_enabled: false },
  }),
  "GET /users/@me/guilds": myGuilds,
  "POST /users/@me/channels": openDm,
  "GET /users/:": user,
};
