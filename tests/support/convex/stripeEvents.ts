import { Stripe } from "stripe";
import { vi } from "vitest";
import { deliver, makeGiver } from "./giving.ts";
import { begin, day, startPlaza } from "./plaza.ts";

// Stripe's events, signed with its own library.

const week = 7 * day;
export const secret = "whsec_of_this_community";

/** Signs a webhook with Stripe's library; `at` in Unix milliseconds. */
export async function sign(payload: string, at = Date.now(), by = secret): Promise<string> {
  return await Stripe.webhooks.generateTestHeaderStringAsync({
    payload,
    secret: by,
    timestamp: Math.floor(at / 1000),
    cryptoProvider: Stripe.createSubtleCryptoProvider(),
  });
}

let serial = 0;
type Say = { id?: string; created?: number };
/** An event in Stripe's format. */
export function event(type: string, object: object, { id = `evt_${++serial}`, created }: Say = {}) {
  const at = Math.floor((created ?? Date.now()) / 1000);
  return JSON.stringify({ id, object: "event", type, created: at, data: { object } });
}

/** A subscription in Stripe's format. */
export function subscription(plazaUser: string, given: object = {}, amount = 500) {
  return {
    id: "sub_1",
    object: "subscription",
    customer: "cus_1",
    status: "active",
    metadata: { plazaUser },
    pause_collection: null,
    cancel_at_period_end: false,
    start_date: begin / 1000,
    items: {
      object: "list",
      data: [
        {
          id: "si_1",
          quantity: 1,
          current_period_end: (begin + week) / 1000,
          price: { id: "price_1", unit_amount: amount, currency: "usd", product: "prod_1" },
        },
      ],
    },
    ...given,
  };
}

/** A paid invoice in Stripe's format. */
export function invoice(plazaUser: string, given: object = {}) {
  return {
    id: "in_1",
    object: "invoice",
    currency: "usd",
    customer: "cus_1",
    amount_paid: 500,
    amount_due: 500,
    billing_reason: "subscription_create",
    status_transitions: { paid_at: begin / 1000 },
    parent: { subscription_details: { subscription: "sub_1", metadata: { plazaUser } } },
    ...given,
  };
}

/** A Plaza with Mia, who has given nothing yet, and a secret for Stripe's webhooks. */
export async function plazaToldByStripe(given: Parameters<typeof makeGiver>[1] = {}) {
  const t = startPlaza();
  vi.stubEnv("STRIPE_WEBHOOK_SECRET", secret);
  const user = await makeGiver(t, given);
  const tell = async (body: string, signature?: string) =>
    (await deliver(t, body, signature ?? (await sign(body)))).status;
  return { t, user, tell };
}
