import { Stripe } from "stripe";
import { currency } from "../../../shared/money/money.ts";
import type { Locale } from "../../../shared/texts/index.ts";
import { variable } from "../environment.ts";
import { ownerKey, readSubscription, type StripeSubscription } from "./objects.ts";

// The one file that knows Stripe's library. Nothing of its errors is passed on: they can hold the
// request, and with it the secret.

/** Somebody waits for the answer in a chat. */
const timeoutMs = 8_000;
const retries = 1;

/** What came of a question: an answer, "gone" for what Stripe does not know, else "away". */
export type Answer<T> = { is: "answered"; value: T } | { is: "gone" } | { is: "away" };
/** A gift as Stripe has it at its time `at`; null where it is none of ours. */
export type SubscriptionAnswer = Answer<{ subscription: StripeSubscription | null; at: number }>;

/** Whether this deployment can take gifts at all. */
export function takesGifts(): boolean {
  return variable("STRIPE_SECRET_KEY") !== undefined && variable("CONVEX_SITE_URL") !== undefined;
}

/**
 * Makes the customer of a user, once however often it is asked for; another one in the place of
 * `lost`. Gives its id.
 */
export async function makeCustomer(userId: string, lost = ""): Promise<Answer<string>> {
  return await asked(async (stripe) => {
    const params = { metadata: { [ownerKey]: userId } };
    const idempotencyKey = `customer:${userId}:${lost}`;
    const { id } = await stripe.customers.create(params, { idempotencyKey });
    return id;
  });
}

export type Page = {
  /** The same key makes the same page: a double tap makes one. */
  key: string;
  userId: string;
  customerId: string;
  /** Weekly cents. */
  amount: number;
  /** What is paid for, in the page's language. */
  product: string;
  locale: Locale;
  /** Milliseconds; Stripe takes half an hour to a day from now. */
  closesAt: number;
};

/** Makes a payment page for a weekly gift; "gone" where Stripe does not know the customer. */
export async function makePage(page: Page): Promise<Answer<{ sessionId: string; url: string }>> {
  const site = variable("CONVEX_SITE_URL")?.replace(/\/$/, "") ?? "";
  const metadata = { [ownerKey]: page.userId };
  return await asked(async (stripe) => {
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

/** What has become of a payment page: open with its address, paid for a subscription, or closed. */
export type PageState = { is: "open"; url: string } | { is: "paid"; id: string } | { is: "closed" };

/** Looks at a payment page. */
export async function pageNow(sessionId: string): Promise<Answer<PageState>> {
  return await asked(async (stripe) => stateOf(await stripe.checkout.sessions.retrieve(sessionId)));
}

/** Closes a payment page that nobody has paid yet, and says what it then is. */
export async function closePage(sessionId: string): Promise<Answer<PageState>> {
  const closed = await asked(async (stripe) =>
    stateOf(await stripe.checkout.sessions.expire(sessionId)),
  );
  // One that is paid or closed cannot be closed.
  return closed.is === "answered" ? closed : await pageNow(sessionId);
}

function stateOf({ status, url, subscription }: Stripe.Checkout.Session): PageState {
  if (status === "open" && url) return { is: "open", url };
  if (status !== "complete" || subscription === null) return { is: "closed" };
  return { is: "paid", id: typeof subscription === "string" ? subscription : subscription.id };
}

/** A subscription as it is now. */
export async function subscriptionNow(id: string): Promise<SubscriptionAnswer> {
  return await about((stripe) => stripe.subscriptions.retrieve(id));
}

/** Changes what is charged from the next week on; what is paid stays as it is. */
export async function changeAmount(id: string, amount: number): Promise<SubscriptionAnswer> {
  return await changed(id, ({ items }) => {
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

/** Takes no money until `resume`: what falls due meanwhile is void. */
export async function pause(id: string): Promise<SubscriptionAnswer> {
  return await changed(id, () => ({ pause_collection: { behavior: "void" } }));
}

export async function resume(id: string): Promise<SubscriptionAnswer> {
  return await changed(id, () => ({ pause_collection: "" }));
}

type Change = Stripe.SubscriptionUpdateParams;

/** Changes a subscription, where there is something to change: one that has ended stays as it is. */
async function changed(
  id: string,
  changeOf: (now: Stripe.Subscription) => Change | null,
): Promise<SubscriptionAnswer> {
  return await about(async (stripe) => {
    const now = await stripe.subscriptions.retrieve(id);
    const change = now.status === "canceled" ? null : changeOf(now);
    return change ? await stripe.subscriptions.update(id, change) : now;
  });
}

/** Ends a subscription at once; one that has ended stays so. */
export async function cancel(id: string): Promise<SubscriptionAnswer> {
  const ended = await about((stripe) => stripe.subscriptions.cancel(id));
  return ended.is === "gone" ? await subscriptionNow(id) : ended;
}

/**
 * Reads a webhook, if one of the secrets (separated by a space, while one is replaced) signed this
 * very body within five minutes of now; null otherwise, and for what is no JSON.
 */
export async function readSignedByStripe(request: Request, secrets: string): Promise<unknown> {
  const signature = request.headers.get("stripe-signature") ?? "";
  const text = await request.text();
  if (text.length > maxBodyBytes || signature.length > maxSignatureLength) return null;
  // The library refuses what is too old, and takes what is signed for the future.
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

async function about(
  ask: (stripe: Stripe) => Promise<Stripe.Response<Stripe.Subscription>>,
): Promise<SubscriptionAnswer> {
  return await asked(async (stripe) => {
    const said = await ask(stripe);
    const subscription = readSubscription(said);
    if (subscription === undefined) throw new Error("a subscription in an unknown form");
    // By Stripe's clock, in its whole seconds, as the times of its events are.
    // The library says that its headers are a plain object; by fetch they are Headers.
    const at = Date.parse(new Headers(said.lastResponse.headers).get("date") ?? "");
    const now = Number.isNaN(at) ? Date.now() : at;
    return { subscription, at: Math.floor(now / 1000) * 1000 };
  });
}

async function asked<T>(ask: (stripe: Stripe) => Promise<T>): Promise<Answer<T>> {
  const stripe = client();
  if (!stripe) return { is: "away" };
  try {
    return { is: "answered", value: await ask(stripe) };
  } catch (error) {
    return { is: isMissing(error) ? "gone" : "away" };
  }
}

/** Stripe does not know what was asked for, or what it was asked about. */
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
