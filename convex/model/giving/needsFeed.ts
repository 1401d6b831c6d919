import { type Infer, v } from "convex/values";
import { cityKeyOf } from "../../../shared/money/city.ts";
import { refusalOf } from "../../../shared/refusals.ts";
import { plain } from "../../../shared/messages/sanitize.ts";
import type { Id } from "../../_generated/dataModel.js";
import type { ActionCtx, MutationCtx, QueryCtx } from "../../_generated/server.js";
import { namesakes } from "./charities.ts";
import { create, needsOf, ofCategory, update } from "./needs.ts";
import { internal } from "../../_generated/api.js";
import { type FeedRow, readFeed } from "../../external/needsFeed.ts";

// Imports the rows of the needs feed. Rows are independent: a wrong row is reported, and the others
// are imported.

/** Identifies a row's charity: by its id, or by its name and city. */
export const named = v.object({
  charityId: v.optional(v.string()),
  name: v.optional(v.string()),
  city: v.optional(v.string()),
});

/** A row whose charity was found; `number` is the row's number in the feed, from 1. */
export const knownRow = v.object({
  number: v.number(),
  charityId: v.id("charities"),
  urgencyScore: v.number(),
  fundingGap: v.number(),
  category: v.string(),
});
export type KnownRow = Infer<typeof knownRow>;

/** The charity of a row; null where no charity, or more than one, has that name. */
export async function charityOf(
  ctx: Pick<QueryCtx, "db">,
  { charityId, name = "", city = "" }: Infer<typeof named>,
): Promise<Id<"charities"> | null> {
  if (charityId !== undefined) {
    const id = ctx.db.normalizeId("charities", charityId);
    return id && ((await ctx.db.get("charities", id))?._id ?? null);
  }
  const [charity, another] = await namesakes(ctx, name, cityKeyOf(city));
  return charity && !another ? charity._id : null;
}

/** Two rows with the same key are the same need. */
export function needKey({ charityId, category }: Pick<KnownRow, "charityId" | "category">): string {
  return `${charityId} ${plain(category)}`;
}

/** Imports one row; returns what is wrong with it, or null. */
export async function takeRow(
  ctx: MutationCtx,
  { number, charityId, category, ...amounts }: KnownRow,
  now: number,
): Promise<string | null> {
  const charity = await ctx.db.get("charities", charityId);
  if (!charity) return `row ${number}: the charity is unknown`;
  const need = ofCategory(await needsOf(ctx, charityId), category);
  const given = { ...amounts, source: "api" as const };
  try {
    if (need) await update(ctx, charity, need, given, now);
    else await create(ctx, charity, { ...given, category }, now);
    return null;
  } catch (error) {
    // Refusals are thrown before anything is written, so the transaction can go on.
    const code = refusalOf(error);
    if (code === null) throw error;
    return `row ${number}: ${said[code] ?? code}`;
  }
}

const said: Partial<Record<string, string>> = {
  "too-many-needs": "the charity has ten needs already",
  "city-full": "its city has as many active needs as a distribution can read",
};

/** Limits per transaction: a query searches once per row, a mutation may count a city's needs. */
const rowsPerQuery = 100;
const rowsPerMutation = 5;

/** Reads the configured needs feed, if any, and records the result. */
export async function refreshNeeds(ctx: ActionCtx): Promise<void> {
  const url: string | null = await ctx.runQuery(internal.needsFeed.address, {});
  if (url === null) return;
  const feed = await readFeed(url, async (address) =>
    ctx.runAction(internal.external.publicFetch.get, { url: address, purpose: "needs" }),
  );
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

/** The rows whose charity is known; of repeated needs only the first. */
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
