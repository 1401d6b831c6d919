import { onTestFinished, vi } from "vitest";
import { listenOnLoopback, readBody } from "../../../bots/sandbox/convex/servers.ts";
import {
  startStripeEmulator,
  type StripeEmulator,
} from "../../../bots/sandbox/services/stripe/index.ts";
import { api } from "../../../convex/_generated/api.js";
import type { Doc } from "../../../convex/_generated/dataModel.js";
import { makePerson } from "./people.ts";
import { as, type Plaza, rows, settled, startPlaza } from "./plaza.ts";

// Members who give, with a Stripe emulator that sends webhooks to Plaza.

export type Giving = { t: Plaza; stripe: StripeEmulator };

/** Plaza with a Stripe emulator, whose clock can be behind by `behindMs`. */
export async function plazaWithStripe(behindMs = 0): Promise<Giving> {
  const t = startPlaza();
  const stripe = await startStripeEmulator({ now: () => Date.now() - behindMs });
  onTestFinished(() => stripe.close());
  useStripe(stripe);
  stripe.sendTo(await doorOf(t));
  return { t, stripe };
}

/** Configures Plaza for a Stripe emulator. */
export function useStripe(stripe: StripeEmulator): void {
  vi.stubEnv("STRIPE_SECRET_KEY", stripe.secretKey);
  vi.stubEnv("STRIPE_WEBHOOK_SECRET", stripe.webhookSecret);
  vi.stubEnv("STRIPE_API_URL", stripe.url);
  vi.stubEnv("CONVEX_SITE_URL", "https://plaza.example");
}

/** The address at which Plaza receives webhooks over HTTP. */
async function doorOf(t: Plaza): Promise<string> {
  const server = await listenOnLoopback(0, (path, error) => console.error(path, error));
  onTestFinished(() => server.close());
  server.serve({
    async request(request, response) {
      const body = (await readBody(request, 1_000_000))?.toString() ?? "";
      const signature = String(request.headers["stripe-signature"] ?? "");
      response.writeHead((await deliver(t, body, signature)).status).end();
    },
  });
  return server.url;
}

/** Delivers one webhook. */
export async function deliver(t: Plaza, body: string, signature: string): Promise<Response> {
  const headers = { "stripe-signature": signature };
  return await t.fetch("/webhooks/stripe", { method: "POST", body, headers });
}

export const mia = "telegram:77";

/** A member of Vigo, in Telegram. */
export async function makeGiver(
  t: Plaza,
  given: Partial<Doc<"users">> = {},
  chats = [mia],
): Promise<Doc<"users">> {
  return await makePerson(t, { accountStatus: "active", city: "Vigo", chats, ...given });
}

/** `/give` in a chat: returns the payment page, or that the subscription was changed. */
export async function give(t: Plaza, amount: number, who = mia) {
  return await as(t, who).action(api.subscriptions.give, { amount, locale: "en" });
}

/** Requests a payment page, pays it and waits for everything that follows. */
export async function giveAndPay({ t, stripe }: Giving, amount: number, who = mia) {
  const given = await give(t, amount, who);
  if (given.is !== "page") throw new Error("there is a gift already");
  const paid = await stripe.pay(given.url.split("/").at(-1) ?? "");
  await quiet({ t, stripe });
  return paid;
}

/** Waits until neither Plaza nor Stripe has work under way. */
export async function quiet({ t, stripe }: Giving): Promise<void> {
  await stripe.idle();
  await settled(t);
  await stripe.idle();
}

export async function mine(t: Plaza, who = mia) {
  return (await as(t, who).query(api.subscriptions.getUserSubscriptions, {})).subscriptions;
}

/** The ledger's balances in cents: paid and held, and the sum of the gifts. */
export async function ledgerBalances(t: Plaza) {
  const lines = (await rows(t, "bookEntries")).flatMap((entry) => entry.lines);
  const sum = (account: string) =>
    lines.filter((line) => line.account === account).reduce((all, { amount }) => all + amount, 0);
  const gifts = (await rows(t, "gifts")).reduce((all, { paid }) => all + paid, 0);
  return { paid: 0 - sum("stripe"), held: sum("held"), gifts };
}
