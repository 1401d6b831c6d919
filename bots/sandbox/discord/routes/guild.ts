import { PermissionFlagsBits } from "discord-api-types/v10";
import { dispatch, dispatchIn } from "../gateway.ts";
import { channelShape, guildShape, isThread, roleOf } from "../guild.ts";
import { botMember, botPermissionsIn, memberOf, userOf } from "../people.ts";
import { checkText, readFields } from "../validation/fields.ts";
import { badRequest, invalidForm, type Issue, missingPermissions, notFound } from "../refusal.ts";
import type { Handler, Routes } from "../wire/router.ts";
import { changed, type Member, type World } from "../world.ts";
import { visibleChannel, writableChannel } from "../channels.ts";
import { TIME } from "../limits.ts";

/** Refuses any guild but the one the bot is in. */
export function checkGuild(world: World, id: string): void {
  if (id !== world.guildId || !world.inGuild) throw notFound(10004, "Unknown Guild");
}

const get: Handler = ({ world, query }, id = "") => {
  checkGuild(world, id);
  const counts = {
    approximate_member_count: world.members.size + 1,
    approximate_presence_count: 1,
  };
  const body = query.get("with_counts") === "true" ? counts : {};
  return { status: 200, body: { ...guildShape(world), ...body } };
};

const channels: Handler = ({ world }, id = "") => {
  checkGuild(world, id);
  const shared = [...world.channelOfPlace.values()].filter((one) => !isThread(one));
  return { status: 200, body: shared.map((one) => channelShape(world, one)) };
};

function findMember(world: World, guild: string, user: string): Member {
  checkGuild(world, guild);
  const member = world.members.get(user);
  if (member) return member;
  throw world.peopleById.has(user)
    ? notFound(10007, "Unknown Member")
    : notFound(10013, "Unknown User");
}

const shape = (member: Member) => ({ ...memberOf(member), user: userOf(member.person) });

const getMember: Handler = ({ world }, guild = "", user = "") => {
  if (user === world.botId) return { status: 200, body: botMember(world) };
  return { status: 200, body: shape(findMember(world, guild, user)) };
};

function setRole(world: World, guild: string, user: string, role: string, on: boolean) {
  const member = findMember(world, guild, user);
  const wanted = world.roles.get(role);
  if (!wanted) throw notFound(10011, "Unknown Role");
  const top = world.roles.get(world.botRole)?.position ?? 0;
  const allowed = (world.botPermissions & PermissionFlagsBits.ManageRoles) !== 0n;
  // A bot may hand out only what stands below its own highest role.
  if (!allowed || wanted.managed || wanted.position >= top || role === world.guildId) {
    throw missingPermissions();
  }
  if (on) member.roles.add(role);
  else member.roles.delete(role);
  dispatch(world, "GUILD_MEMBER_UPDATE", { ...shape(member), guild_id: guild });
  changed(world);
  return { status: 204 };
}

const roles: Handler = ({ world }, id = "") => {
  checkGuild(world, id);
  return { status: 200, body: [...world.roles.values()] };
};

const createRole: Handler = ({ world, json }, id = "") => {
  checkGuild(world, id);
  if ((world.botPermissions & PermissionFlagsBits.ManageRoles) === 0n) throw missingPermissions();
  const issues: Issue[] = [];
  const name = readFields(issues, [], json ?? {})["name"];
  checkText(issues, ["name"], name, { max: 100 });
  if (issues.length > 0) throw invalidForm(issues);
  const role = addRole(world, typeof name === "string" ? name : "new role");
  return { status: 200, body: role };
};

/** Adds a role at the bottom, where the bot may hand it out. */
export function addRole(world: World, name: string) {
  const role = roleOf(world.newId(), name, 0n, 1);
  world.roles.set(role.id, role);
  dispatch(world, "GUILD_ROLE_CREATE", { guild_id: world.guildId, role });
  return role;
}

/** Takes a role away, and from everybody who has it. */
export function deleteRole(world: World, id: string): boolean {
  if (!world.roles.delete(id)) return false;
  for (const member of world.members.values()) member.roles.delete(id);
  dispatch(world, "GUILD_ROLE_DELETE", { guild_id: world.guildId, role_id: id });
  changed(world);
  return true;
}

export function renameRole(world: World, id: string, name: string): boolean {
  const role = world.roles.get(id);
  if (!role) return false;
  role.name = name;
  dispatch(world, "GUILD_ROLE_UPDATE", { guild_id: world.guildId, role });
  changed(world);
  return true;
}

export const guildRoutes: Routes = {
  "GET /guilds/:": get,
  "GET /guilds/:/channels": channels,
  "GET /guilds/:/roles": roles,
  "POST /guilds/:/roles": createRole,
  "GET /guilds/:/members/:": getMember,
  "PUT /guilds/:/members/:/roles/:": ({ world }, guild = "", user = "", role = "") =>
    setRole(world, guild, user, role, true),
  "DELETE /guilds/:/members/:/roles/:": ({ world }, guild = "", user = "", role = "") =>
    setRole(world, guild, user, role, false),
};

const getChannel: Handler = ({ world }, id = "") => ({
  status: 200,
  body: channelShape(world, visibleChannel(world, id)),
});

/** Of a thread, whether it is archived; of nothing else is there anything to change here. */
const patchChannel: Handler = ({ world, json }, id = "") => {
  const channel = visibleChannel(world, id);
  const { archived } = readFields([], [], json);
  if (!isThread(channel) || typeof archived !== "boolean")
    throw badRequest(50035, "Invalid Form Body");
  const isModerator = (botPermissionsIn(world, channel) & PermissionFlagsBits.ManageThreads) !== 0n;
  if (channel.locked && !isModerator) throw missingPermissions();
  channel.archived = archived;
  changed(world);
  return { status: 200, body: channelShape(world, channel) };
};

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
  "GET /channels/:": getChannel,
  "PATCH /channels/:": patchChannel,
  "POST /channels/:/typing": typing,
};
