import {
  type APIGuildScheduledEvent,
  GuildScheduledEventEntityType as Entity,
  GuildScheduledEventStatus as Status,
  PermissionFlagsBits,
} from "discord-api-types/v10";
import { dispatch } from "../gateway.ts";
import { EVENT } from "../limits.ts";
import { badRequest, invalidForm, type Issue, missingPermissions, notFound } from "../refusal.ts";
import { checkOneOf, checkText, type Fields, isFields, readFields } from "../validation/fields.ts";
import type { Handler, Routes } from "../wire/router.ts";
import { changed, type World } from "../world.ts";
import { checkGuild } from "./guild.ts";

/**
 * Create Events is for what is new and one's own, Manage Events for those of others, since February
 * 2026: https://docs.discord.com/developers/topics/permissions
 */
function checkAllowed(world: World, guild: string, event?: APIGuildScheduledEvent): void {
  checkGuild(world, guild);
  const isOwn = event === undefined || event.creator_id === world.botId;
  const { CreateEvents, ManageEvents } = PermissionFlagsBits;
  const enough =
    event === undefined ? CreateEvents : isOwn ? CreateEvents | ManageEvents : ManageEvents;
  if ((world.botPermissions & enough) === 0n) throw missingPermissions();
}

/** Checks a whole event, as it is to be after the change. */
function check(world: World, event: Fields): void {
  const issues: Issue[] = [];
  checkText(issues, ["name"], event["name"], { min: 1, max: EVENT.name, required: true });
  checkText(issues, ["description"], event["description"], { max: EVENT.description });
  checkOneOf(issues, ["privacy_level"], event["privacy_level"], [2]);
  const kinds = [Entity.StageInstance, Entity.Voice, Entity.External];
  checkOneOf(issues, ["entity_type"], event["entity_type"], kinds);
  checkOneOf(issues, ["status"], event["status"], [1, 2, 3, 4]);
  const start = checkTime(issues, event, "scheduled_start_time", true);
  const external = event["entity_type"] === Entity.External;
  const end = checkTime(issues, event, "scheduled_end_time", external);
  if (external) {
    const metadata = isFields(event["entity_metadata"]) ? event["entity_metadata"] : {};
    const size = { min: 1, max: EVENT.location, required: true };
    checkText(issues, ["entity_metadata", "location"], metadata["location"], size);
  }
  if (event["status"] === 1 && start !== undefined && start < world.now()) {
    const message = "Cannot schedule event in the past.";
    const code = "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST";
    issues.push({ path: ["scheduled_start_time"], code, message });
  }
  if (start !== undefined && end !== undefined && end <= start) {
    const message = "Cannot end before it starts.";
    const code = "GUILD_SCHEDULED_EVENT_END_TIME_BEFORE_START_TIME";
    issues.push({ path: ["scheduled_end_time"], code, message });
  }
  if (issues.length > 0) throw invalidForm(issues);
}

function checkTime(issues: Issue[], event: Fields, key: string, required: boolean) {
  const value = event[key];
  checkText(issues, [key], value, { max: 64, required });
  if (typeof value !== "string") return undefined;
  const time = Date.parse(value);
  if (!Number.isNaN(time)) return time;
  const message = `Could not parse ${value}. Should be ISO8601.`;
  issues.push({ path: [key], code: "DATE_TIME_TYPE_PARSE", message });
  return undefined;
}

const create: Handler = ({ world, json }, guild = "") => {
  checkAllowed(world, guild);
  if (eventsNow(world).length >= EVENT.count) {
    throw badRequest(30038, "Maximum number of uncompleted guild scheduled events reached (100)");
  }
  const wanted = readFields([], [], json);
  const event: Fields = {
    description: null,
    channel_id: null,
    scheduled_end_time: null,
    entity_metadata: null,
    ...wanted,
    id: world.newId(),
    guild_id: guild,
    creator_id: world.botId,
    entity_id: null,
    image: null,
    recurrence_rule: null,
    guild_scheduled_event_exceptions: [],
    status: 1,
  };
  check(world, event);
  return save(world, event, "GUILD_SCHEDULED_EVENT_CREATE");
};

const OVER = [Status.Completed, Status.Canceled];

function save(world: World, fields: Fields, name: string) {
  const event = fields as unknown as APIGuildScheduledEvent;
  // Events that are over leave the list, as they do in the client.
  if (OVER.includes(event.status)) world.events.delete(event.id);
  else world.events.set(event.id, event);
  dispatch(world, name, event);
  changed(world);
  return { status: 200, body: event };
}

/** A server's events as they are by now: what takes place outside begins and ends by the clock. */
export function eventsNow(world: World): APIGuildScheduledEvent[] {
  for (const event of world.events.values()) {
    if (event.entity_type !== Entity.External) continue;
    if (Date.parse(event.scheduled_end_time ?? "") <= world.now()) world.events.delete(event.id);
    else if (Date.parse(event.scheduled_start_time) <= world.now()) event.status = Status.Active;
  }
  return [...world.events.values()];
}

function find(world: World, guild: string, id: string): APIGuildScheduledEvent {
  checkGuild(world, guild);
  const event = eventsNow(world).find((one) => one.id === id);
  if (!event) throw notFound(10070, "Unknown Guild Scheduled Event");
  return event;
}

const update: Handler = ({ world, json }, guild = "", id = "") => {
  const before = find(world, guild, id);
  checkAllowed(world, guild, before);
  const event: Fields = { ...before, ...readFields([], [], json), id, guild_id: guild };
  check(world, event);
  return save(world, event, "GUILD_SCHEDULED_EVENT_UPDATE");
};

const remove: Handler = ({ world }, guild = "", id = "") => {
  const event = find(world, guild, id);
  checkAllowed(world, guild, event);
  world.events.delete(id);
  dispatch(world, "GUILD_SCHEDULED_EVENT_DELETE", event);
  changed(world);
  return { status: 204 };
};

const list: Handler = ({ world }, guild = "") => {
  checkGuild(world, guild);
  return { status: 200, body: eventsNow(world) };
};

const EVENTS = "/guilds/:/scheduled-events";

export const eventRoutes: Routes = {
  [`GET ${EVENTS}`]: list,
  [`POST ${EVENTS}`]: create,
  [`GET ${EVENTS}/:`]: ({ world }, guild = "", id = "") => ({
    status: 200,
    body: find(world, guild, id),
  }),
  [`PATCH ${EVENTS}/:`]: update,
  [`DELETE ${EVENTS}/:`]: remove,
};
