import { randomBytes } from "node:crypto";
import type { ChatEmulatorOptions } from "../contract.ts";
import { makeFaults, makeListeners, makeRequestLog } from "../http/observing.ts";
import { fileStore } from "./attachments.ts";
import { roleOf } from "./guild.ts";
import { KEEP } from "./limits.ts";
import { BOT_PERMISSIONS, EVERYONE, EVERYTHING, isAdmin } from "./people.ts";
import { snowflakes, type World } from "./world.ts";
import { rateBook } from "./wire/rates.ts";

/** A guild with everybody in it, its roles, and no channel yet. */
export function createWorld({ people, now = Date.now }: ChatEmulatorOptions): World {
  const newId = snowflakes(now);
  const [botId, guildId, botRole, adminRole] = [newId(), newId(), newId(), newId()];
  const joinedAt = new Date(now()).toISOString();
  const memberships = people.map((person) => {
    const roles = new Set(isAdmin(person) ? [adminRole] : []);
    return [person.discordId, { person, roles, joinedAt }] as const;
  });
  const roles = [
    roleOf(guildId, "@everyone", EVERYONE, 0),
    { ...roleOf(botRole, "Plaza", BOT_PERMISSIONS, 10), managed: true },
    roleOf(adminRole, "Admin", EVERYTHING, 11),
  ];
  return {
    now,
    newId,
    base: "",
    token: `emulator.discord.${randomBytes(12).toString("hex")}`,
    botId,
    guildId,
    botRole,
    adminRole,
    botPermissions: BOT_PERMISSIONS,
    inGuild: true,
    people: new Map(people.map((person) => [person.key, person])),
    peopleById: new Map(people.map((person) => [person.discordId, person])),
    members: new Map(memberships),
    roles: new Map(roles.map((role) => [role.id, role])),
    places: new Map(),
    channels: new Map(),
    channelOfPlace: new Map(),
    dms: new Map(),
    commands: new Map(),
    events: new Map(),
    interactions: new Map(),
    modals: new Map(),
    files: fileStore(),
    sessions: new Map(),
    faults: makeFaults(),
    requests: makeRequestLog(KEEP.requests),
    rates: rateBook(),
    listeners: makeListeners(),
  };
}
