import { type Infer, v } from "convex/values";
import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { Obsolete } from "../deliveries/kind.ts";
import { cancelAll, type Destination, end, refreshOutbox } from "../deliveries/queue.ts";
import { enqueueSync, syncDelivery } from "../deliveries/sync.ts";
import { listingsOf } from "./lookup.ts";

// Discord servers can show the events of their organizations as scheduled events: synced objects,
// one row for each event and server. A changed event invalidates its rows in the same transaction;
// which events a server shows at all is reconciled right after it, once for all that has changed:
// `scheduledEventReconcile.ts`.

type Reading = Pick<QueryCtx, "db">;
type Event = Doc<"events">;
export type ScheduledEvent = Doc<"scheduledEvents">;

/** How many servers show one event, and how many organizations share one server. */
const maxServers = 20;
const maxSharing = 20;
/** More rows than a server has events: those that are still to be deleted are among them. */
const maxRows = 300;

/** An event has changed: its scheduled events are invalidated, and servers that could show it reconciled. */
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

/** An organization's calendar lists an open event, or no longer does. */
export async function reconcileServerOf(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
): Promise<void> {
  const guildId = await serverOf(ctx, orgId);
  if (guildId !== undefined) await reconcileSoon(ctx, guildId);
}

/** What of an event Discord shows. */
function shownOf({ title, description, lumaUrl, location, endsBy, ...event }: Event): string {
  return JSON.stringify([title, description, lumaUrl, location, endsBy, rankOf(event)]);
}

/** What decides whether it is among the soonest. */
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

/** Enqueues the present state; not where the bot may not, or somebody deleted it twice. */
export async function invalidateScheduledEvent(
  ctx: MutationCtx,
  row: ScheduledEvent,
  now: number,
): Promise<void> {
  if (row.isGivenUp || isStoppedFor(await organizationsAt(ctx, row.guildId))) return;
  if (!row.isOutdated) await ctx.db.patch("scheduledEvents", row._id, { isOutdated: true });
  await enqueueSync(ctx, toServer(row), requestOf(row), now);
}

/** One after the other: Discord limits the changes of a server, not of one event. */
function toServer({ guildId }: Pick<ScheduledEvent, "guildId">) {
  return { destination: `server:${guildId}`, platform: "discord" } as const satisfies Destination;
}

function requestOf({ _id }: Pick<ScheduledEvent, "_id">) {
  const task = { kind: "scheduledEvent" as const, scheduledEventId: _id };
  return { subjectKey: `scheduledEvent:${_id}`, task };
}

/** Deletes what Discord may show; a row that no bot has ever leased is only forgotten. */
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

/** Reconciles a server's events right after this transaction; once, however often it is asked. */
export async function reconcileSoon(ctx: MutationCtx, guildId: string): Promise<void> {
  const known = await ctx.db
    .query("guildReconciles")
    .withIndex("by_guild", (q) => q.eq("guildId", guildId))
    .first();
  if (known) return;
  await ctx.db.insert("guildReconciles", { guildId });
  await ctx.scheduler.runAfter(0, internal.scheduledEvents.reconcile, { guildId });
}

/** An organization that mirrors its events belongs to another server now. */
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

/** The organizations of a server, whether they mirror their events or not. */
export async function organizationsAt(
  ctx: Reading,
  guildId: string,
): Promise<Doc<"organizations">[]> {
  return await ctx.db
    .query("organizations")
    .withIndex("by_discord_guild", (q) => q.eq("discordGuildId", guildId))
    .take(maxSharing);
}

/** The bot may not change events there any more, and no admin has asked for it again. */
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

/** The wanted state of one scheduled event of a Discord server; times in Unix milliseconds. */
export const scheduledEventView = v.object({
  guildId: v.string(),
  /** Discord's id, where it is known. */
  discordEventId: v.optional(v.string()),
  /** The id is not known, but an ambiguous try may have created it: look before creating it again. */
  mayExist: v.boolean(),
  /** The event's own page, by which ours is recognized. */
  url: v.string(),
  /** Null: it is to be deleted. */
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
  // Discord does not let the start of an event change that has begun.
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

/** Discord shows it under this id; an empty id: it was deleted, as was wanted. */
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
  // Wanted again while it was being deleted: it is created anew.
  if (row.isWanted) await ctx.db.patch("scheduledEvents", id, { ...gone, isOutdated: true });
  else await ctx.db.delete("scheduledEvents", id);
}

/** Somebody deleted it in Discord: it is created anew once; a second deletion is meant. */
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

/** A lease has ended: what has changed since the bot read the event is enqueued. */
export async function scheduledEventCompleted(
  ctx: MutationCtx,
  id: Id<"scheduledEvents">,
  now: number,
): Promise<void> {
  const row = await ctx.db.get("scheduledEvents", id);
  if (row?.isOutdated) await invalidateScheduledEvent(ctx, row, now);
}

/** The bot may not change a server's events: its organizations stop mirroring, with the reason. */
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
