import { Stripe } from "stripe";
import { onTestFinished } from "vitest";
import {
  startStripeEmulator,
  type StripeEmulator,
} from "../../../bots/sandbox/services/stripe/index.ts";

// The real library against the emulator, on a clock that a test moves.

export const begin = Date.UTC(2026, 10, 2, 10);
export const week = 7 * 24 * 60 * 60 * 1000;

export async function setUp() {
  const clock = { now: begin };
  const stripe = await startStripeEmulator({ now: () => clock.now });
  onTestFinished(() => stripe.close());
  return { stripe, clock, client: clientOf(stripe) };
}

/** Stripe's library, as a server has it. */
export function clientOf({ url, secretKey }: StripeEmulator, key = secretKey): Stripe {
  const { hostname: host, port } = new URL(url);
  const options = { protocol: "http" as const, host, port, maxNetworkRetries: 0, telemetry: false };
  return new Stripe(key, { ...options, httpClient: Stripe.createFetchHttpClient() });
}

export type PageParams = Stripe.Checkout.SessionCreateParams;

/** What a page for a weekly gift is made of. */
export function pageParams(customer: string, amount = 500): PageParams {
  return {
    mode: "subscription",
    customer,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: "usd",
          unit_amount: amount,
          recurring: { interval: "week" },
          product_data: { name: "Weekly <gift>" },
        },
      },
    ],
    metadata: { plazaUser: "u1" },
    subscription_data: { metadata: { plazaUser: "u1" } },
    success_url: "https://plaza.example/given",
    cancel_url: "https://plaza.example/given/not",
  };
}

/** A page for a new customer. */
export async function makePage(client: Stripe, amount = 500) {
  const { id } = await client.customers.create({ metadata: { plazaUser: "u1" } });
  return await client.checkout.sessions.create(pageParams(id, amount));
}

/** What the library threw; fails where it did not. */
export async function thrown(asked: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Stripe.errors.StripeError)) throw new Error("nothing was refused");
  return error;
}
