import type { Infer } from "convex/values";
import { internal } from "../../_generated/api.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { isFeedAddress } from "../../external/needsFeed.ts";
import { type knownRow, takeRow } from "./needsFeed.ts";
import { refusal } from "../refusal.ts";

// The needs feed that an admin can configure: one row in `needsFeeds`, refreshed once a day.

const maxProblems = 10;

/** The configured feed and the result of its last refresh; null for none. */
export async function needsSource(ctx: QueryCtx) {
  const row = await ctx.db.query("needsFeeds").first();
  if (!row) return null;
  const { _id, _creationTime, ...feed } = row;
  void [_id, _creationTime];
  return feed;
}

/**
 * Configures the feed and schedules its first refresh; null removes it.
 *
 * @throws `bad-feed`
 */
export async function setNeedsSource(ctx: MutationCtx, { url }: { url: string | null }) {
  if (url !== null && !isFeedAddress(url)) throw refusal("bad-feed");
  const known = await ctx.db.query("needsFeeds").first();
  if (known) await ctx.db.delete("needsFeeds", known._id);
  if (url === null) return null;
  await ctx.db.insert("needsFeeds", { url });
  await ctx.scheduler.runAfter(0, internal.scheduled.updateNeedsData, {});
  return null;
}

/** The address of the feed; null for none. */
export async function needsSourceAddress(ctx: QueryCtx) {
  return (await ctx.db.query("needsFeeds").first())?.url ?? null;
}

/** Imports rows and returns the problems of those that could not be imported. */
export async function takeRows(
  ctx: MutationCtx,
  { rows }: { rows: Infer<typeof knownRow>[] },
  now: number,
) {
  const problems: string[] = [];
  for (const row of rows) {
    const problem = await takeRow(ctx, row, now);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

/** Records the result of a refresh, unless another feed was configured meanwhile. */
export async function finishRefresh(
  ctx: MutationCtx,
  {
    url,
    error,
    result,
  }: {
    url: string;
    error?: string | undefined;
    result?: { taken: number; refused: number; problems: string[] } | undefined;
  },
  now: number,
) {
  const row = await ctx.db.query("needsFeeds").first();
  if (row?.url !== url) return null;
  const { taken, refused, problems } = result ?? {};
  await ctx.db.patch("needsFeeds", row._id, {
    readAt: now,
    taken,
    refused,
    problems: problems?.slice(0, maxProblems),
    error,
  });
  return null;
}
