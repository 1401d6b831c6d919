import { plain } from "../../../shared/messages/sanitize.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";
import { maxNeeds, activeNeedCapacity } from "./charityFields.ts";

// The needs of charities. Every write goes through this file, which keeps the derived fields
// `isActive` and `cityKey` consistent with the charity in the same transaction.

const maxCategoryLength = 40;
const maxGapCents = 1_000_000_000_000;

type Amounts = Pick<Doc<"needsData">, "urgencyScore" | "fundingGap">;
export type NewNeed = Amounts & Pick<Doc<"needsData">, "category" | "source">;

/** Whether a need is active: its charity is approved, and urgency and gap are above zero. */
export function activity(
  charity: Pick<Doc<"charities">, "verificationStatus">,
  need: Amounts,
): boolean {
  return charity.verificationStatus === "approved" && need.urgencyScore > 0 && need.fundingGap > 0;
}

/**
 * Loads a need by an id that comes from outside as text.
 *
 * @throws `no-such-need`
 */
export async function needById(ctx: QueryCtx, text: string): Promise<Doc<"needsData">> {
  const id = ctx.db.normalizeId("needsData", text);
  const need = id && (await ctx.db.get("needsData", id));
  if (!need) throw refusal("no-such-need");
  return need;
}

/** All needs of a charity, the oldest first. */
export async function needsOf(
  ctx: Pick<QueryCtx, "db">,
  charityId: Id<"charities">,
): Promise<Doc<"needsData">[]> {
  return await ctx.db
    .query("needsData")
    .withIndex("by_charity", (q) => q.eq("charityId", charityId))
    .take(maxNeeds);
}

/** The need of a category, compared without case and accents. */
export function ofCategory(needs: Doc<"needsData">[], category: string) {
  return needs.find((need) => plain(need.category) === plain(category));
}

/** Whether a number is a valid urgency: an integer from 0 to 100. */
export function isUrgency(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100;
}

/** Whether a number is a valid funding gap: whole cents from 0 to `maxGapCents`. */
export function isGap(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= maxGapCents;
}

export function isCategory(value: string): boolean {
  const { length } = value.trim();
  return length > 0 && length <= maxCategoryLength;
}

/**
 * Adds a need.
 *
 * @throws `bad-urgency`, `bad-gap`, `bad-category`, `need-taken`, `too-many-needs`, `city-full`
 */
export async function create(
  ctx: MutationCtx,
  charity: Doc<"charities">,
  { category, ...need }: NewNeed,
  now: number,
): Promise<Id<"needsData">> {
  check(need);
  if (!isCategory(category)) throw refusal("bad-category");
  const known = await needsOf(ctx, charity._id);
  if (ofCategory(known, category)) throw refusal("need-taken");
  if (known.length >= maxNeeds) throw refusal("too-many-needs");
  const isActive = activity(charity, need);
  if (isActive && (await activeNeedCapacity(ctx, charity.cityKey)) < 1) throw refusal("city-full");
  return await ctx.db.insert("needsData", {
    ...need,
    category: category.trim(),
    charityId: charity._id,
    cityKey: charity.cityKey,
    isActive,
    lastUpdated: now,
  });
}

/**
 * Changes a need's urgency and funding gap (cents).
 *
 * @throws `bad-urgency`, `bad-gap`, `city-full`
 */
export async function update(
  ctx: MutationCtx,
  charity: Doc<"charities">,
  need: Doc<"needsData">,
  changes: Partial<Amounts> & Pick<Doc<"needsData">, "source">,
  now: number,
): Promise<void> {
  const whole = { ...need, ...changes };
  check(whole);
  const isActive = activity(charity, whole);
  if (isActive && !need.isActive && (await activeNeedCapacity(ctx, charity.cityKey)) < 1)
    throw refusal("city-full");
  await ctx.db.patch("needsData", need._id, { ...changes, isActive, lastUpdated: now });
}

function check({ urgencyScore, fundingGap }: Amounts): void {
  if (!isUrgency(urgencyScore)) throw refusal("bad-urgency");
  if (!isGap(fundingGap)) throw refusal("bad-gap");
}

/** Updates the derived fields of a charity's needs after a change of the charity. */
export async function followCharity(ctx: MutationCtx, charity: Doc<"charities">): Promise<void> {
  const { cityKey } = charity;
  for (const need of await needsOf(ctx, charity._id)) {
    const isActive = activity(charity, need);
    if (isActive !== need.isActive || cityKey !== need.cityKey)
      await ctx.db.patch("needsData", need._id, { isActive, cityKey });
  }
}

/**
 * Lowers a gap by the amount that a distribution gave (`by`, cents); at zero the need is inactive.
 */
export async function lowerGap(
  ctx: MutationCtx,
  need: Doc<"needsData">,
  by: number,
  now: number,
): Promise<void> {
  const fundingGap = Math.max(0, need.fundingGap - by);
  await ctx.db.patch("needsData", need._id, {
    fundingGap,
    source: "calculated",
    lastUpdated: now,
    // The charity of an active need is approved, so only the gap decides.
    isActive: need.isActive && fundingGap > 0,
  });
}
