import type { WebhookOptions } from "../webhooks.ts";
import type { Invoice, Payment, Price, Session, Subscription } from "./types.ts";
import { newId, secondsOf, tell, type World } from "./world.ts";

// Money: a page that is paid, weeks that fall due, cards that are declined.

const week = 7 * 24 * 60 * 60;

/** The Plaza user that an object's metadata names. */
export function ownerOf({ metadata }: { metadata: Record<string, string> }): string {
  return metadata["plazaUser"] ?? "";
}

/** Pays an open page: creates a subscription and its first invoice. */
export async function payPage(
  world: World,
  session: Session,
  price: Price,
  metadata: Record<string, string>,
  options: WebhookOptions = {},
): Promise<Subscription> {
  if (session.status !== "open") throw new Error("this page is not open any more");
  if (world.declined.has(ownerOf(session))) throw new Error("the card was declined");
  const subscription = begin(world, session, price, metadata);
  Object.assign(session, {
    status: "complete",
    payment_status: "paid",
    url: null,
    subscription: subscription.id,
  } satisfies Partial<Session>);
  const beginning = structuredClone({ ...subscription, status: "incomplete" as const });
  const invoice = bill(world, subscription, "subscription_create");
  const payment = settle(world, invoice);
  // All in one second, in the order in which Stripe often sends them. Stripe guarantees no order.
  await Promise.all([
    tell(world, "customer.subscription.created", beginning, options),
    tell(world, "customer.subscription.updated", subscription, options),
    tell(world, "invoice.paid", invoice, options),
    tell(world, "checkout.session.completed", session, options),
    tell(world, "payment_intent.succeeded", payment, options),
  ]);
  return subscription;
}

function begin(
  world: World,
  { customer, currency }: Session,
  price: Price,
  metadata: Record<string, string>,
): Subscription {
  const now = secondsOf(world);
  const id = newId("sub");
  const subscription: Subscription = {
    id,
    object: "subscription",
    status: "active",
    customer,
    currency,
    metadata,
    created: now,
    start_date: now,
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: null,
    pause_collection: null,
    items: {
      object: "list",
      data: [
        {
          id: newId("si"),
          object: "subscription_item",
          quantity: 1,
          current_period_start: now,
          current_period_end: now + week,
          price,
          subscription: id,
        },
      ],
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: null,
  };
  world.subscriptions.set(id, subscription);
  return subscription;
}

/** Writes the invoice of the week that has begun. */
function bill(
  world: World,
  subscription: Subscription,
  billing_reason: Invoice["billing_reason"],
): Invoice {
  const { id, customer, currency, metadata, items } = subscription;
  const [{ price, quantity }] = items.data;
  const amount = price.unit_amount * quantity;
  const now = secondsOf(world);
  const invoice: Invoice = {
    id: newId("in"),
    object: "invoice",
    status: "open",
    billing_reason,
    currency,
    customer,
    amount_due: amount,
    amount_paid: 0,
    amount_remaining: amount,
    attempt_count: 0,
    created: now,
    status_transitions: { finalized_at: now, paid_at: null, voided_at: null },
    parent: {
      type: "subscription_details",
      quote_details: null,
      subscription_details: { subscription: id, metadata: { ...metadata } },
    },
  };
  subscription.latest_invoice = invoice.id;
  world.invoices.set(invoice.id, invoice);
  return invoice;
}

/** The payment intent of an invoice; every attempt uses the same one. */
function paymentFor(world: World, { id, amount_due: amount, currency, customer }: Invoice) {
  const payment: Payment = world.payments.get(id) ?? {
    id: newId("pi"),
    object: "payment_intent",
    status: "requires_payment_method",
    amount,
    amount_received: 0,
    currency,
    customer,
    created: secondsOf(world),
    last_payment_error: null,
    metadata: {},
  };
  world.payments.set(id, payment);
  return payment;
}

function settle(world: World, invoice: Invoice): Payment {
  invoice.status = "paid";
  invoice.amount_paid = invoice.amount_due;
  invoice.amount_remaining = 0;
  invoice.attempt_count += 1;
  invoice.status_transitions.paid_at = secondsOf(world);
  const paid = { status: "succeeded", last_payment_error: null } as const;
  return Object.assign(paymentFor(world, invoice), paid, { amount_received: invoice.amount_due });
}

function decline(world: World, invoice: Invoice): Payment {
  invoice.attempt_count += 1;
  const code = "card_declined";
  const error = { type: "card_error", code, decline_code: "insufficient_funds" } as const;
  return Object.assign(paymentFor(world, invoice), { last_payment_error: error });
}

/** Bills every week that has begun by now, and tries open invoices again. */
export async function renew(world: World, options: WebhookOptions = {}): Promise<void> {
  for (const subscription of world.subscriptions.values()) {
    const openBefore = openInvoices(world, subscription);
    const [item] = subscription.items.data;
    while (subscription.status !== "canceled" && item.current_period_end <= secondsOf(world)) {
      item.current_period_start = item.current_period_end;
      item.current_period_end += week;
      await billWeek(world, subscription, options);
    }
    if (subscription.status === "canceled") continue;
    for (const invoice of openBefore) await collect(world, subscription, invoice, options);
  }
}

function openInvoices({ invoices }: World, { id }: Subscription): Invoice[] {
  return [...invoices.values()].filter(
    ({ status, parent }) => status === "open" && parent.subscription_details.subscription === id,
  );
}

async function billWeek(world: World, subscription: Subscription, options: WebhookOptions) {
  const invoice = bill(world, subscription, "subscription_cycle");
  if (!subscription.pause_collection) return await collect(world, subscription, invoice, options);
  invoice.status = "void";
  invoice.status_transitions.voided_at = secondsOf(world);
  await tell(world, "customer.subscription.updated", subscription, options);
  await tell(world, "invoice.voided", invoice, options);
}

/** Charges the card for an invoice; a declined card makes the subscription past due. */
async function collect(
  world: World,
  subscription: Subscription,
  invoice: Invoice,
  options: WebhookOptions,
): Promise<void> {
  if (world.declined.has(ownerOf(subscription))) {
    const payment = decline(world, invoice);
    subscription.status = "past_due";
    await tell(world, "payment_intent.payment_failed", payment, options);
    await tell(world, "invoice.payment_failed", invoice, options);
  } else {
    const payment = settle(world, invoice);
    const isOwing = openInvoices(world, subscription).length > 0;
    subscription.status = isOwing ? "past_due" : "active";
    await tell(world, "payment_intent.succeeded", payment, options);
    await tell(world, "invoice.paid", invoice, options);
  }
  await tell(world, "customer.subscription.updated", subscription, options);
}
