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

// Reading charities: by city, by name, and page by page.

type Reading = Pick<QueryCtx, "db">;

/** A city, by its name or as that of a charity, and from where on. */
export type Asked = {
  city?: string | undefined;
  /** A charity's id: its city. */
  cityOf?: string | undefined;
  /** A charity's id: those that come after it in its city. */
  after?: string | undefined;
};

const maxCities = 20;
/** How many cities are looked at: those without an approved charity are passed over. */
const maxCitySteps = 60;
/** How many charities a search looks at: one of exactly that name need not be among the first. */
const maxSearched = 50;
const maxMatches = 5;
const maxPerPage = 100;
const maxSuggestions = 25;
const maxNeedsListed = 50;
const maxNeedsCounted = 200;
const maxPendingListed = 10;

/** The key of the city that is meant and the creation time to begin after; null for no city. */
export async function askedCity(
  ctx: Reading,
  { city, cityOf, after }: Asked,
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

/** The approved charities of a city, in the order in which they came, at most `most`. */
export async function approvedIn(
  ctx: Reading,
  { cityKey, from }: { cityKey: string; from: number },
  most: number,
): Promise<Doc<"charities">[]> {
  return await ctx.db
    .query("charities")
    .withIndex("by_city", (q) =>
      q.eq("cityKey", cityKey).eq("verificationStatus", "approved").gt("_creationTime", from),
    )
    .take(most);
}

/** Approved charities of all cities, in the order in which they came, at most `most`. */
export async function approvedAnywhere(ctx: Reading, most: number): Promise<Doc<"charities">[]> {
  return await ctx.db
    .query("charities")
    .withIndex("by_verification_status", (q) => q.eq("verificationStatus", "approved"))
    .take(most);
}

/** One approved charity of each city that has any, by the alphabet of cities; at most twenty. */
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
 * Charities that are called `name`, of any status for admins: those of exactly that name, in any
 * case and with any accents, else what the search finds.
 */
export async function byName(
  ctx: Reading,
  name: string,
  { isAdmin, most }: { isAdmin: boolean; most: number },
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
  return (exact.length > 0 ? exact : found).slice(0, most);
}

/** The same by an id too; whoever is no admin finds approved charities alone. */
export async function meant(
  ctx: Reading,
  who: string,
  isAdmin: boolean,
): Promise<Doc<"charities">[]> {
  const id = ctx.db.normalizeId("charities", who.trim());
  const known = id && (await ctx.db.get("charities", id));
  if (!known) return await byName(ctx, who, { isAdmin, most: maxMatches });
  return isAdmin || known.verificationStatus === "approved" ? [known] : [];
}

/** The active needs of a city, page by page. */
export async function activeNeedsPage(
  ctx: QueryCtx,
  { city, paginationOpts }: { city: string; paginationOpts: PaginationOptions },
) {
  const { cityKey = "" } = (await askedCity(ctx, { city })) ?? {};
  const numItems = Math.min(paginationOpts.numItems, maxPerPage);
  const page = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => q.eq("isActive", true).eq("cityKey", cityKey))
    .paginate({ ...paginationOpts, numItems });
  return { ...page, page: page.page.map(toShownNeed) };
}

/** Active needs with the names of their charities, and how many there are. */
export async function activeNeedsWithNames(
  ctx: QueryCtx,
  { city, limit }: { city?: string | undefined; limit: number },
) {
  const where = city === undefined ? undefined : await askedCity(ctx, { city });
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

/** Suggestions while somebody types a name; pending ones first for admins. */
export async function suggestCharities(
  ctx: QueryCtx & { caller: Caller },
  { typed }: { typed: string },
) {
  const isAdmin = ctx.caller.accessLevel === "admin";
  const status = isAdmin ? "pending" : "approved";
  const rows = typed.trim()
    ? await byName(ctx, typed, { isAdmin, most: maxSuggestions })
    : await ctx.db
        .query("charities")
        .withIndex("by_verification_status", (q) => q.eq("verificationStatus", status))
        .take(maxSuggestions);
  return rows.map(({ _id, name, city }) => ({ _id, name, city }));
}

/** Charities that wait for a decision, and how many. */
export async function pendingCharities(ctx: QueryCtx) {
  const rows = await ctx.db
    .query("charities")
    .withIndex("by_verification_status", (q) => q.eq("verificationStatus", "pending"))
    .take(maxPerPage);
  return { shown: rows.slice(0, maxPendingListed).map(toShownCharity), count: rows.length };
}

/** All charities, or those of one status, page by page. */
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
