import { randomBytes } from "node:crypto";
import type { ChatEmulatorOptions } from "../contract.ts";
import { makeFaults, makeListeners, makeRequestLog } from "../http/observing.ts";
import { fileStore } from "./attachments.ts";
import { KEEP, rateBook } from "./limits.ts";
import { roleOf } from "./guild.ts";
import { BOT_PERMISSIONS, EVERYONE, EVERYTHING, isAdmin } from "./people.ts";
import type { World } from "./world.ts";

const DISCORD_EPOCH = 1_420_070_400_000;

const PER_MILLISECOND = 2 ** 22;

/** Makes ids as Discord does: the clock in the high bits, always larger than the one before. */
function snowflakes(now: () => number): () => string {
  let tick = 0;
  let count = 0;
  return () => {
    // A clock that stands still or goes back must not repeat an id.
    const at = Math.max(Math.floor(now()) - DISCORD_EPOCH, tick);
    if (at > tick) {
      tick = at;
      count = 0;
    } else if (++count === PER_MILLISECOND) {
      tick += 1;
      count = 0;
    }
    return ((BigInt(tick) << 22n) | BigInt(count)).toString();
  };
}

/** A guild with everybody in it, its roles, and no channel yet. */
export function createWorld({ people, now = Date.now, onExchange }: ChatEmulatorOptions): World {
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
    createdCommands: [],
    events: new Map(),
    interactions: new Map(),
    modals: new Map(),
    files: fileStore(),
    sessions: new Map(),
    faults: makeFaults(),
    requests: makeRequestLog(KEEP.requests),
    onExchange,
    rates: rateBook(),
    listeners: makeListeners(),
  };
}
