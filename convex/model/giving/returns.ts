import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { StripeCharge, StripeCredit, StripeDispute } from "../../external/stripe/charges.ts";
import { notifyUser } from "../people/notices.ts";
import { chargesOfCustomer, storedCustomer, subscriptionOfCustomer } from "./customers.ts";
import { returnMoney } from "./payments.ts";

// Refunds, disputes and credit notes: what of a charge was really kept. Stripe sends their events in any
// order and more than once, so each names a state (so much is refunded in all, this dispute took so
// much), and the ledger follows the difference to what it has.

type Charge = Doc<"stripeCharges">;

/** A charge as Stripe has it now. A later state never has less refunded. */
export async function takeCharge(
  ctx: MutationCtx,
  { chargeId, customerId, amount, refunded }: StripeCharge,
  now: number,
): Promise<void> {
  const known = await chargeOf(ctx, chargeId);
  const charge = {
    ...known,
    ...(customerId !== undefined && { customerId }),
    amount: Math.max(amount, known.amount),
    refunded: Math.max(refunded, known.refunded),
  };
  await follow(ctx, charge, now);
}

/** A dispute's state at Stripe's time `at`; an older one than the known state changes nothing. */
export async function takeDispute(
  ctx: MutationCtx,
  { disputeId, chargeId, customerId, withdrawn, isFinal, at }: StripeDispute,
  now: number,
): Promise<void> {
  const charge = await chargeOf(ctx, chargeId);
  const known = charge.disputes.find(({ id }) => id === disputeId);
  // Of one second the final state counts: Stripe's times are whole seconds.
  const isOld = known && (at < known.at || (at === known.at && known.isFinal && !isFinal));
  if (isOld) return;
  const others = charge.disputes.filter(({ id }) => id !== disputeId);
  const disputes = [...others, { id: disputeId, withdrawn, at, isFinal }].slice(-maxDisputes);
  await follow(ctx, { ...charge, disputes, ...(customerId !== undefined && { customerId }) }, now);
}

const maxDisputes = 10;

/**
 * A credit note. Only what was paid out outside of Stripe is missing from the money that was kept:
 * a refund is an event of its charge, and a credit lowers what the next invoices take.
 */
export async function takeCredit(
  ctx: MutationCtx,
  { creditId, customerId, amount }: StripeCredit,
  now: number,
): Promise<void> {
  const charge = await chargeOf(ctx, `credit:${creditId}`);
  const credited = amount > 0 ? [{ id: creditId, amount }] : [];
  await follow(
    ctx,
    { ...charge, customerId, amount: Math.max(amount, charge.amount), credited },
    now,
  );
}

/** Books what was returned of a customer's charges before the customer was known here. */
export async function bookReturns(ctx: MutationCtx, customerId: string, now: number) {
  for (const charge of await chargesOfCustomer(ctx, customerId))
    if (returnedOf(charge) !== charge.booked) await follow(ctx, charge, now);
}

type Unsaved = Omit<Charge, "_id" | "_creationTime"> & Partial<Pick<Charge, "_id">>;

async function rowOf(ctx: Pick<QueryCtx, "db">, chargeId: string): Promise<Charge | null> {
  return await ctx.db
    .query("stripeCharges")
    .withIndex("by_charge", (q) => q.eq("chargeId", chargeId))
    .first();
}

/** Whether it is known which customer's a charge is. */
export async function isCustomerKnown(ctx: QueryCtx, chargeId: string): Promise<boolean> {
  return (await rowOf(ctx, chargeId))?.customerId !== undefined;
}

async function chargeOf(ctx: MutationCtx, chargeId: string): Promise<Unsaved> {
  const known = await rowOf(ctx, chargeId);
  const nothing = { amount: 0, refunded: 0, disputes: [], credited: [], booked: 0, changes: 0 };
  return known ?? { chargeId, ...nothing };
}

/** Cents of a charge that are not kept: refunded, with the bank, or paid out elsewhere. */
function returnedOf({ amount, refunded, disputes, credited }: Unsaved): number {
  const sum = (rows: readonly number[]) => rows.reduce((total, cents) => total + cents, 0);
  const withdrawn = sum(disputes.map((one) => one.withdrawn));
  const paidOut = sum(credited.map((one) => one.amount));
  // Of a dispute whose charge is not known yet, the dispute says how much it was.
  const whole = amount === 0 ? withdrawn : amount;
  return Math.min(whole, refunded + withdrawn + paidOut);
}

/** Stores a charge, and posts the difference between what was returned and what the ledger has. */
async function follow(ctx: MutationCtx, charge: Unsaved, now: number): Promise<void> {
  const { chargeId, customerId, amount, refunded, disputes, credited, booked, changes } = charge;
  const row = { chargeId, amount, refunded, disputes, credited, booked, changes };
  const difference = returnedOf(charge) - charge.booked;
  const subscription =
    difference === 0 || customerId === undefined
      ? null
      : await subscriptionOfCustomer(ctx, customerId);
  if (subscription) {
    row.booked += difference;
    row.changes += 1;
    const key = `returned:${chargeId}:${row.changes}`;
    await returnMoney(ctx, subscription, { key, cents: difference }, now);
    const notice = { kind: "payment-returned" as const, amount: difference };
    if (difference > 0)
      await notifyUser(ctx, subscription.userId, notice, { subjectKey: key }, now);
  }
  const stored =
    customerId === undefined ? {} : { customerId: await storedCustomer(ctx, customerId) };
  const whole = { ...row, ...stored };
  if (charge._id === undefined) await ctx.db.insert("stripeCharges", whole);
  else await ctx.db.patch("stripeCharges", charge._id, whole);
}
