import { hashOf } from "../../../shared/linkCode.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";

// Stripe customers. Of a giver who has deleted their data only a hash of the customer's id is kept:
// Stripe's later events (a refund, a dispute) name the customer, and still find the payment, but what
// is stored leads to nobody at Stripe. The hash needs no key: an id is 14 random letters and digits,
// too many to try.

type Reading = Pick<QueryCtx, "db">;

const mark = "erased:";

/** What is stored in place of the id of a customer who has left. */
export async function erasedCustomer(customerId: string): Promise<string> {
  return mark + (await hashOf(`stripe ${customerId}`));
}

/** Both forms in which rows of a customer may be stored. */
async function formsOf(customerId: string): Promise<[string, string]> {
  return [customerId, await erasedCustomer(customerId)];
}

/** The newest subscription of a Stripe customer, also of one who has left. */
export async function subscriptionOfCustomer(
  ctx: Reading,
  customerId: string,
): Promise<Doc<"subscriptions"> | null> {
  for (const stripeCustomerId of await formsOf(customerId)) {
    const newest = await ctx.db
      .query("subscriptions")
      .withIndex("by_customer", (q) => q.eq("stripeCustomerId", stripeCustomerId))
      .order("desc")
      .first();
    if (newest) return newest;
  }
  return null;
}

/** How a customer's id is stored now: as it is, or erased if the customer has left. */
export async function storedCustomer(ctx: Reading, customerId: string): Promise<string> {
  const subscription = await subscriptionOfCustomer(ctx, customerId);
  return subscription?.stripeCustomerId ?? customerId;
}

const maxCharges = 100;

/** The newest charges of a customer, at most a hundred. */
export async function chargesOfCustomer(
  ctx: Reading,
  customerId: string,
): Promise<Doc<"stripeCharges">[]> {
  const charges: Doc<"stripeCharges">[] = [];
  for (const form of await formsOf(customerId)) {
    const found = await ctx.db
      .query("stripeCharges")
      .withIndex("by_customer", (q) => q.eq("customerId", form))
      .order("desc")
      .take(maxCharges);
    charges.push(...found);
  }
  return charges;
}

/**
 * Erases the customer ids in the subscriptions and charges of a user who leaves; `others`: those that
 * stand in their user rows. Returns the ids, whose customers are to be deleted at Stripe.
 */
export async function eraseCustomers(
  ctx: MutationCtx,
  subscriptions: readonly Doc<"subscriptions">[],
  others: readonly string[],
): Promise<string[]> {
  const known = subscriptions.map(({ stripeCustomerId }) => stripeCustomerId);
  const ids = [...new Set([...known, ...others])].filter((id) => !id.startsWith(mark));
  for (const { _id, stripeCustomerId } of subscriptions)
    if (ids.includes(stripeCustomerId)) {
      const erased = await erasedCustomer(stripeCustomerId);
      await ctx.db.patch("subscriptions", _id, { stripeCustomerId: erased });
    }
  for (const customerId of ids) await eraseCharges(ctx, customerId);
  return ids;
}

/** A customer is charged once a week: these are the charges of twenty years. */
const maxErased = 1000;

async function eraseCharges(ctx: MutationCtx, customerId: string): Promise<void> {
  const erased = await erasedCustomer(customerId);
  const charges = await ctx.db
    .query("stripeCharges")
    .withIndex("by_customer", (q) => q.eq("customerId", customerId))
    .take(maxErased);
  for (const { _id } of charges) await ctx.db.patch("stripeCharges", _id, { customerId: erased });
}
