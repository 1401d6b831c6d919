import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { announceCancelled, announceMoved, announceNew } from "../events/announcements.ts";
import { announceDigest } from "../events/digests.ts";
import { listingsOf } from "../events/lookup.ts";
import { isOpen } from "../fields/eventStatus.ts";

// What a sync announces, collected while one transaction changes events: a few changes singly, more of
// them in one digest for each organization that lists them.

/** Above this number of new, moved or cancelled events they are announced in one digest. */
const maxSingly = 5;

export type News = {
  fresh: Doc<"events">[];
  moved: { event: Doc<"events">; previousStart: number }[];
  cancelled: { event: Doc<"events">; orgIds: Id<"organizations">[] }[];
};

export function noNews(): News {
  return { fresh: [], moved: [], cancelled: [] };
}

/** Announces what was collected; `orgId`: whose calendar was read, and in which sync. */
export async function announceNews(
  ctx: MutationCtx,
  { fresh, moved, cancelled }: News,
  { orgId, syncId }: { orgId: Id<"organizations">; syncId: number },
  now: number,
): Promise<void> {
  if (fresh.length > maxSingly) {
    const events = bySoonest(fresh.map((event) => ({ event })));
    await announceDigest(ctx, { kind: "new", orgId, events, total: events.length, syncId }, now);
  } else for (const event of fresh) await announceNew(ctx, orgId, event, now);

  if (moved.length > maxSingly) {
    const open = moved.filter(({ event }) => isOpen(event));
    const rows = await Promise.all(
      open.map(async (one) => ({
        ...one,
        orgIds: (await listingsOf(ctx, one.event._id)).map((listing) => listing.orgId),
      })),
    );
    await announceEach(ctx, "moved", rows, syncId, now);
  } else
    for (const { event, previousStart } of moved)
      await announceMoved(ctx, event, previousStart, now);

  if (cancelled.length > maxSingly) await announceEach(ctx, "cancelled", cancelled, syncId, now);
  else for (const { event, orgIds } of cancelled) await announceCancelled(ctx, event, orgIds, now);
}

type Row = { event: Doc<"events">; orgIds: Id<"organizations">[]; previousStart?: number };

/** One digest for the channels of each organization. */
async function announceEach(
  ctx: MutationCtx,
  kind: "moved" | "cancelled",
  rows: Row[],
  syncId: number,
  now: number,
): Promise<void> {
  const byOrg = new Map<Id<"organizations">, Row[]>();
  for (const row of rows)
    for (const orgId of row.orgIds) byOrg.set(orgId, [...(byOrg.get(orgId) ?? []), row]);
  for (const [orgId, own] of byOrg)
    await announceDigest(
      ctx,
      { kind, orgId, events: bySoonest(own), total: own.length, syncId },
      now,
    );
}

function bySoonest<T extends { event: Doc<"events"> }>(rows: T[]): T[] {
  return rows.toSorted((a, b) => a.event.startDate - b.event.startDate);
}
