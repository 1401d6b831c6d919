import { internal } from "../../_generated/api.js";
import type { ActionCtx } from "../../_generated/server.js";
import { type FeedRow, readFeed } from "../../external/needsFeed.ts";
import { type KnownRow, needKey } from "./feedRows.ts";

/** Each row looks for namesakes; what is written is less, as each may count its city's needs. */
const rowsPerQuery = 100;
const rowsPerMutation = 5;

/** Reads the source of needs that an admin has named, if any, and writes down how it went. */
export async function refreshNeeds(ctx: ActionCtx): Promise<void> {
  const url: string | null = await ctx.runQuery(internal.needsFeed.address, {});
  if (url === null) return;
  const feed = await readFeed(url);
  if ("error" in feed) {
    console.warn(`The source of needs could not be read: ${feed.error}`);
    await ctx.runMutation(internal.needsFeed.finish, { url, error: feed.error });
    return;
  }
  const { known, problems } = await knownRows(ctx, feed.rows);
  const refused = [...feed.problems, ...problems];
  let taken = 0;
  for (const rows of batches(known, rowsPerMutation)) {
    const wrong: string[] = await ctx.runMutation(internal.needsFeed.take, { rows });
    refused.push(...wrong);
    taken += rows.length - wrong.length;
  }
  const result = { taken, refused: refused.length, problems: refused };
  await ctx.runMutation(internal.needsFeed.finish, { url, result });
}

/** The rows whose charity is known, each need once. */
async function knownRows(ctx: ActionCtx, all: FeedRow[]) {
  const known: KnownRow[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const rows of batches(all, rowsPerQuery)) {
    const ids = await ctx.runQuery(internal.needsFeed.charitiesOf, {
      rows: rows.map((row) =>
        "charityId" in row ? { charityId: row.charityId } : { name: row.name, city: row.city },
      ),
    });
    for (const [index, { number, category, urgencyScore, fundingGap }] of rows.entries()) {
      const charityId = ids[index];
      if (!charityId) {
        problems.push(`row ${number}: the charity is unknown`);
        continue;
      }
      const key = needKey({ charityId, category });
      if (seen.has(key)) problems.push(`row ${number}: the same need stands in a row before`);
      else known.push({ number, charityId, category, urgencyScore, fundingGap });
      seen.add(key);
    }
  }
  return { known, problems };
}

function* batches<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
