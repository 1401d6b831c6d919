import { type Infer, v } from "convex/values";
import { z } from "zod";
import {
  readCharge,
  readCredit,
  readDispute,
  stripeCharge,
  stripeCredit,
  stripeDispute,
} from "./charges.ts";
import {
  cents,
  id,
  metadata,
  ownerKey,
  readAccount,
  readPayment,
  readSubscription,
  reference,
  seconds,
  stripeAccount,
  stripePayment,
  stripeSubscription,
} from "./objects.ts";

// Parses Stripe's webhooks. The shapes are those of Stripe API 2026-10-28, which its library pins.

/** An invoice of a subscription; amounts in cents, times in Unix milliseconds. */
export const stripeInvoice = v.object({
  invoiceId: v.string(),
  subscriptionId: v.string(),
  customerId: v.string(),
  plazaUser: v.string(),
  amount: v.number(),
  currency: v.string(),
  /** When it was finalized, which is when its payment was created. */
  madeAt: v.number(),
  at: v.number(),
});
export type StripeInvoice = Infer<typeof stripeInvoice>;

/** An event: its id, Stripe's time of it (Unix milliseconds), and its content (`told`). */
export const stripeEvent = v.object({
  id: v.string(),
  at: v.number(),
  told: v.union(
    v.object({
      of: v.literal("subscription"),
      word: v.union(v.literal("created"), v.literal("updated")),
      subscription: stripeSubscription,
    }),
    v.object({
      of: v.literal("checkout"),
      sessionId: v.string(),
      subscriptionId: v.string(),
      customerId: v.string(),
      plazaUser: v.string(),
      amount: v.number(),
    }),
    v.object({ of: v.literal("paid"), invoice: stripeInvoice }),
    v.object({ of: v.literal("failed"), invoice: stripeInvoice }),
    v.object({
      of: v.literal("payment"),
      word: v.union(v.literal("succeeded"), v.literal("failed")),
      payment: stripePayment,
    }),
    v.object({ of: v.literal("account"), account: stripeAccount }),
    v.object({ of: v.literal("charge"), charge: stripeCharge }),
    v.object({ of: v.literal("dispute"), dispute: stripeDispute }),
    v.object({ of: v.literal("credit"), credit: stripeCredit }),
  ),
});
export type StripeEvent = Infer<typeof stripeEvent>;
type Told = StripeEvent["told"];

const event = z.object({
  id,
  type: z.string(),
  created: seconds,
  account: id.nullish(),
  livemode: z.boolean().nullish(),
  data: z.object({ object: z.unknown() }),
});

/**
 * Whether an event is of this account and of the mode of its key: one of a connected account, or a test
 * event at a live deployment, would book money that is not here. The one that a connected account
 * sends about itself only notifies its owner.
 *
 * @param isLive whether the secret key is one of live mode
 */
export function isOwnEvent(body: unknown, isLive: boolean): boolean {
  const read = event.safeParse(body).data;
  if (!read) return true;
  const { account, livemode, type, data } = read;
  if (livemode != null && livemode !== isLive) return false;
  if (account == null) return true;
  const about = z.object({ id }).safeParse(data.object).data;
  return type === "account.updated" && about?.id === account;
}

/** Null: an event that needs no action. Undefined: a known type in an unknown format. */
export function readStripeEvent(body: unknown): StripeEvent | null | undefined {
  const read = event.safeParse(body).data;
  if (!read) return undefined;
  const told = readTold(read.type, read.data.object, read.created * 1000);
  return told && { id: read.id, at: read.created * 1000, told };
}

function readTold(type: string, object: unknown, at: number): Told | null | undefined {
  switch (type) {
    case "customer.subscription.created":
    case "customer.subscription.updated":
    case "customer.subscription.paused":
    case "customer.subscription.resumed":
    case "customer.subscription.deleted": {
      const subscription = readSubscription(object);
      const word = type.endsWith(".created") ? "created" : "updated";
      return subscription && { of: "subscription", word, subscription };
    }
    case "checkout.session.completed":
      return readCheckout(object);
    case "invoice.paid": {
      const read = readInvoice(object, "amount_paid", at);
      return read && { of: "paid", invoice: read.invoice };
    }
    case "invoice.payment_failed": {
      const read = readInvoice(object, "amount_due", at);
      // The payment page shows the failure of a first payment: there is no subscription yet.
      return read && (read.isFirst ? null : { of: "failed", invoice: read.invoice });
    }
    case "payment_intent.succeeded": {
      const payment = readPayment(object, "amount_received");
      return payment && { of: "payment", word: "succeeded", payment };
    }
    case "payment_intent.payment_failed": {
      const payment = readPayment(object, "amount");
      return payment && { of: "payment", word: "failed", payment };
    }
    case "account.updated": {
      const account = readAccount(object);
      return account && { of: "account", account };
    }
    case "charge.refunded": {
      const charge = readCharge(object);
      return charge && { of: "charge", charge };
    }
    case "charge.dispute.created":
    case "charge.dispute.updated":
    case "charge.dispute.closed":
    case "charge.dispute.funds_withdrawn":
    case "charge.dispute.funds_reinstated": {
      const dispute = readDispute(type, object, at);
      return dispute && { of: "dispute", dispute };
    }
    case "credit_note.created":
    case "credit_note.updated":
    case "credit_note.voided": {
      const credit = readCredit(object);
      return credit && { of: "credit", credit };
    }
    // An invoice that is voided or given up was never paid: nothing was booked for it.
    default:
      return null;
  }
}

const session = z.object({
  id,
  mode: z.string(),
  metadata,
  customer: reference.nullish(),
  subscription: reference.nullish(),
  amount_total: cents.nullish(),
});

function readCheckout(object: unknown): Told | null | undefined {
  const read = session.safeParse(object).data;
  const plazaUser = read?.metadata?.[ownerKey];
  if (!read) return undefined;
  if (read.mode !== "subscription" || plazaUser === undefined) return null;
  if (read.customer == null || read.subscription == null) return undefined;
  const { id: sessionId, subscription: subscriptionId, customer: customerId } = read;
  const amount = read.amount_total ?? 0;
  return { of: "checkout", sessionId, subscriptionId, customerId, plazaUser, amount };
}

const invoice = z.object({
  id,
  currency: z.string(),
  customer: reference.nullish(),
  amount_paid: cents,
  amount_due: cents,
  /** Paid outside of Stripe: older API versions say so here. */
  paid_out_of_band: z.boolean().nullish(),
  payments: z
    .object({ data: z.array(z.object({ payment: z.object({ type: z.string() }) })) })
    .nullish()
    .catch(null),
  billing_reason: z.string().nullish(),
  created: seconds.nullish(),
  status_transitions: z
    .object({ paid_at: seconds.nullish(), finalized_at: seconds.nullish() })
    .nullish(),
  parent: z
    .object({ subscription_details: z.object({ subscription: reference, metadata }).nullish() })
    .nullish(),
});

/** Whether no money of an invoice came through Stripe: it was recorded as paid elsewhere. */
function isPaidElsewhere({ paid_out_of_band, payments }: z.infer<typeof invoice>): boolean {
  if (paid_out_of_band === true) return true;
  const kinds = payments?.data.map(({ payment }) => payment.type) ?? [];
  return kinds.length > 0 && kinds.every((kind) => kind === "payment_record");
}

function readInvoice(
  object: unknown,
  what: "amount_paid" | "amount_due",
  at: number,
): { invoice: StripeInvoice; isFirst: boolean } | null | undefined {
  const read = invoice.safeParse(object).data;
  if (!read) return undefined;
  const of = read.parent?.subscription_details;
  const plazaUser = of?.metadata?.[ownerKey];
  if (!of || plazaUser === undefined) return null;
  if (read.customer == null) return undefined;
  if (what === "amount_paid" && isPaidElsewhere(read)) return null;
  const paidAt = what === "amount_paid" ? read.status_transitions?.paid_at : undefined;
  const madeAt = read.status_transitions?.finalized_at ?? read.created;
  return {
    isFirst: read.billing_reason === "subscription_create",
    invoice: {
      invoiceId: read.id,
      subscriptionId: of.subscription,
      customerId: read.customer,
      plazaUser,
      amount: read[what],
      currency: read.currency,
      madeAt: madeAt == null ? at : madeAt * 1000,
      at: paidAt == null ? at : paidAt * 1000,
    },
  };
}
