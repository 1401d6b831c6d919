import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

/** Which open events: of one organization or of all, between two moments (Unix milliseconds). */
export type Range = {
  orgId?: Id<"organizations"> | undefined;
  from?: number | undefined;
  to?: number | undefined;
};

/**
 * Published events that are live or upcoming, soonest first, at most `limit`. Reads as many
 * documents as it gives, whatever the tables hold (twice as many where an organization is named).
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
  // What is live has begun before anything that is upcoming.
  const live = await withStatus("live");
  return [...live, ...(await withStatus("upcoming"))].slice(0, limit);
}
