import { Stripe } from "stripe";
import { currency } from "../../../shared/money/money.ts";
import type { Locale } from "../../../shared/texts/index.ts";
import { variable } from "../environment.ts";
import { readCharge, type StripeCharge } from "./charges.ts";
import { ownerKey, readSubscription, type StripeSubscription } from "./objects.ts";

// The only file that uses Stripe's library. Its errors are not passed on: they can contain the
// request and its secret.

/** Short, because a person waits for the answer in a chat. */
const timeoutMs = 8_000;
const retries = 1;

/**
 * The result of a request: an answer, "gone" for an unknown object, "away" for every other failure.
 */
export type Answer<T> = { is: "answered"; value: T } | { is: "gone" } | { is: "away" };
/** A subscription at Stripe's time `at` (Unix milliseconds); null where it is not Plaza's. */
export type SubscriptionAnswer = Answer<{ subscription: StripeSubscription | null; at: number }>;

/** Whether Stripe is configured in this deployment. */
export function takesGifts(): boolean {
  return variable("STRIPE_SECRET_KEY") !== undefined && variable("CONVEX_SITE_URL") !== undefined;
}

/**
 * Creates a user's Stripe customer and returns its id. Idempotent; with `lost`, another one is
 * created in place of that customer.
 */
export async function makeCustomer(userId: string, lost = ""): Promise<Answer<string>> {
  return await callStripe(async (stripe) => {
    const params = { metadata: { [ownerKey]: userId } };
    const idempotencyKey = `customer:${userId}:${lost}`;
    const { id } = await stripe.customers.create(params, { idempotencyKey });
    return id;
  });
}

export type Page = {
  /** Idempotency key: a double tap creates one page. */
  key: string;
  userId: string;
  customerId: string;
  /** Cents per week. */
  amount: number;
  /** The product's name in the page's language. */
  product: string;
  locale: Locale;
  /** Unix milliseconds; Stripe accepts 30 minutes to 24 hours from now. */
  closesAt: number;
};

/** Creates a payment page for a weekly gift; "gone" where Stripe does not know the customer. */
export async function makePage(page: Page): Promise<Answer<{ sessionId: string; url: string }>> {
  const site = variable("CONVEX_SITE_URL")?.replace(/\/$/, "") ?? "";
  const metadata = { [ownerKey]: page.userId };
  return await callStripe(async (stripe) => {
    const { id: sessionId, url } = await stripe.checkout.sessions.create(
      {
        mode: "subscription",
        customer: page.customerId,
        client_reference_id: page.userId,
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency,
              unit_amount: page.amount,
              recurring: { interval: "week" },
              product_data: { name: page.product },
            },
          },
        ],
        metadata,
        subscription_data: { metadata },
        success_url: `${site}/given`,
        cancel_url: `${site}/given/not`,
        expires_at: Math.floor(page.closesAt / 1000),
        locale: page.locale === "es" ? "es-419" : "en",
      },
      { idempotencyKey: `${page.key}:${page.customerId}` },
    );
    if (url === null) throw new Error("a page without an address");
    return { sessionId, url };
  });
}

/** The state of a payment page: open with its address, paid for a subscription, or closed. */
export type PageState = { is: "open"; url: string } | { is: "paid"; id: string } | { is: "closed" };

/** Retrieves the state of a payment page. */
export async function pageNow(sessionId: string): Promise<Answer<PageState>> {
  return await callStripe(async (stripe) =>
    pageStateOf(await stripe.checkout.sessions.retrieve(sessionId)),
  );
}

/** Closes a payment page unless it is paid, and returns its state. */
export async function closePage(sessionId: string): Promise<Answer<PageState>> {
  const closed = await callStripe(async (stripe) =>
    pageStateOf(await stripe.checkout.sessions.expire(sessionId)),
  );
  // Stripe refuses to expire a session that is complete or expired.
  return closed.is === "answered" ? closed : await pageNow(sessionId);
}

function pageStateOf({ status, url, subscription }: Stripe.Checkout.Session): PageState {
  if (status === "open" && url) return { is: "open", url };
  if (status !== "complete" || subscription === null) return { is: "closed" };
  return { is: "paid", id: typeof subscription === "string" ? subscription : subscription.id };
}

/** Retrieves a subscription. */
export async function subscriptionNow(id: string): Promise<SubscriptionAnswer> {
  return await requestSubscription((stripe) => stripe.subscriptions.retrieve(id));
}

/** Changes the amount from the next week on; the current week is not prorated. */
export async function changeAmount(id: string, amount: number): Promise<SubscriptionAnswer> {
  return await updateSubscription(id, ({ items }) => {
    const [item] = items.data;
    if (!item || item.price.unit_amount === amount) return null;
    const { product } = item.price;
    const price_data = {
      currency,
      unit_amount: amount,
      recurring: { interval: "week" as const },
      product: typeof product === "string" ? product : product.id,
    };
    return { proration_behavior: "none", items: [{ id: item.id, price_data }] };
  });
}

/** Pauses collection until `resume`: invoices that fall due meanwhile are voided. */
export async function pause(id: string): Promise<SubscriptionAnswer> {
  return await updateSubscription(id, () => ({ pause_collection: { behavior: "void" } }));
}

export async function resume(id: string): Promise<SubscriptionAnswer> {
  return await updateSubscription(id, () => ({ pause_collection: "" }));
}

type Change = Stripe.SubscriptionUpdateParams;

/** Applies a change to a subscription, unless it has ended or `changeOf` returns null. */
async function updateSubscription(
  id: string,
  changeOf: (now: Stripe.Subscription) => Change | null,
): Promise<SubscriptionAnswer> {
  return await requestSubscription(async (stripe) => {
    const now = await stripe.subscriptions.retrieve(id);
    const change = now.status === "canceled" ? null : changeOf(now);
    return change ? await stripe.subscriptions.update(id, change) : now;
  });
}

/** Retrieves a charge; null for one in another currency. */
export async function chargeNow(id: string): Promise<Answer<StripeCharge | null>> {
  return await callStripe(async (stripe) => {
    const charge = readCharge(await stripe.charges.retrieve(id));
    if (charge === undefined) throw new Error("a charge in an unknown form");
    return charge;
  });
}

/** Whether the secret key is one of live mode: "sk_live_...", or a restricted key "rk_live_...". */
export function isLiveKey(): boolean {
  return /^[a-z]+_live_/.test(variable("STRIPE_SECRET_KEY") ?? "");
}

/** Cancels a subscription at once. Idempotent. */
export async function cancel(id: string): Promise<SubscriptionAnswer> {
  const ended = await requestSubscription((stripe) => stripe.subscriptions.cancel(id));
  return ended.is === "gone" ? await subscriptionNow(id) : ended;
}

/**
 * Deletes a customer: name, email and cards are gone, payments stay and can still be refunded. Stripe
 * also cancels their subscriptions. "gone" where there is none.
 * https://docs.stripe.com/api/customers/delete
 */
export async function deleteCustomer(id: string): Promise<Answer<null>> {
  return await callStripe(async (stripe) => {
    await stripe.customers.del(id);
    return null;
  });
}

/**
 * Verifies and reads a webhook; null where it is not JSON or no secret signed this body within five
 * minutes of now. `secrets` are separated by spaces, for rotation.
 */
export async function readSignedByStripe(request: Request, secrets: string): Promise<unknown> {
  const signature = request.headers.get("stripe-signature") ?? "";
  const text = await request.text();
  if (text.length > maxBodyBytes || signature.length > maxSignatureLength) return null;
  // The library rejects old timestamps, but accepts any in the future.
  const at = Number([...signature.matchAll(/(?:^|,)t=(\d{1,12})/g)].at(-1)?.[1] ?? Number.NaN);
  if (!(at <= Date.now() / 1000 + tolerance)) return null;
  for (const secret of secrets.split(" ").filter(Boolean)) {
    const crypto = Stripe.createSubtleCryptoProvider();
    const event = await Stripe.webhooks
      .constructEventAsync(text, signature, secret, tolerance, crypto)
      .catch(() => null);
    if (event) return event;
  }
  return null;
}

const tolerance = 5 * 60;
const maxBodyBytes = 512_000;
const maxSignatureLength = 2_000;

async function requestSubscription(
  ask: (stripe: Stripe) => Promise<Stripe.Response<Stripe.Subscription>>,
): Promise<SubscriptionAnswer> {
  return await callStripe(async (stripe) => {
    const said = await ask(stripe);
    const subscription = readSubscription(said);
    if (subscription === undefined) throw new Error("a subscription in an unknown form");
    // The time of Stripe's clock in whole seconds, to compare with the times of its events. The
    // library types its headers as a plain object, but with fetch they are Headers.
    const at = Date.parse(new Headers(said.lastResponse.headers).get("date") ?? "");
    const now = Number.isNaN(at) ? Date.now() : at;
    return { subscription, at: Math.floor(now / 1000) * 1000 };
  });
}

async function callStripe<T>(ask: (stripe: Stripe) => Promise<T>): Promise<Answer<T>> {
  const stripe = client();
  if (!stripe) return { is: "away" };
  try {
    return { is: "answered", value: await ask(stripe) };
  } catch (error) {
    return { is: isMissing(error) ? "gone" : "away" };
  }
}

/** Whether Stripe does not know the object or one that the request refers to. */
function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === "resource_missing";
}

function client(): Stripe | null {
  const key = variable("STRIPE_SECRET_KEY");
  if (key === undefined) return null;
  const elsewhere = variable("STRIPE_API_URL");
  return new Stripe(key, {
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: retries,
    timeout: timeoutMs,
    telemetry: false,
    ...(elsewhere !== undefined && partsOf(elsewhere)),
  });
}

function partsOf(url: string) {
  const { protocol, hostname: host, port } = new URL(url);
  return { protocol: protocol === "http:" ? ("http" as const) : ("https" as const), host, port };
}
