import { cityKeyOf } from "../../../shared/money/city.ts";
import { plain } from "../../../shared/time/when.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

// Reading charities: by city, and by name.

type Reading = Pick<QueryCtx, "db">;

/** Which city is meant: by its name, or as that of a charity; and from where on. */
export type Asked = {
  city?: string | undefined;
  /** A charity's id: its city. */
  cityOf?: string | undefined;
  /** A charity's id: those that come after it in its city. */
  after?: string | undefined;
};

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

const mostCities = 20;
/** Cities that have no approved charity are passed over, but not without end. */
const mostSteps = 60;

/** One approved charity of each city that has any, by the alphabet of cities; at most twenty. */
export async function cities(ctx: Reading): Promise<Doc<"charities">[]> {
  const found: Doc<"charities">[] = [];
  let last = "";
  for (let step = 0; step < mostSteps && found.length < mostCities; step++) {
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

/** Who has exactly that name need not be among the first that a search finds. */
const mostLookedThrough = 50;

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
    .take(mostLookedThrough);
  const exact = found.filter((row) => plain(row.name) === plain(words));
  return (exact.length > 0 ? exact : found).slice(0, most);
}

const mostMeant = 5;

/** The same by an id too; whoever is no admin finds approved charities alone. */
export async function meant(
  ctx: Reading,
  who: string,
  isAdmin: boolean,
): Promise<Doc<"charities">[]> {
  const id = ctx.db.normalizeId("charities", who.trim());
  const known = id && (await ctx.db.get("charities", id));
  if (!known) return await byName(ctx, who, { isAdmin, most: mostMeant });
  return isAdmin || known.verificationStatus === "approved" ? [known] : [];
}
