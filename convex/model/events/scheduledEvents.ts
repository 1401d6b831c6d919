import { type Infer, v } from "convex/values";
import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Obsolete } from "../deliveries/kind.ts";
import { cancelAll, type Destination, end, refreshOutbox } from "../deliveries/queue.ts";
import { enqueueSync, syncDelivery } from "../deliveries/sync.ts";
import { listingsOf } from "./lookup.ts";

// Discord servers can show the events of their organizations as scheduled events. These are synced
// objects, one row per event and server. A changed event invalidates its rows in the same
// transaction. Which events a server shows is reconciled right after it, once for all changes:
// `scheduledEventReconcile.ts`.

type Reading = Pick<QueryCtx, "db">;
type Event = Doc<"events">;
export type ScheduledEvent = Doc<"scheduledEvents">;

/** Servers that show one event, and organizations that share one server. */
const maxServers = 20;
const maxSharing = 20;
/** Rows per server. More than Discord's limit of events: rows to be deleted count too. */
const maxRows = 300;

/**
 * Invalidates the scheduled events of a changed event and schedules the reconciliation of servers.
 */
export async function syncScheduledEvents(
  ctx: MutationCtx,
  before: Event,
  after: Event,
  now: number,
): Promise<void> {
  if (shownOf(before) === shownOf(after)) return;
  const rows = await rowsOfEvent(ctx, after._id);
  for (const row of rows) await follow(ctx, row, after, now);
  if (rankOf(before) === rankOf(after)) return;
  const servers = new Set(rows.map(({ guildId }) => guildId));
  for (const { orgId } of await listingsOf(ctx, after._id)) {
    const guildId = await serverOf(ctx, orgId);
    if (guildId !== undefined) servers.add(guildId);
  }
  for (const guildId of servers) await reconcileSoon(ctx, guildId);
}

/**
 * Schedules the reconciliation after an organization's calendar starts or stops listing an open
 * event.
 */
export async function reconcileServerOf(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
): Promise<void> {
  const guildId = await serverOf(ctx, orgId);
  if (guildId !== undefined) await reconcileSoon(ctx, guildId);
}

/** The fields of an event that Discord shows. */
function shownOf({ title, description, lumaUrl, location, endsBy, ...event }: Event): string {
  return JSON.stringify([title, description, lumaUrl, location, endsBy, rankOf(event)]);
}

/** The fields that decide whether an event is among the soonest. */
function rankOf({
  startDate,
  status,
  isPublished,
}: Pick<Event, "startDate" | "status" | "isPublished">) {
  return JSON.stringify([startDate, status, isPublished]);
}

async function follow(ctx: MutationCtx, row: ScheduledEvent, event: Event, now: number) {
  // Discord ends a scheduled event by itself.
  if (event.status === "past") return await forget(ctx, row);
  if (event.status === "cancelled" || !event.isPublished) return await unwant(ctx, row, now);
  if (row.isWanted) await invalidateScheduledEvent(ctx, row, now);
}

/** Enqueues the desired state, unless the bot has no permission or the event was deleted twice. */
export async function invalidateScheduledEvent(
  ctx: MutationCtx,
  row: ScheduledEvent,
  now: number,
): Promise<void> {
  if (row.isGivenUp || isStoppedFor(await organizationsAt(ctx, row.guildId))) return;
  if (!row.isOutdated) await ctx.db.patch("scheduledEvents", row._id, { isOutdated: true });
  await enqueueSync(ctx, toServer(row), requestOf(row), now);
}

/** The destination is the server, because Discord limits changes per server and not per event. */
function toServer({ guildId }: Pick<ScheduledEvent, "guildId">) {
  return { destination: `server:${guildId}`, platform: "discord" } as const satisfies Destination;
}

function requestOf({ _id }: Pick<ScheduledEvent, "_id">) {
  const task = { kind: "scheduledEvent" as const, scheduledEventId: _id };
  return { subjectKey: `scheduledEvent:${_id}`, task };
}

/**
 * Deletes the scheduled event. A row that was never leased was never sent, so only the row is
 * deleted.
 */
export async function unwant(ctx: MutationCtx, row: ScheduledEvent, now: number): Promise<void> {
  if (!row.wasTried || row.isGivenUp) return await forget(ctx, row);
  await ctx.db.patch("scheduledEvents", row._id, { isWanted: false });
  await invalidateScheduledEvent(ctx, row, now);
}

async function forget(ctx: MutationCtx, row: ScheduledEvent): Promise<void> {
  const { destination } = toServer(row);
  const delivery = await syncDelivery(ctx, destination, requestOf(row).subjectKey);
  if (delivery?.isOpen) {
    await end(ctx, delivery, "cancelled", "the event is over");
    await refreshOutbox(ctx, destination);
  }
  await ctx.db.delete("scheduledEvents", row._id);
}

/** Schedules the reconciliation of a server right after this transaction, at most once. */
export async function reconcileSoon(ctx: MutationCtx, guildId: string): Promise<void> {
  const known = await ctx.db
    .query("guildReconciles")
    .withIndex("by_guild", (q) => q.eq("guildId", guildId))
    .first();
  if (known) return;
  await ctx.db.insert("guildReconciles", { guildId });
  await ctx.scheduler.runAfter(0, internal.scheduledEvents.reconcile, { guildId });
}

/** Reconciles both servers when an organization that mirrors its events is assigned to another. */
export async function reconcileBothServers(
  ctx: MutationCtx,
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  if (before === after) return;
  for (const guildId of [before, after])
    if (guildId !== undefined) await reconcileSoon(ctx, guildId);
}

async function serverOf(ctx: Reading, orgId: Id<"organizations">): Promise<string | undefined> {
  const org = await ctx.db.get("organizations", orgId);
  return org?.mirrorsEvents ? org.discordGuildId : undefined;
}

/** The organizations of a server, whether or not they mirror their events. */
export async function organizationsAt(
  ctx: Reading,
  guildId: string,
): Promise<Doc<"organizations">[]> {
  return await ctx.db
    .query("organizations")
    .withIndex("by_discord_guild", (q) => q.eq("discordGuildId", guildId))
    .take(maxSharing);
}

/**
 * Whether the bot has no permission for events in a server, and no admin has turned them on since.
 */
export function isStoppedFor(organizations: Doc<"organizations">[]): boolean {
  return (
    organizations.every(({ mirrorsEvents }) => !mirrorsEvents) &&
    organizations.some(({ mirrorOffReason }) => mirrorOffReason !== undefined)
  );
}

export async function scheduledEventsAt(ctx: Reading, guildId: string): Promise<ScheduledEvent[]> {
  return await ctx.db
    .query("scheduledEvents")
    .withIndex("by_guild", (q) => q.eq("guildId", guildId))
    .take(maxRows);
}

async function rowsOfEvent(ctx: Reading, eventId: Id<"events">): Promise<ScheduledEvent[]> {
  return await ctx.db
    .query("scheduledEvents")
    .withIndex("by_event_and_guild", (q) => q.eq("eventId", eventId))
    .take(maxServers);
}

/** The desired state of one scheduled event of a Discord server; times in Unix milliseconds. */
export const scheduledEventView = v.object({
  guildId: v.string(),
  /** Discord's id, when it is known. */
  discordEventId: v.optional(v.string()),
  /**
   * The id is not known, but an ambiguous try may have created it: search before creating it again.
   */
  mayExist: v.boolean(),
  /** The event's own page, by which the bot recognizes scheduled events that it created. */
  url: v.string(),
  /** Null: to be deleted. */
  wanted: v.union(
    v.object({
      title: v.string(),
      description: v.optional(v.string()),
      start: v.number(),
      end: v.number(),
      location: v.optional(v.string()),
    }),
    v.null(),
  ),
});

/** The state that Discord should show now, or why nothing has to be done. */
export async function scheduledEventViewOf(
  ctx: Reading,
  id: Id<"scheduledEvents">,
): Promise<Infer<typeof scheduledEventView> | Obsolete> {
  const row = await ctx.db.get("scheduledEvents", id);
  const event = row && (await ctx.db.get("events", row.eventId));
  if (!event) return { state: "cancelled", reason: "the event is over" };
  const { guildId, discordEventId, wasTried } = row;
  const at = {
    guildId,
    url: event.lumaUrl,
    mayExist: wasTried && discordEventId === undefined,
    ...(discordEventId !== undefined && { discordEventId }),
  };
  if (!row.isWanted) return { ...at, wanted: null };
  // Discord does not allow changing the start of an event that has started.
  if (event.status !== "upcoming")
    return { state: "suppressed", reason: "it has begun: Discord ends it by itself" };
  const { title, description, startDate: start, endsBy: end, location } = event;
  const wanted = {
    title,
    start,
    end,
    ...(description !== undefined && { description }),
    ...(location !== undefined && { location }),
  };
  return { ...at, wanted };
}

/** Stores Discord's id after a delivery; an empty id means that it was deleted as desired. */
export async function scheduledEventSynced(
  ctx: MutationCtx,
  id: Id<"scheduledEvents">,
  { discordEventId, fingerprint }: { discordEventId: string; fingerprint?: string | undefined },
): Promise<void> {
  const row = await ctx.db.get("scheduledEvents", id);
  if (!row) return;
  if (discordEventId !== "") {
    const shown = fingerprint === undefined ? {} : { fingerprint };
    return await ctx.db.patch("scheduledEvents", id, { discordEventId, ...shown });
  }
  const gone = { discordEventId: undefined, fingerprint: undefined };
  // The event became wanted again while it was being deleted: it is created again.
  if (row.isWanted) await ctx.db.patch("scheduledEvents", id, { ...gone, isOutdated: true });
  else await ctx.db.delete("scheduledEvents", id);
}

/**
 * Handles a scheduled event that was deleted in Discord: it is created again once. A second
 * deletion is taken as intended.
 */
export async function scheduledEventDeleted(
  ctx: MutationCtx,
  id: Id<"scheduledEvents">,
): Promise<void> {
  const row = await ctx.db.get("scheduledEvents", id);
  if (!row) return;
  await ctx.db.patch("scheduledEvents", id, {
    discordEventId: undefined,
    fingerprint: undefined,
    ...(row.wasRemade ? { isGivenUp: true } : { wasRemade: true, isOutdated: true }),
  });
}

/** After a lease: enqueues the changes that were made since the bot read the event. */
export async function scheduledEventCompleted(
  ctx: MutationCtx,
  id: Id<"scheduledEvents">,
  now: number,
): Promise<void> {
  const row = await ctx.db.get("scheduledEvents", id);
  if (row?.isOutdated) await invalidateScheduledEvent(ctx, row, now);
}

/**
 * The bot lacks permission in a server: its organizations stop mirroring, and the reason is stored.
 */
export async function stopScheduledEvents(
  ctx: MutationCtx,
  id: Id<"scheduledEvents">,
  mirrorOffReason: string,
): Promise<void> {
  const row = await ctx.db.get("scheduledEvents", id);
  if (!row) return;
  const off = { mirrorsEvents: false, mirrorOffReason };
  for (const { _id, mirrorsEvents } of await organizationsAt(ctx, row.guildId))
    if (mirrorsEvents) await ctx.db.patch("organizations", _id, off);
  await cancelAll(ctx, toServer(row).destination, mirrorOffReason);
}
