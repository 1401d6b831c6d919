import type { LumaEvent, LumaSource } from "../../external/luma/types.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { endsBy, isOpen, statusAt } from "../fields/eventStatus.ts";
import {
  changesTo,
  type ContentChanges,
  contentHash,
  contentOf,
  type EventContent,
} from "../events/content.ts";
import { complete, fromLuma } from "./luma.ts";
import { findEvent, listingsOf } from "../events/lookup.ts";
import { addEvent, changeEvent, listEvent, noteReadings } from "../consequences/events.ts";
import { announceNews, type News, noNews } from "./news.ts";
import { applyChanges, cancelEvent } from "./changes.ts";
import { firstReading, missingFrom, newsFrom } from "./readings.ts";

/** How far back past events of a calendar are stored, in milliseconds. */
const keptHistoryMs = 400 * 24 * 60 * 60 * 1000;

export type Upserted = { seen: Id<"events">[]; created: number; changed: number; removed: number };

/** Which listing of which sync a page belongs to; absent in what is written by hand. */
export type From = { source?: LumaSource | undefined; syncId?: number | undefined };

/**
 * Stores one page of a calendar: writes only what differs, and announces changes in the same
 * transaction. An organization's first sync announces nothing here (see `finishSync`).
 */
export async function upsertPage(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  events: LumaEvent[],
  { source, syncId }: From,
  now: number,
): Promise<Upserted> {
  const result: Upserted = { seen: [], created: 0, changed: 0, removed: 0 };
  const news = noNews();
  const shared = sharedAddresses(events);
  for (const incoming of events) {
    const isShared = shared.has(incoming.lumaUrl);
    const known = await findEvent(ctx, { ...incoming, isShared });
    const event = known
      ? await updateKnown(ctx, { org, known, incoming, source, result, news }, now)
      : await create(ctx, { org, incoming, source, result }, now);
    if (!event) continue;
    result.seen.push(event._id);
    // Past and cancelled events are stored but get no listing.
    if (event.status === "cancelled" || event.status === "past") continue;
    const isNewHere = await listEvent(ctx, event, org._id, now, { source });
    const isShownNow = known?.isPublished === false && event.isPublished;
    if (!(isNewHere || isShownNow) || !isOpen(event)) continue;
    if (await isNews(ctx, org, incoming, event, source)) news.fresh.push(event);
  }
  const told = org.hasSynced ? news : { ...news, fresh: [] };
  await announceNews(ctx, told, { orgId: org._id, syncId: syncId ?? now }, now);
  return result;
}

/** Addresses that several events of a page have, none of which is on Luma. */
function sharedAddresses(events: LumaEvent[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { lumaUrl } of events) counts.set(lumaUrl, (counts.get(lumaUrl) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > 1).map(([url]) => url));
}

/**
 * Whether an event that is listed for the first time is new to people. It is not where another source
 * could not list it, because its listing ended before; nor is the next date of a known series, which
 * comes within reach a year ahead.
 */
async function isNews(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  incoming: LumaEvent,
  event: Doc<"events">,
  source: LumaSource | undefined,
): Promise<boolean> {
  const { syncedUntil, lastSync } = org;
  const isOther = source !== undefined && lastSync?.source !== source;
  if (isOther && syncedUntil !== undefined && event.startDate >= syncedUntil) return false;
  return !incoming.isOccurrence || !(await hasEarlierDate(ctx, event));
}

/** Whether an earlier date of the same series was stored by an earlier sync. */
async function hasEarlierDate(ctx: MutationCtx, event: Doc<"events">): Promise<boolean> {
  const id = event.lumaEventId ?? event.lumaEntryId ?? "";
  const series = id.slice(0, id.lastIndexOf("_") + 1);
  if (series === "") return false;
  // The ids of a series begin alike; "`" is the character after "_".
  const range = [series, `${series.slice(0, -1)}\``] as const;
  const first =
    event.lumaEventId === undefined
      ? await ctx.db
          .query("events")
          .withIndex("by_luma_entry", (q) =>
            q.gte("lumaEntryId", range[0]).lt("lumaEntryId", range[1]),
          )
          .first()
      : await ctx.db
          .query("events")
          .withIndex("by_luma_id", (q) =>
            q.gte("lumaEventId", range[0]).lt("lumaEventId", range[1]),
          )
          .first();
  return first !== null && first._creationTime < event._creationTime - minuteMs;
}

const minuteMs = 60_000;

type Creation = {
  org: Doc<"organizations">;
  incoming: LumaEvent;
  source: LumaSource | undefined;
  result: Upserted;
};

async function create(
  ctx: MutationCtx,
  { org, incoming, source, result }: Creation,
  now: number,
): Promise<Doc<"events"> | null> {
  if (incoming.cancelled || endsBy(incoming) <= now - keptHistoryMs) return null;
  result.created += 1;
  const content = complete(
    { ...fromLuma(incoming), ...pick(incoming) },
    incoming.timezone ?? org.timezone,
  );
  return await insertEvent(ctx, org._id, content, now, {
    ...(source && { readings: { [source]: firstReading(incoming) } }),
    ...(incoming.placeIsHidden && { placeIsHidden: true }),
  });
}

function pick({ title, startDate, lumaUrl }: LumaEvent) {
  return { title, startDate, lumaUrl };
}

/** Inserts an event of an organization, with its status at `now`. */
export async function insertEvent(
  ctx: MutationCtx,
  orgId: Id<"organizations">,
  content: EventContent,
  now: number,
  more: Pick<Doc<"events">, "readings" | "placeIsHidden"> = {},
): Promise<Doc<"events">> {
  const event = {
    ...content,
    ...more,
    orgId,
    status: statusAt(content, now),
    endsBy: endsBy(content),
    isFeatured: false,
    syncedAt: now,
    contentHash: contentHash(content),
    moves: 0,
    changedAt: now,
  };
  return await addEvent(ctx, event, now);
}

type Update = Creation & { known: Doc<"events">; news: News };

async function updateKnown(
  ctx: MutationCtx,
  { org, known, incoming, source, result, news }: Update,
  now: number,
): Promise<Doc<"events">> {
  if (incoming.cancelled) {
    if (isCurrent(known)) {
      result.removed += 1;
      await cancelEvent(ctx, known, now, news);
    }
    return (await ctx.db.get("events", known._id)) ?? known;
  }
  const isBack =
    known.status === "cancelled" && endsBy(incoming) > now && !known.curated?.includes("status");
  const isOrphan = (isBack || isCurrent(known)) && (await listingsOf(ctx, known._id)).length === 0;
  const event = isOrphan ? await adopt(ctx, org, known, incoming, now) : known;
  const { said, more } = theirShare(org, event, incoming, source);
  const changes = changesTo(contentOf(event), said, event.curated);
  if (Object.keys(changes).length === 0 && !isBack && !isOrphan) {
    // What another source says for the first time is noted, and changes nothing.
    if (Object.keys(more).length > 0) await noteReadings(ctx, known, more);
    return known;
  }
  result.changed += 1;
  return await applyChanges(ctx, event, changes, { isBack, more, news }, now);
}

function isCurrent({ status }: Doc<"events">): boolean {
  return status === "upcoming" || status === "live";
}

/**
 * An event without any listing is taken over by the first calendar that lists it again, and becomes
 * listed again. Listings are removed when an organization changes to another calendar.
 */
async function adopt(
  ctx: MutationCtx,
  org: Doc<"organizations">,
  orphan: Doc<"events">,
  incoming: LumaEvent,
  now: number,
): Promise<Doc<"events">> {
  const isPublished = orphan.curated?.includes("isPublished")
    ? orphan.isPublished
    : !incoming.isPrivate;
  return await changeEvent(ctx, orphan, { orgId: org._id, isPublished }, now);
}

/**
 * The organization that listed an event first writes its content. Another calendar can only fill
 * missing fields, so that two sources that differ slightly do not overwrite each other at every
 * sync.
 */
function theirShare(
  org: Doc<"organizations">,
  known: Doc<"events">,
  incoming: LumaEvent,
  source: LumaSource | undefined,
): { said: ContentChanges; more: Pick<Doc<"events">, "readings" | "placeIsHidden"> } {
  if (known.orgId !== org._id) return { said: missingFrom(known, incoming), more: {} };
  if (source === undefined) return { said: fromLuma(incoming), more: {} };
  const { changes, reading, placeIsHidden } = newsFrom(known, incoming, source);
  const isHiddenNow = placeIsHidden ?? known.placeIsHidden ?? false;
  return {
    said: changes,
    more: {
      ...(reading && { readings: { ...known.readings, [source]: reading } }),
      ...(isHiddenNow !== (known.placeIsHidden ?? false) && { placeIsHidden: isHiddenNow }),
    },
  };
}
