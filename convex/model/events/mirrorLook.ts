import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { openEvents } from "./openEvents.ts";
import {
  isBarredFor,
  lookSoon,
  markMirror,
  type Mirror,
  mirrorsAt,
  organizationsAt,
  unwant,
} from "./mirrors.ts";

// Which events stand in a Discord server: the soonest hundred of all its organizations that mirror
// theirs, one that two of them list counted once. When one leaves, the next moves in.

/** How many scheduled events Discord lets a server have. */
export const mostMirrored = 100;
/** Events that are on and cannot be put there any more are passed over. */
const mostPassedOver = 20;

/** Brings a server's mirrors in step with what its organizations have planned. */
export async function lookThrough(ctx: MutationCtx, guildId: string, now: number): Promise<void> {
  await noteLook(ctx, guildId);
  const organizations = await organizationsAt(ctx, guildId);
  if (isBarredFor(organizations)) return;
  const mirrors = new Map((await mirrorsAt(ctx, guildId)).map((row) => [row.eventId, row]));
  const events = await soonest(ctx, organizations, mirrors);
  const wanted = new Set(events.map(({ _id }) => _id));
  for (const mirror of mirrors.values())
    if (mirror.isWanted && !wanted.has(mirror.eventId)) await unwant(ctx, mirror, now);
  for (const { _id: eventId } of events) {
    const known = mirrors.get(eventId);
    if (!known) await add(ctx, guildId, eventId, now);
    else if (!known.isWanted) await wantAgain(ctx, known, now);
    // It found no room, perhaps: there may be some now.
    else if (known.scheduledEventId === undefined) await markMirror(ctx, known, now);
  }
}

async function noteLook(ctx: MutationCtx, guildId: string): Promise<void> {
  const looks = await ctx.db
    .query("mirrorLooks")
    .withIndex("by_guild", (q) => q.eq("guildId", guildId))
    .take(10);
  for (const { _id } of looks) await ctx.db.delete("mirrorLooks", _id);
}

async function soonest(
  ctx: MutationCtx,
  organizations: Doc<"organizations">[],
  mirrors: ReadonlyMap<Id<"events">, Mirror>,
): Promise<Doc<"events">[]> {
  const events = new Map<Id<"events">, Doc<"events">>();
  for (const { _id: orgId, mirrorsEvents } of organizations) {
    if (!mirrorsEvents) continue;
    for (const event of await openEvents(ctx, { orgId }, mostMirrored + mostPassedOver))
      // What is on already cannot be put there; what stands there stays until it ends.
      if (event.status === "upcoming" || mirrors.get(event._id)?.isWanted)
        events.set(event._id, event);
  }
  return [...events.values()]
    .toSorted((a, b) => a.startDate - b.startDate || (a._id < b._id ? -1 : 1))
    .slice(0, mostMirrored);
}

async function add(ctx: MutationCtx, guildId: string, eventId: Id<"events">, now: number) {
  const fields = { guildId, eventId, isWanted: true, isDirty: false, wasTried: false };
  const mirror = await ctx.db.get("mirrors", await ctx.db.insert("mirrors", fields));
  if (mirror) await markMirror(ctx, mirror, now);
}

async function wantAgain(ctx: MutationCtx, mirror: Mirror, now: number): Promise<void> {
  await ctx.db.patch("mirrors", mirror._id, { isWanted: true });
  await markMirror(ctx, mirror, now);
}

/** An admin switches an organization's mirror on or off. Off, what is ours there goes. */
export async function setMirroring(
  ctx: MutationCtx,
  { _id }: Doc<"organizations">,
  { isOn, guildId }: { isOn: boolean; guildId: string | undefined },
  now: number,
): Promise<void> {
  await ctx.db.patch("organizations", _id, {
    mirrorsEvents: isOn,
    mirrorOffReason: undefined,
    ...(isOn && { discordGuildId: guildId }),
  });
  if (guildId === undefined) return;
  await lookSoon(ctx, guildId);
  // What has changed while the bot might not: whatever is the same is not sent.
  for (const mirror of await mirrorsAt(ctx, guildId)) await markMirror(ctx, mirror, now);
}
