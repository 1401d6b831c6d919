import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";

// Finding events: by the identity that a source gives, by an argument, by time.

type Names = {
  lumaEventId?: string | undefined;
  entryId?: string | undefined;
  lumaSlug?: string | undefined;
  lumaUrl?: string | undefined;
  /** Unix milliseconds: tells events apart that share an address. */
  startDate?: number | undefined;
  /** Other events of the same listing have this address too. */
  isShared?: boolean | undefined;
};

/**
 * The event that a source refers to: by its `evt-` id or its calendar's entry, else by slug, then by
 * address, the last two only where one of the sides has no id. The same slug with another id is
 * another event, and of the events of one address the one with the same start is meant.
 */
export async function findEvent(ctx: QueryCtx, names: Names): Promise<Doc<"events"> | null> {
  const { lumaEventId, entryId, lumaSlug, lumaUrl, startDate, isShared } = names;
  const isSame = (event: Doc<"events">) =>
    (!lumaEventId || !event.lumaEventId || event.lumaEventId === lumaEventId) &&
    (!entryId || !event.lumaEntryId || event.lumaEntryId === entryId);
  if (lumaEventId) {
    const byId = await ctx.db
      .query("events")
      .withIndex("by_luma_id", (q) => q.eq("lumaEventId", lumaEventId))
      .first();
    if (byId) return byId;
  }
  if (entryId) {
    const byEntry = await ctx.db
      .query("events")
      .withIndex("by_luma_entry", (q) => q.eq("lumaEntryId", entryId))
      .first();
    if (byEntry) return byEntry;
  }
  if (lumaSlug) {
    const bySlug = await ctx.db
      .query("events")
      .withIndex("by_luma_slug", (q) => q.eq("lumaSlug", lumaSlug))
      .order("desc")
      .take(5);
    const match = bySlug.find(isSame);
    if (match) return match;
  }
  if (!lumaUrl) return null;
  const byUrl = await ctx.db
    .query("events")
    .withIndex("by_luma_url", (q) => q.eq("lumaUrl", lumaUrl))
    .order("desc")
    .take(maxOfAddress);
  const alike = byUrl.filter(isSame);
  const atStart = alike.find(
    (event) => startDate !== undefined && Math.abs(event.startDate - startDate) < 60_000,
  );
  if (atStart) return atStart;
  // It has moved, unless it is one of several.
  const open = alike.filter(({ status }) => status === "upcoming" || status === "live");
  return isShared || open.length > 1 ? null : (open[0] ?? alike[0] ?? null);
}

/** Events that share one address off Luma: the dates of a year, once a week. */
const maxOfAddress = 60;

/**
 * The event with the id in an argument, if it is published. The argument comes from a button or was
 * typed, so it can be any text.
 */
export async function publishedEvent(
  ctx: Pick<QueryCtx, "db">,
  eventId: string,
): Promise<Doc<"events"> | null> {
  const id = ctx.db.normalizeId("events", eventId);
  const event = id && (await ctx.db.get("events", id));
  return event?.isPublished ? event : null;
}

/**
 * The same, required.
 *
 * @throws no-such-event
 */
export async function requireEvent(
  ctx: Pick<QueryCtx, "db">,
  eventId: string,
): Promise<Doc<"events">> {
  const event = await publishedEvent(ctx, eventId);
  if (!event) throw refusal("no-such-event");
  return event;
}

/** Which open events: of one organization or of all, between two moments (Unix milliseconds). */
export type Range = {
  orgId?: Id<"organizations"> | undefined;
  from?: number | undefined;
  to?: number | undefined;
};

/**
 * Published events that are live or upcoming, soonest first, at most `limit`. Reads `limit`
 * documents (twice as many when an organization is given), however large the tables are.
 */
export async function openEvents(
  ctx: QueryCtx,
  range: Range,
  limit: number,
): Promise<Doc<"events">[]> {
  return range.orgId ? await ofOrganization(ctx, range, limit) : await ofAll(ctx, range, limit);
}

async function ofOrganization(ctx: QueryCtx, { orgId, from, to }: Range, limit: number) {
  if (!orgId) return [];
  const listings = await ctx.db
    .query("listings")
    .withIndex("by_org_and_open_and_start", (q) =>
      q
        .eq("orgId", orgId)
        .eq("isOpen", true)
        .gte("startDate", from ?? 0)
        .lt("startDate", to ?? Number.MAX_SAFE_INTEGER),
    )
    .take(limit);
  const events = await Promise.all(
    listings.map((listing) => ctx.db.get("events", listing.eventId)),
  );
  return events.filter((event) => event !== null);
}

async function ofAll(ctx: QueryCtx, { from, to }: Range, limit: number) {
  const withStatus = async (status: "live" | "upcoming") =>
    await ctx.db
      .query("events")
      .withIndex("by_published", (q) =>
        q
          .eq("isPublished", true)
          .eq("status", status)
          .gte("startDate", from ?? 0)
          .lt("startDate", to ?? Number.MAX_SAFE_INTEGER),
      )
      .take(limit);
  // Live events have started earlier than any upcoming one.
  const live = await withStatus("live");
  return [...live, ...(await withStatus("upcoming"))].slice(0, limit);
}

/** Organizations whose listings of one event are read. */
export const maxListings = 20;

export async function listingsOf(
  ctx: Pick<QueryCtx, "db">,
  eventId: Id<"events">,
): Promise<Doc<"listings">[]> {
  return await ctx.db
    .query("listings")
    .withIndex("by_event_and_org", (q) => q.eq("eventId", eventId))
    .take(maxListings);
}

export async function attendanceOf(
  ctx: Pick<QueryCtx, "db">,
  eventId: Id<"events">,
): Promise<Doc<"attendances"> | null> {
  return await ctx.db
    .query("attendances")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .unique();
}
