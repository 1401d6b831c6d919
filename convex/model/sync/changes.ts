import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { announceCancelled, announceMoved } from "../events/announcements.ts";
import { type ContentChanges, contentHash, contentOf } from "../events/content.ts";
import { changeEvent, removeListing, updateListings } from "../consequences/events.ts";
import { listingsOf } from "../events/lookup.ts";
import { endsBy, isOpen, statusAt } from "../fields/eventStatus.ts";
import type { News } from "./news.ts";

type Options = {
  /** The event was cancelled and is on again. */
  isBack?: boolean;
  /** Further fields of the event that are no content. */
  more?: Pick<Doc<"events">, "readings" | "placeIsHidden">;
  /** Collects what is to be announced; without it a move is announced at once. */
  news?: News;
};

/** Applies changes to an event. A new start is announced, and reminders and listings follow. */
export async function applyChanges(
  ctx: MutationCtx,
  known: Doc<"events">,
  changes: ContentChanges,
  { isBack = false, more, news }: Options,
  now: number,
): Promise<Doc<"events">> {
  const moved = changes.startDate !== undefined && changes.startDate !== known.startDate;
  const content = { ...contentOf(known), ...changes } as ReturnType<typeof contentOf>;
  // Without an end from the source, an old end must not remain before the new start.
  if (content.endDate !== undefined && content.endDate < content.startDate)
    content.endDate =
      content.startDate + Math.max(0, (known.endDate ?? known.startDate) - known.startDate);
  const keepsCancelled = known.status === "cancelled" && !isBack;
  const changed = {
    ...content,
    ...more,
    contentHash: contentHash(content),
    endsBy: endsBy(content),
    status: keepsCancelled ? ("cancelled" as const) : statusAt(content, now),
    moves: known.moves + (moved || isBack ? 1 : 0),
    ...(isBack && { returns: (known.returns ?? 0) + 1 }),
    syncedAt: now,
  };
  const event = await changeEvent(ctx, known, changed, now);
  await updateListings(ctx, known._id, now);
  // A restored event has no listings: the calendar that lists it again announces it as new.
  if (!moved || isBack || !isOpen(event)) return event;
  if (news) news.moved.push({ event, previousStart: known.startDate });
  else await announceMoved(ctx, event, known.startDate, now);
  return event;
}

/**
 * Cancels an event: deletes its listings, stops its reminders and announces it in all channels that
 * list it (`news` collects the announcement instead).
 */
export async function cancelEvent(
  ctx: MutationCtx,
  event: Doc<"events">,
  now: number,
  news?: News,
): Promise<void> {
  const listings = await listingsOf(ctx, event._id);
  await changeEvent(ctx, event, { status: "cancelled", syncedAt: now }, now);
  for (const listing of listings) await removeListing(ctx, listing, now);
  const orgIds = listings.map((listing) => listing.orgId);
  if (!isOpen(event)) return;
  if (news) news.cancelled.push({ event, orgIds });
  else await announceCancelled(ctx, event, orgIds, now);
}
