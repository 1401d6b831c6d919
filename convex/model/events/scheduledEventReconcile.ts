import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";
import { openEvents } from "./lookup.ts";
import {
  invalidateScheduledEvent,
  isStoppedFor,
  organizationsAt,
  reconcileSoon,
  type ScheduledEvent,
  scheduledEventsAt,
  unwant,
} from "./scheduledEvents.ts";

// Which events a Discord server shows: the soonest hundred events of all organizations that mirror
// theirs to it; an event that two of them list counts once. When an event ends, the next one takes
// its place.

/** Discord's limit of scheduled events per server. */
const maxScheduled = 100;
/** Live events that are skipped while reading, because Discord cannot schedule a started event. */
const maxPassedOver = 20;

/** Brings the rows of a server in line with the events of its organizations. */
export async function reconcileServer(
  ctx: MutationCtx,
  guildId: string,
  now: number,
): Promise<void> {
  await noteReconciled(ctx, guildId);
  const organizations = await organizationsAt(ctx, guildId);
  if (isStoppedFor(organizations)) return;
  const rows = new Map((await scheduledEventsAt(ctx, guildId)).map((row) => [row.eventId, row]));
  const events = await soonest(ctx, organizations, rows);
  const wanted = new Set(events.map(({ _id }) => _id));
  for (const row of rows.values())
    if (row.isWanted && !wanted.has(row.eventId)) await unwant(ctx, row, now);
  for (const { _id: eventId } of events) {
    const known = rows.get(eventId);
    if (!known) await add(ctx, guildId, eventId, now);
    else if (!known.isWanted) await wantAgain(ctx, known, now);
    // The server may have been full at the last try.
    else if (known.discordEventId === undefined) await invalidateScheduledEvent(ctx, known, now);
  }
}

async function noteReconciled(ctx: MutationCtx, guildId: string): Promise<void> {
  const rows = await ctx.db
    .query("guildReconciles")
    .withIndex("by_guild", (q) => q.eq("guildId", guildId))
    .take(10);
  for (const { _id } of rows) await ctx.db.delete("guildReconciles", _id);
}

async function soonest(
  ctx: MutationCtx,
  organizations: Doc<"organizations">[],
  rows: ReadonlyMap<Id<"events">, ScheduledEvent>,
): Promise<Doc<"events">[]> {
  const events = new Map<Id<"events">, Doc<"events">>();
  for (const { _id: orgId, mirrorsEvents } of organizations) {
    if (!mirrorsEvents) continue;
    for (const event of await openEvents(ctx, { orgId }, maxScheduled + maxPassedOver))
      // A live event cannot be scheduled; one that is shown already stays until it ends.
      if (event.status === "upcoming" || rows.get(event._id)?.isWanted)
        events.set(event._id, event);
  }
  return [...events.values()]
    .toSorted((a, b) => a.startDate - b.startDate || (a._id < b._id ? -1 : 1))
    .slice(0, maxScheduled);
}

async function add(ctx: MutationCtx, guildId: string, eventId: Id<"events">, now: number) {
  const fields = { guildId, eventId, isWanted: true, isOutdated: false, wasTried: false };
  const id = await ctx.db.insert("scheduledEvents", fields);
  const row = await ctx.db.get("scheduledEvents", id);
  if (row) await invalidateScheduledEvent(ctx, row, now);
}

async function wantAgain(ctx: MutationCtx, row: ScheduledEvent, now: number): Promise<void> {
  await ctx.db.patch("scheduledEvents", row._id, { isWanted: true });
  await invalidateScheduledEvent(ctx, row, now);
}

/**
 * Turns an organization's scheduled events on or off for an admin; off deletes those that the bot
 * created. `here` is the server of the command: it becomes the organization's server if it has
 * none.
 *
 * @throws no-such-organization, no-server
 */
export async function setMirroring(
  ctx: MutationCtx,
  { orgId, isOn, here }: { orgId: Id<"organizations">; isOn: boolean; here: string | undefined },
  now: number,
): Promise<void> {
  const org = await ctx.db.get("organizations", orgId);
  if (!org) throw refusal("no-such-organization");
  const guildId = org.discordGuildId ?? here;
  if (isOn && !/^\d{5,25}$/.test(guildId ?? "")) throw refusal("no-server");
  await ctx.db.patch("organizations", orgId, {
    mirrorsEvents: isOn,
    mirrorOffReason: undefined,
    ...(isOn && { discordGuildId: guildId }),
  });
  if (guildId === undefined) return;
  await reconcileSoon(ctx, guildId);
  // Events may have changed while the bot had no permission. An equal fingerprint is not sent.
  for (const row of await scheduledEventsAt(ctx, guildId))
    await invalidateScheduledEvent(ctx, row, now);
}
