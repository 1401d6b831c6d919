import { type Infer, v } from "convex/values";
import { isSafeLink } from "../../../shared/messages/sanitize.ts";
import { cityKeyOf } from "../../../shared/money/city.ts";
import type { RefusalCode } from "../../../shared/refusals.ts";
import { refusal } from "../refusal.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { internal } from "../../_generated/api.js";
import type { Doc } from "../../_generated/dataModel.js";
import { variable } from "../../external/environment.ts";

// What admins write about a charity, and what is taken of it.

const text = v.optional(v.string());

/** A new charity. Name, description, city and category are needed; empty text counts as none. */
export const written = v.object({
  name: v.string(),
  description: v.string(),
  city: v.string(),
  category: v.string(),
  state: text,
  zipCode: text,
  website: text,
  contactEmail: text,
  adminNotes: text,
});
/** Changes of one: what is not given stays, and empty text takes away what can be missing. */
export const changes = written.partial();
export type Changes = Infer<typeof changes>;

/** In characters, as people count them: UTF-16 units. */
const longest = {
  name: 80,
  description: 500,
  city: 80,
  category: 40,
  state: 60,
  zipCode: 12,
  website: 200,
  contactEmail: 254,
  adminNotes: 1000,
} as const;
type Field = keyof typeof longest;

/** What may not be empty, and what an empty or too long one is answered with. */
const needed: Partial<Record<Field, RefusalCode>> = {
  name: "bad-name",
  description: "bad-description",
  city: "bad-city",
  category: "bad-category",
};

/** The fields as they are kept: trimmed and checked; refuses the first that is not right. */
export function checked<T extends Changes>(given: T): T {
  const entries = Object.entries(given) as [Field, string | undefined][];
  const kept = entries.flatMap(([field, value]) =>
    value === undefined ? [] : [[field, checkedField(field, value.trim())] as const],
  );
  return Object.fromEntries(kept) as T;
}

function checkedField(field: Field, value: string): string {
  const code = needed[field];
  if (value.length > longest[field]) throw refusal(code ?? "too-long");
  if (value === "" && code) throw refusal(code);
  if (value === "") return value;
  if (field === "city" && cityKeyOf(value) === "") throw refusal("bad-city");
  if (field === "website" && !isSafeLink(value)) throw refusal("bad-website");
  if (field === "contactEmail" && !isEmail(value)) throw refusal("bad-email");
  return value;
}

/** The shape of an address, no more: nothing is sent there. */
function isEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

export type Place = { latitude: number; longitude: number };

/** Degrees on the globe; anything else is refused. */
export function checkedPlace({ latitude, longitude }: Place): Place {
  if (!isPlace({ latitude, longitude })) throw refusal("bad-place");
  return { latitude, longitude };
}

export function isPlace({ latitude, longitude }: Place): boolean {
  // Written so that NaN is no place either.
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

// A distribution reads all of a city's active needs in one transaction, and so they are bounded.

/** How many needs a charity can have, each of its own category. */
export const maxNeeds = 10;

/** Approved charities, and active needs, that one city can have. */
export const maxCharities = 2000;
export const maxActiveNeeds = 4000;

/** Refuses one more approved charity, with all its needs, where a city is full. */
export async function requireRoom(ctx: Pick<QueryCtx, "db">, cityKey: string): Promise<void> {
  const approved = await ctx.db
    .query("charities")
    .withIndex("by_city", (q) => q.eq("cityKey", cityKey).eq("verificationStatus", "approved"))
    .take(maxCharities);
  if (approved.length >= maxCharities || (await roomFor(ctx, cityKey)) < maxNeeds)
    throw refusal("city-full");
}

/** How many more needs of a city can be active. */
export async function roomFor(ctx: Pick<QueryCtx, "db">, cityKey: string): Promise<number> {
  const active = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => q.eq("isActive", true).eq("cityKey", cityKey))
    .take(maxActiveNeeds);
  return maxActiveNeeds - active.length;
}

/** Where there is a geocoder, it is asked for the place of a charity that has none. */
export async function seekPlace(
  ctx: MutationCtx,
  { _id: charityId, latitude }: Doc<"charities">,
): Promise<void> {
  if (latitude !== undefined || variable("GEOCODER_URL") === undefined) return;
  await ctx.scheduler.runAfter(0, internal.geocoding.findPlace, { charityId });
}

/** What a geocoder is asked: the charity's city with its state, as precise as it is known. */
export function addressOf({
  zipCode,
  city,
  state,
}: Pick<Doc<"charities">, "zipCode" | "city" | "state">): string {
  return [zipCode, city, state].filter(Boolean).join(", ");
}
