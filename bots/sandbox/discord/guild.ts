import {
  type APIChannel,
  type APIGuild,
  ChannelType,
  OverwriteType,
  PermissionFlagsBits,
} from "discord-api-types/v10";
import { botMember, botSees, userOf } from "./people.ts";
import type { Channel, Role, World } from "./world.ts";

const FOUNDER = "100000000000000001";

export function roleOf(id: string, name: string, permissions: bigint, position: number): Role {
  return {
    id,
    name,
    permissions: permissions.toString(),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

export function isThread(channel: Channel): boolean {
  return channel.type === ChannelType.PublicThread;
}

/** The channel as the API shows it. */
export function channelShape(world: World, channel: Channel): APIChannel {
  if (channel.person) {
    const recipients = [userOf(channel.person)];
    return { id: channel.id, type: ChannelType.DM, flags: 0, recipients } as unknown as APIChannel;
  }
  const common = {
    id: channel.id,
    type: channel.type,
    name: channel.name,
    guild_id: world.guildId,
    flags: 0,
    rate_limit_per_user: 0,
    last_message_id: null,
  };
  if (isThread(channel)) {
    return { ...common, ...threadParts(world, channel) } as unknown as APIChannel;
  }
  const hidden = {
    id: world.botId,
    type: OverwriteType.Member,
    allow: "0",
    deny: PermissionFlagsBits.ViewChannel.toString(),
  };
  return {
    ...common,
    position: 0,
    parent_id: null,
    topic: null,
    nsfw: false,
    permission_overwrites: channel.open ? [] : [hidden],
  } as unknown as APIChannel;
}

function threadParts(world: World, channel: Channel) {
  return {
    parent_id: channel.parent?.id ?? null,
    owner_id: world.botId,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    thread_metadata: {
      archived: channel.archived === true,
      locked: channel.locked === true,
      auto_archive_duration: 10_080,
      archive_timestamp: new Date(0).toISOString(),
    },
  };
}

/** The guild as GET /guilds/:id gives it. */
export function guildShape(world: World): APIGuild {
  return {
    id: world.guildId,
    name: "Plaza",
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: FOUNDER,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    roles: [...world.roles.values()],
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-US",
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    incidents_data: null,
  } as unknown as APIGuild;
}

/** What GUILD_CREATE carries: the guild with its channels, threads and the bot's own membership. */
export function guildCreate(world: World): Record<string, unknown> {
  const shared = [...world.channelOfPlace.values()];
  return {
    ...guildShape(world),
    joined_at: new Date(0).toISOString(),
    large: world.members.size > 50,
    unavailable: false,
    member_count: world.members.size + 1,
    voice_states: [],
    members: [botMember(world)],
    channels: shared.filter((one) => !isThread(one)).map((one) => channelShape(world, one)),
    threads: shared
      .filter((one) => isThread(one) && botSees(world, one))
      .map((one) => channelShape(world, one)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [...world.events.values()],
    soundboard_sounds: [],
  };
}
