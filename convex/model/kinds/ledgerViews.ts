import { v, type Infer } from "convex/values";
import { parseSubject } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { chatAccountOf } from "../callers/chatAccounts.ts";
import { aboutOf } from "../live/chatBoards.ts";
import { organizationsAt } from "../events/mirrors.ts";
import { channelOf } from "../deliveries/destinations.ts";
import { deliveryState, platform } from "../fields.ts";

/** A line of `/deliveries`. */
export const ledgerEntry = v.object({
  _id: v.id("deliveries"),
  state: deliveryState,
  platform,
  /** The channel's title or the person's name. */
  to: v.string(),
  does: v.union(
    v.literal("announce"),
    v.literal("card"),
    v.literal("charity"),
    v.literal("distribution"),
    v.literal("notice"),
    v.literal("admit"),
    v.literal("role"),
    v.literal("board"),
    v.literal("retire"),
    v.literal("mirror"),
  ),
  /** About what: an event's title, an applicant's name, an organization; may be empty. */
  title: v.string(),
  reason: v.optional(v.string()),
  at: v.number(),
  canRetry: v.boolean(),
});

export async function entryOf(
  ctx: QueryCtx,
  row: Doc<"deliveries">,
): Promise<Infer<typeof ledgerEntry>> {
  return {
    _id: row._id,
    state: row.state,
    platform: row.platform,
    to: await nameOfDestination(ctx, row),
    does: row.work.do,
    title: await titleOf(ctx, row),
    ...(row.reason !== undefined && { reason: row.reason }),
    at: row.sendingAt ?? row._creationTime,
    canRetry: row.state === "dead" || row.state === "unknown",
  };
}

async function nameOfDestination(ctx: QueryCtx, { destination, work }: Doc<"deliveries">) {
  const mirror = work.do === "mirror" ? await ctx.db.get("mirrors", work.mirrorId) : null;
  if (mirror) return (await organizationsAt(ctx, mirror.guildId))[0]?.name ?? "";
  const who = parseSubject(destination);
  if (who?.kind === "chat") return (await chatAccountOf(ctx, who))?.displayName ?? "";
  return (await channelOf(ctx, { destination }))?.title ?? "";
}

async function titleOf(ctx: QueryCtx, { work }: Doc<"deliveries">): Promise<string> {
  switch (work.do) {
    case "announce": {
      const announcement = await ctx.db.get("announcements", work.announcementId);
      return announcement?.events[0]?.facts.title ?? "";
    }
    case "card":
      return (await ctx.db.get("applications", work.applicationId))?.name ?? "";
    case "charity":
      return (await ctx.db.get("charities", work.charityId))?.name ?? "";
    case "role":
      return (await ctx.db.get("organizations", work.orgId))?.name ?? "";
    case "board": {
      const board = await ctx.db.get("boards", work.boardId);
      return (board && (await aboutOf(ctx, board))) ?? "";
    }
    case "mirror": {
      const mirror = await ctx.db.get("mirrors", work.mirrorId);
      return (mirror && (await ctx.db.get("events", mirror.eventId))?.title) ?? "";
    }
    case "notice":
      return (await eventOf(ctx, work.notice))?.title ?? "";
    case "distribution":
    case "retire":
    case "admit":
      return "";
  }
}

/** The event that a notice is about, if it is about one. */
async function eventOf(
  ctx: QueryCtx,
  notice: Extract<Doc<"deliveries">["work"], { do: "notice" }>["notice"],
): Promise<Doc<"events"> | null> {
  if ("eventId" in notice) return await ctx.db.get("events", notice.eventId);
  const row =
    notice.kind === "seat"
      ? await ctx.db.get("rsvps", notice.rsvpId)
      : notice.kind === "reminder"
        ? await ctx.db.get("reminders", notice.reminderId)
        : null;
  return row && (await ctx.db.get("events", row.eventId));
}
