import type { Infer } from "convex/values";
import type { PaginationOptions } from "convex/server";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import type { verificationStatus } from "../fields.ts";
import { cityKeyOf } from "../../../shared/money/city.ts";
import { plain } from "../../../shared/messages/sanitize.ts";
import { bounded } from "../bounded.ts";
import type { Caller } from "../callers/caller.ts";
import { toShownCharity, toShownNeed } from "./charityViews.ts";

// Reads charities: by city, by name, and in pages.

type Reading = Pick<QueryCtx, "db">;

/** Selects a city, by its name or by one of its charities, and where in its list to start. */
export type CityFilter = {
  city?: string | undefined;
  /** A charity's id: selects the city of this charity. */
  cityOf?: string | undefined;
  /** A charity's id: selects its city, and starts after this charity. */
  after?: string | undefined;
};

const maxCities = 20;
/** Cities that one query looks at, including those without an approved charity. */
const maxCitySteps = 60;
/** Search results that are compared by name: an exact match need not be among the first. */
const maxSearched = 50;
const maxMatches = 5;
const maxPerPage = 100;
const maxSuggestions = 25;
const maxNeedsListed = 50;
const maxNeedsCounted = 200;
const maxPendingListed = 10;

/**
 * The selected city's key, and the creation time to start after (0: the start); null for no city.
 */
export async function resolveCity(
  ctx: Reading,
  { city, cityOf, after }: CityFilter,
): Promise<{ cityKey: string; from: number } | null> {
  const text = after ?? cityOf;
  if (text === undefined) {
    const cityKey = cityKeyOf((city ?? "").slice(0, 80));
    return cityKey === "" ? null : { cityKey, from: 0 };
  }
  const id = ctx.db.normalizeId("charities", text);
  const known = id && (await ctx.db.get("charities", id));
  if (known?.verificationStatus !== "approved") return null;
  return { cityKey: known.cityKey, from: after === undefined ? 0 : known._creationTime };
}

/** The approved charities of a city in order of creation, at most `limit`. */
export async function approvedIn(
  ctx: Reading,
  { cityKey, from }: { cityKey: string; from: number },
  limit: number,
): Promise<Doc<"charities">[]> {
  return await ctx.db
    .query("charities")
    .withIndex("by_city", (q) =>
      q.eq("cityKey", cityKey).eq("verificationStatus", "approved").gt("_creationTime", from),
    )
    .take(limit);
}

/** Approved charities of all cities in order of creation, at most `limit`. */
export async function approvedAnywhere(ctx: Reading, limit: number): Promise<Doc<"charities">[]> {
  return await ctx.db
    .query("charities")
    .withIndex("by_verification_status", (q) => q.eq("verificationStatus", "approved"))
    .take(limit);
}

/** One approved charity of each city that has any, sorted by city; at most `maxCities`. */
export async function cities(ctx: Reading): Promise<Doc<"charities">[]> {
  const found: Doc<"charities">[] = [];
  let last = "";
  for (let step = 0; step < maxCitySteps && found.length < maxCities; step++) {
    const next = await ctx.db
      .query("charities")
      .withIndex("by_city", (q) => q.gt("cityKey", last))
      .first();
    if (!next) break;
    last = next.cityKey;
    const [approved] = await approvedIn(ctx, { cityKey: last, from: 0 }, 1);
    if (approved) found.push(approved);
  }
  return found;
}

/**
 * Finds charities by name; admins also find those that are not approved. Exact matches (without
 * case and accents) replace the other search results.
 */
export async function byName(
  ctx: Reading,
  name: string,
  { isAdmin, limit }: { isAdmin: boolean; limit: number },
): Promise<Doc<"charities">[]> {
  const words = name.trim().slice(0, 100);
  if (words === "") return [];
  const found = await ctx.db
    .query("charities")
    .withSearchIndex("search_name", (q) => {
      const search = q.search("name", words);
      return isAdmin ? search : search.eq("verificationStatus", "approved");
    })
    .take(maxSearched);
  const exact = found.filter((row) => plain(row.name) === plain(words));
  return (exact.length > 0 ? exact : found).slice(0, limit);
}

/** Finds charities by id or name; only admins find those that are not approved. */
export async function findCharities(
  ctx: Reading,
  idOrName: string,
  isAdmin: boolean,
): Promise<Doc<"charities">[]> {
  const id = ctx.db.normalizeId("charities", idOrName.trim());
  const known = id && (await ctx.db.get("charities", id));
  if (!known) return await byName(ctx, idOrName, { isAdmin, limit: maxMatches });
  return isAdmin || known.verificationStatus === "approved" ? [known] : [];
}

/** The active needs of a city, in pages. */
export async function activeNeedsPage(
  ctx: QueryCtx,
  { city, paginationOpts }: { city: string; paginationOpts: PaginationOptions },
) {
  const { cityKey = "" } = (await resolveCity(ctx, { city })) ?? {};
  const numItems = Math.min(paginationOpts.numItems, maxPerPage);
  const page = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => q.eq("isActive", true).eq("cityKey", cityKey))
    .paginate({ ...paginationOpts, numItems });
  return { ...page, page: page.page.map(toShownNeed) };
}

/** Active needs with the names of their charities, and their number. */
export async function activeNeedsWithNames(
  ctx: QueryCtx,
  { city, limit }: { city?: string | undefined; limit: number },
) {
  const where = city === undefined ? undefined : await resolveCity(ctx, { city });
  if (where === null) return { shown: [], count: 0 };
  const rows = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => {
      const active = q.eq("isActive", true);
      return where ? active.eq("cityKey", where.cityKey) : active;
    })
    .take(maxNeedsCounted);
  const first = rows.slice(0, bounded(limit, maxNeedsListed));
  const shown = await Promise.all(
    first.map(async (row) => {
      const charity = await ctx.db.get("charities", row.charityId);
      return { ...toShownNeed(row), charity: charity?.name ?? "", city: charity?.city ?? "" };
    }),
  );
  return { shown, count: rows.length };
}

/** Suggestions while a name is typed; without any text, admins are offered pending charities. */
export async function suggestCharities(
  ctx: QueryCtx & { caller: Caller },
  { typed }: { typed: string },
) {
  const isAdmin = ctx.caller.accessLevel === "admin";
  const status = isAdmin ? "pending" : "approved";
  const rows = typed.trim()
    ? await byName(ctx, typed, { isAdmin, limit: maxSuggestions })
    : await ctx.db
        .query("charities")
        .withIndex("by_verification_status", (q) => q.eq("verificationStatus", status))
        .take(maxSuggestions);
  return rows.map(({ _id, name, city }) => ({ _id, name, city }));
}

/** The oldest pending charities, and the number of all. */
export async function pendingCharities(ctx: QueryCtx) {
  const rows = await ctx.db
    .query("charities")
    .withIndex("by_verification_status", (q) => q.eq("verificationStatus", "pending"))
    .take(maxPerPage);
  return { shown: rows.slice(0, maxPendingListed).map(toShownCharity), count: rows.length };
}

/** All charities, or those of one status, in pages. */
export async function charitiesPage(
  ctx: QueryCtx,
  {
    status,
    paginationOpts,
  }: { status?: Infer<typeof verificationStatus> | undefined; paginationOpts: PaginationOptions },
) {
  const numItems = Math.min(paginationOpts.numItems, maxPerPage);
  const page = await ctx.db
    .query("charities")
    .withIndex("by_verification_status", (q) =>
      status === undefined ? q : q.eq("verificationStatus", status),
    )
    .paginate({ ...paginationOpts, numItems });
  return { ...page, page: page.page.map(toShownCharity) };
}
