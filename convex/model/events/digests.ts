import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { insertAnnouncement, maxNamed, named } from "./announcements.ts";

// Digests: many changes of one sync are one message for each channel.

const day = 24 * 60 * 60 * 1000;

export type Digest = {
  kind: "new" | "moved" | "cancelled";
  orgId: Id<"organizations">;
  /** Up to ten of them are named. */
  events: { event: Doc<"events">; previousStart?: number | undefined }[];
  total: number;
  /** Which sync: what it finds on a further page is added to the same digest. */
  syncId: number;
};

/**
 * Announces several new, moved or cancelled events in one message. Where the digest of this sync is
 * there already, it is extended, and edited where it was sent.
 */
export async function announceDigest(
  ctx: MutationCtx,
  { kind, orgId, events, total, syncId }: Digest,
  now: number,
): Promise<void> {
  const subjectKey = `digest:${kind}:${orgId}:${syncId}`;
  const facts = events.slice(0, maxNamed).flatMap(({ event, previousStart }) =>
    named([event]).map((one) => ({
      ...one,
      facts: { ...one.facts, ...(previousStart !== undefined && { previousStart }) },
    })),
  );
  const starts = events.map(({ event }) => event.startDate);
  const expiresAt = kind === "new" ? now + day : Math.max(now + day, ...starts);
  const known = await ctx.db
    .query("announcements")
    .withIndex("by_key", (q) => q.eq("key", `${subjectKey}@${orgId}`))
    .unique();
  if (!known) {
    const announcement = { subjectKey, kind, total, expiresAt };
    return await insertAnnouncement(ctx, orgId, announcement, facts, now);
  }
  const version = known.version + 1;
  await ctx.db.patch("announcements", known._id, {
    events: [...known.events, ...facts].slice(0, maxNamed),
    total: known.total + total,
    expiresAt: Math.max(known.expiresAt, expiresAt),
    version,
  });
  await ctx.scheduler.runAfter(0, internal.announcements.correctSent, {
    announcementId: known._id,
    version,
    cursor: null,
    now,
  });
}
