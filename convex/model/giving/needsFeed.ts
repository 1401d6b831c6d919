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

// Rows of a source of needs, as they are taken over. Each stands for itself: what is wrong with one
// is said, and the others are taken.

/** Whose need a row is: by a charity's id, or by its name and city. */
export const named = v.object({
  charityId: v.optional(v.string()),
  name: v.optional(v.string()),
  city: v.optional(v.string()),
});

/** A need of a charity that is known; `number` is the row of the source, from 1. */
export const knownRow = v.object({
  number: v.number(),
  charityId: v.id("charities"),
  urgencyScore: v.number(),
  fundingGap: v.number(),
  category: v.string(),
});
export type KnownRow = Infer<typeof knownRow>;

/** The charity that a row names; null where none or several are called so. */
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

/** What makes two rows the same need. */
export function needKey({ charityId, category }: Pick<KnownRow, "charityId" | "category">): string {
  return `${charityId} ${plain(category)}`;
}

/** Takes one row over; what is wrong with it, or null. */
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
    // A refusal comes before anything is written.
    const code = refusalOf(error);
    if (code === null) throw error;
    return `row ${number}: ${said[code] ?? code}`;
  }
}

const said: Partial<Record<string, string>> = {
  "too-many-needs": "the charity has ten needs already",
  "city-full": "its city has as many active needs as a distribution can read",
};

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
