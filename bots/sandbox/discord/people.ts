import {
  type APIGuildMember,
  type APIUser,
  GuildMemberFlags,
  Locale,
  PermissionFlagsBits,
} from "discord-api-types/v10";
import type { Person } from "../contract.ts";
import type { Channel, Member, World } from "./world.ts";

/** Leo is the server's administrator. */
export function isAdmin(person: Person): boolean {
  return person.key === "leo";
}

const COMMON: Record<string, Locale> = {
  en: Locale.EnglishUS,
  es: Locale.SpanishES,
  pt: Locale.PortugueseBR,
  zh: Locale.ChineseCN,
  sv: Locale.Swedish,
};
const LOCALES = new Set<string>(Object.values(Locale));

/** The locale a Discord client set to this language reports. */
export function localeOf(language: string): string {
  if (LOCALES.has(language)) return language;
  const base = language.split("-")[0] ?? "";
  return COMMON[base] ?? (LOCALES.has(base) ? base : Locale.EnglishUS);
}

/** What Discord says of every account, and nobody's here has. */
const plainAccount = { public_flags: 0, flags: 0, primary_guild: null };

export function userOf(person: Person): APIUser {
  return {
    id: person.discordId,
    username: person.key,
    global_name: person.name,
    discriminator: "0",
    avatar: null,
    ...plainAccount,
  };
}

export function botUser(world: World): APIUser {
  return {
    id: world.botId,
    username: "Plaza",
    global_name: null,
    discriminator: "0000",
    avatar: null,
    bot: true,
    ...plainAccount,
  };
}

export function memberOf(member: Member): Omit<APIGuildMember, "user"> {
  return {
    nick: null,
    avatar: null,
    banner: null,
    roles: [...member.roles],
    joined_at: member.joinedAt,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: GuildMemberFlags.CompletedOnboarding,
    pending: false,
    communication_disabled_until: null,
  };
}

export function botMember(world: World): APIGuildMember {
  return {
    ...memberOf({
      person: { key: "plaza" } as Person,
      roles: new Set([world.botRole]),
      joinedAt: new Date(0).toISOString(),
    }),
    user: botUser(world),
  };
}

const MEMBER_PERMISSIONS =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.UseApplicationCommands;

/** What everybody may do; also the @everyone role's permissions. */
export const EVERYONE = MEMBER_PERMISSIONS;

/** All permissions together, as an administrator has them. */
export const EVERYTHING = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

export const BOT_PERMISSIONS =
  MEMBER_PERMISSIONS |
  PermissionFlagsBits.ManageMessages |
  PermissionFlagsBits.ManageRoles |
  PermissionFlagsBits.ManageEvents |
  PermissionFlagsBits.CreateEvents |
  PermissionFlagsBits.ManageThreads |
  PermissionFlagsBits.PinMessages;

export function permissionsOf(person: Person): bigint {
  return isAdmin(person) ? EVERYTHING : MEMBER_PERMISSIONS;
}

/** What the bot may do in one channel. */
export function botPermissionsIn(world: World, channel: Channel): bigint {
  if (channel.person) return MEMBER_PERMISSIONS;
  return botSees(world, channel) ? world.botPermissions : 0n;
}

/** Whether the bot can see a channel; a thread hides with its parent, everything with the guild. */
export function botSees(world: World, channel: Channel): boolean {
  if (channel.person) return true;
  return world.inGuild && channel.open && (channel.parent?.open ?? true);
}
