import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { charity, need } from "../fields.ts";
import { needsOf } from "./needs.ts";
import { cityKeyOf } from "../../../shared/money/city.ts";
import { plain } from "../../../shared/time/when.ts";

/** What members see of a charity; of one that waits, admins. */
export const shownCharity = charity
  .pick(
    "name",
    "description",
    "city",
    "state",
    "zipCode",
    "latitude",
    "longitude",
    "category",
    "verificationStatus",
    "website",
    "createdAt",
    "reviewerName",
    "decidedAt",
    "reason",
  )
  .extend({ _id: v.id("charities") });
export type ShownCharity = Infer<typeof shownCharity>;

export function toShownCharity(row: Doc<"charities">): ShownCharity {
  const { _id, name, description, city, state, zipCode, category, createdAt } = row;
  const { latitude, longitude, website, reviewerName, decidedAt, reason } = row;
  return {
    _id,
    name,
    description,
    city,
    state,
    zipCode,
    category,
    verificationStatus: row.verificationStatus,
    createdAt,
    ...(latitude !== undefined && { latitude }),
    ...(longitude !== undefined && { longitude }),
    ...(website !== undefined && { website }),
    ...(reviewerName !== undefined && { reviewerName }),
    ...(decidedAt !== undefined && { decidedAt }),
    ...(reason !== undefined && { reason }),
  };
}

/** What anybody who sees a charity sees of its needs. */
export const shownNeed = need
  .pick("charityId", "isActive", "urgencyScore", "fundingGap", "category", "lastUpdated", "source")
  .extend({ _id: v.id("needsData") });
export type ShownNeed = Infer<typeof shownNeed>;

export function toShownNeed(row: Doc<"needsData">): ShownNeed {
  const { _id, charityId, isActive, urgencyScore, fundingGap, category } = row;
  const { lastUpdated, source } = row;
  return { _id, charityId, isActive, urgencyScore, fundingGap, category, lastUpdated, source };
}

/** A charity with its needs. */
export const needyCharity = shownCharity.extend({ needs: v.array(shownNeed) });
export type NeedyCharity = Infer<typeof needyCharity>;

export async function withNeeds(
  ctx: Pick<QueryCtx, "db">,
  row: Doc<"charities">,
): Promise<NeedyCharity> {
  const needs = await needsOf(ctx, row._id);
  return { ...forMembers(row), needs: needs.map(toShownNeed) };
}

/** Who decided is for admins. */
export function forMembers(row: Doc<"charities">): ShownCharity {
  const { reviewerName, reason, ...shown } = toShownCharity(row);
  void [reviewerName, reason];
  return shown;
}

/** The same with what is for admins alone. */
export const wholeCharity = needyCharity.extend({
  contactEmail: v.optional(v.string()),
  adminNotes: v.optional(v.string()),
});

/** As much of a charity as the one who asks may see. */
export async function wholeFor(
  ctx: Pick<QueryCtx, "db">,
  row: Doc<"charities">,
  isAdmin: boolean,
): Promise<Infer<typeof wholeCharity>> {
  const shown = await withNeeds(ctx, row);
  if (!isAdmin) return shown;
  const { contactEmail, adminNotes } = row;
  return {
    ...shown,
    ...toShownCharity(row),
    ...(contactEmail !== undefined && { contactEmail }),
    ...(adminNotes !== undefined && { adminNotes }),
  };
}

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

const maxCities = 20;
/** Cities that have no approved charity are passed over, but not without end. */
const maxSteps = 60;

/** One approved charity of each city that has any, by the alphabet of cities; at most twenty. */
export async function cities(ctx: Reading): Promise<Doc<"charities">[]> {
  const found: Doc<"charities">[] = [];
  let last = "";
  for (let step = 0; step < maxSteps && found.length < maxCities; step++) {
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
const maxLookedThrough = 50;

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
    .take(maxLookedThrough);
  const exact = found.filter((row) => plain(row.name) === plain(words));
  return (exact.length > 0 ? exact : found).slice(0, most);
}

const maxMeant = 5;

/** The same by an id too; whoever is no admin finds approved charities alone. */
export async function meant(
  ctx: Reading,
  who: string,
  isAdmin: boolean,
): Promise<Doc<"charities">[]> {
  const id = ctx.db.normalizeId("charities", who.trim());
  const known = id && (await ctx.db.get("charities", id));
  if (!known) return await byName(ctx, who, { isAdmin, most: maxMeant });
  return isAdmin || known.verificationStatus === "approved" ? [known] : [];
}
