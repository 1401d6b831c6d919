import { type Infer, v } from "convex/values";
import { isSafeLink } from "../../../shared/messages/sanitize.ts";
import { cityKeyOf } from "../../../shared/money/city.ts";
import type { RefusalCode } from "../../../shared/refusals.ts";
import { refusal } from "../refusal.ts";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { internal } from "../../_generated/api.js";
import type { Doc } from "../../_generated/dataModel.js";
import { variable } from "../../external/environment.ts";

// The fields that admins write about a charity, and their validation.

const text = v.optional(v.string());

/** The form of a new charity. An empty text counts as missing. */
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
/** A partial update: absent fields stay, and an empty text removes an optional field. */
export const changes = written.partial();
export type Changes = Infer<typeof changes>;

/** In UTF-16 code units. */
const maxLengths = {
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
type Field = keyof typeof maxLengths;

/** Required fields, with the refusal for an empty or too long value. */
const needed: Partial<Record<Field, RefusalCode>> = {
  name: "bad-name",
  description: "bad-description",
  city: "bad-city",
  category: "bad-category",
};

/**
 * Trims and validates the given fields.
 *
 * @throws `bad-name`, `bad-description`, `bad-city`, `bad-category`, `bad-website`, `bad-email`,
 *   `too-long`: for the first invalid field
 */
export function checked<T extends Changes>(given: T): T {
  const entries = Object.entries(given) as [Field, string | undefined][];
  const kept = entries.flatMap(([field, value]) =>
    value === undefined ? [] : [[field, checkedField(field, value.trim())] as const],
  );
  return Object.fromEntries(kept) as T;
}

function checkedField(field: Field, value: string): string {
  const code = needed[field];
  if (value.length > maxLengths[field]) throw refusal(code ?? "too-long");
  if (value === "" && code) throw refusal(code);
  if (value === "") return value;
  if (field === "city" && cityKeyOf(value) === "") throw refusal("bad-city");
  if (field === "website" && !isSafeLink(value)) throw refusal("bad-website");
  if (field === "contactEmail" && !isEmail(value)) throw refusal("bad-email");
  return value;
}

/** Checks only the form of the address: no mail is sent to it. */
function isEmail(value: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

export type Place = { latitude: number; longitude: number };

/**
 * Validates coordinates in degrees.
 *
 * @throws `bad-place`
 */
export function checkedPlace({ latitude, longitude }: Place): Place {
  if (!isPlace({ latitude, longitude })) throw refusal("bad-place");
  return { latitude, longitude };
}

export function isPlace({ latitude, longitude }: Place): boolean {
  // Comparisons with NaN are false, so that NaN is rejected too.
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
}

// A distribution reads all active needs of a city in one transaction, so their number is limited.

/** Needs per charity, each of its own category. */
export const maxNeeds = 10;

/** Approved charities and active needs per city. */
export const maxCharities = 2000;
export const maxActiveNeeds = 4000;

/**
 * Checks that a city has capacity for one more approved charity with all its needs.
 *
 * @throws `city-full`
 */
export async function requireCityCapacity(
  ctx: Pick<QueryCtx, "db">,
  cityKey: string,
): Promise<void> {
  const approved = await ctx.db
    .query("charities")
    .withIndex("by_city", (q) => q.eq("cityKey", cityKey).eq("verificationStatus", "approved"))
    .take(maxCharities);
  if (approved.length >= maxCharities || (await activeNeedCapacity(ctx, cityKey)) < maxNeeds)
    throw refusal("city-full");
}

/** How many more needs can become active in a city. */
export async function activeNeedCapacity(
  ctx: Pick<QueryCtx, "db">,
  cityKey: string,
): Promise<number> {
  const active = await ctx.db
    .query("needsData")
    .withIndex("by_active_and_city", (q) => q.eq("isActive", true).eq("cityKey", cityKey))
    .take(maxActiveNeeds);
  return maxActiveNeeds - active.length;
}

/** Schedules geocoding of a charity without coordinates, where a geocoder is configured. */
export async function requestCoordinates(
  ctx: MutationCtx,
  { _id: charityId, latitude }: Doc<"charities">,
): Promise<void> {
  if (latitude !== undefined || variable("GEOCODER_URL") === undefined) return;
  await ctx.scheduler.runAfter(0, internal.geocoding.findPlace, { charityId });
}

/** The address to geocode: postal code, city and state, as far as they are known. */
export function addressOf({
  zipCode,
  city,
  state,
}: Pick<Doc<"charities">, "zipCode" | "city" | "state">): string {
  return [zipCode, city, state].filter(Boolean).join(", ");
}
