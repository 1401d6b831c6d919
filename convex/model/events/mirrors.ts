import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { listingsOf } from "./listings.ts";
import { keptRow, oweKept } from "../deliveries/kept.ts";
import { type Destination, end, refreshOutbox } from "../deliveries/queue.ts";

// Events of organizations that chose so also stand among the scheduled events of their Discord
// server. An event that changes is marked here, in the same transaction; which events stand there
// at all is looked through right after it, once for all that has changed: `mirrorLook.ts`.

type Reading = Pick<QueryCtx, "db">;
type Event = Doc<"events">;
export type Mirror = Doc<"mirrors">;

/** How many servers one event stands in, and how many organizations share one server. */
const mostServers = 20;
const mostSharing = 20;
/** More rows than a server has events: those that are to be taken away are still there. */
const mostKnown = 300;

/** An event has changed: where it stands it is brought in step, where it could stand is looked. */
export async function followMirrors(
  ctx: MutationCtx,
  before: Event,
  after: Event,
  now: number,
): Promise<void> {
  if (shownOf(before) === shownOf(after)) return;
  const mirrors = await mirrorsOfEvent(ctx, after._id);
  for (const mirror of mirrors) await follow(ctx, mirror, after, now);
  if (placeOf(before) === placeOf(after)) return;
  const servers = new Set(mirrors.map(({ guildId }) => guildId));
  for (const { orgId } of await listingsOf(ctx, after._id)) {
    const guildId = await serverOf(ctx, orgId);
    if (guildId !== undefined) servers.add(guildId);
  }
  for (const guildId of servers) await lookSoon(ctx, guildId);
}

/** An organization's calendar lists an open event, or no longer does. */
export async function followListing(ctx: MutationCtx, orgId: Id<"organizations">): Promise<void> {
  const guildId = await serverOf(ctx, orgId);
  if (guildId !== undefined) await lookSoon(ctx, guildId);
}

/** What of an event can be seen in Discord. */
function shownOf({ title, description, lumaUrl, location, endsBy, ...event }: Event): string {
  return JSON.stringify([title, description, lumaUrl, location, endsBy, placeOf(event)]);
}

/** What decides whether it is among the soonest. */
function placeOf({
  startDate,
  status,
  isPublished,
}: Pick<Event, "startDate" | "status" | "isPublished">) {
  return JSON.stringify([startDate, status, isPublished]);
}

async function follow(ctx: MutationCtx, mirror: Mirror, event: Event, now: number): Promise<void> {
  // Discord ends its own by itself.
  if (event.status === "past") return await forgetMirror(ctx, mirror);
  if (event.status === "cancelled" || !event.isPublished) return await unwant(ctx, mirror, now);
  if (mirror.isWanted) await markMirror(ctx, mirror, now);
}

/** Owes Discord a mirror as it is now; not where the bot may not, or somebody deleted it twice. */
export async function markMirror(ctx: MutationCtx, mirror: Mirror, now: number): Promise<void> {
  if (mirror.isGivenUp || (await isBarred(ctx, mirror.guildId))) return;
  if (!mirror.isDirty) await ctx.db.patch("mirrors", mirror._id, { isDirty: true });
  await oweKept(ctx, toServer(mirror), owedOf(mirror), now);
}

/** One after the other: Discord counts a server's changes, and a limit met once is met by all. */
export function toServer({ guildId }: Pick<Mirror, "guildId">) {
  return { destination: `server:${guildId}`, platform: "discord" } as const satisfies Destination;
}

function owedOf({ _id }: Pick<Mirror, "_id">) {
  return { topic: `mirror:${_id}`, work: { do: "mirror" as const, mirrorId: _id } };
}

/** Takes away what may stand in Discord; one that no bot has ever seen is only forgotten. */
export async function unwant(ctx: MutationCtx, mirror: Mirror, now: number): Promise<void> {
  if (!mirror.wasTried || mirror.isGivenUp) return await forgetMirror(ctx, mirror);
  await ctx.db.patch("mirrors", mirror._id, { isWanted: false });
  await markMirror(ctx, mirror, now);
}

/** Nothing more is done about it. */
export async function forgetMirror(ctx: MutationCtx, mirror: Mirror): Promise<void> {
  const { destination } = toServer(mirror);
  const owed = await keptRow(ctx, destination, owedOf(mirror).topic);
  if (owed?.isOpen) {
    await end(ctx, owed, "cancelled", "the event is over");
    await refreshOutbox(ctx, destination);
  }
  await ctx.db.delete("mirrors", mirror._id);
}

/** Looks through a server's events right after this transaction; once, however often it is asked. */
export async function lookSoon(ctx: MutationCtx, guildId: string): Promise<void> {
  const known = await ctx.db
    .query("mirrorLooks")
    .withIndex("by_guild", (q) => q.eq("guildId", guildId))
    .first();
  if (known) return;
  await ctx.db.insert("mirrorLooks", { guildId });
  await ctx.scheduler.runAfter(0, internal.mirrors.look, { guildId });
}

/** An organization that mirrors its events belongs to another server now. */
export async function followServer(
  ctx: MutationCtx,
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  if (before === after) return;
  for (const guildId of [before, after]) if (guildId !== undefined) await lookSoon(ctx, guildId);
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
    .take(mostSharing);
}

/** The bot may not change events there any more, and no admin has asked for it again. */
async function isBarred(ctx: Reading, guildId: string): Promise<boolean> {
  return isBarredFor(await organizationsAt(ctx, guildId));
}

export function isBarredFor(organizations: Doc<"organizations">[]): boolean {
  return (
    organizations.every(({ mirrorsEvents }) => !mirrorsEvents) &&
    organizations.some(({ mirrorOffReason }) => mirrorOffReason !== undefined)
  );
}

export async function mirrorsAt(ctx: Reading, guildId: string): Promise<Mirror[]> {
  return await ctx.db
    .query("mirrors")
    .withIndex("by_guild", (q) => q.eq("guildId", guildId))
    .take(mostKnown);
}

async function mirrorsOfEvent(ctx: Reading, eventId: Id<"events">): Promise<Mirror[]> {
  return await ctx.db
    .query("mirrors")
    .withIndex("by_event_and_guild", (q) => q.eq("eventId", eventId))
    .take(mostServers);
}
