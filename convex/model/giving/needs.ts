import { plain } from "../../../shared/messages/sanitize.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";
import { maxNeeds, roomFor } from "./charityFields.ts";

// What charities need money for. Every write of a need goes through this file: `isActive` and
// `cityKey` are true to the charity in the transaction that changes either.

const maxCategoryLength = 40;
const largestGap = 1_000_000_000_000;

type Amounts = Pick<Doc<"needsData">, "urgencyScore" | "fundingGap">;
export type NewNeed = Amounts & Pick<Doc<"needsData">, "category" | "source">;

/** Whether a need takes part in distributions: its charity is approved, urgency and gap above zero. */
export function activity(
  charity: Pick<Doc<"charities">, "verificationStatus">,
  need: Amounts,
): boolean {
  return charity.verificationStatus === "approved" && need.urgencyScore > 0 && need.fundingGap > 0;
}

/**
 * The need with an id, as text from outside gives it.
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

/** The charity's need of a category, however it is written. */
export function ofCategory(needs: Doc<"needsData">[], category: string) {
  return needs.find((need) => plain(need.category) === plain(category));
}

/** Whether a number can be an urgency: 0 to 100, whole. */
export function isUrgency(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 100;
}

/** Whether a number can be a gap: whole cents, from nothing to ten thousand millions in money. */
export function isGap(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= largestGap;
}

export function isCategory(value: string): boolean {
  const { length } = value.trim();
  return length > 0 && length <= maxCategoryLength;
}

/** Adds a need; refuses a second one of its category, and one that is too many. */
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
  if (isActive && (await roomFor(ctx, charity.cityKey)) < 1) throw refusal("city-full");
  return await ctx.db.insert("needsData", {
    ...need,
    category: category.trim(),
    charityId: charity._id,
    cityKey: charity.cityKey,
    isActive,
    lastUpdated: now,
  });
}

/** Changes how urgent a need is, and what is missing (cents). */
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
  if (isActive && !need.isActive && (await roomFor(ctx, charity.cityKey)) < 1)
    throw refusal("city-full");
  await ctx.db.patch("needsData", need._id, { ...changes, isActive, lastUpdated: now });
}

function check({ urgencyScore, fundingGap }: Amounts): void {
  if (!isUrgency(urgencyScore)) throw refusal("bad-urgency");
  if (!isGap(fundingGap)) throw refusal("bad-gap");
}

/** After a change of the charity: its needs stand in its city, and are active only as it allows. */
export async function followCharity(ctx: MutationCtx, charity: Doc<"charities">): Promise<void> {
  const { cityKey } = charity;
  for (const need of await needsOf(ctx, charity._id)) {
    const isActive = activity(charity, need);
    if (isActive !== need.isActive || cityKey !== need.cityKey)
      await ctx.db.patch("needsData", need._id, { isActive, cityKey });
  }
}

/** Takes off what a distribution gave (`by`, cents); a full gap takes no further part. */
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
    // An active need's charity is approved.
    isActive: need.isActive && fundingGap > 0,
  });
}
