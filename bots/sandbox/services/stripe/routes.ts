import {
  type Answer,
  changeParams,
  customerParams,
  type Form,
  noSuch,
  ok,
  readParams,
  refused,
  sessionParams,
} from "./params.ts";
import type { Customer, Price, Session, Subscription } from "./types.ts";
import { newId, secondsOf, tell, type World } from "./world.ts";

export type ApiRequest = { method: string; path: string; form: Form };

/** Answers one request of the API; null where there is no such address. */
export function apiRoute(world: World, { method, path, form }: ApiRequest): Answer | null {
  const [, , kind, ...rest] = path.split("/");
  const [one = "", two] = rest;
  if (kind === "customers" && method === "POST" && rest.length === 0)
    return makeCustomer(world, form);
  if (kind === "customers" && method === "DELETE" && one !== "" && two === undefined)
    return deleteCustomer(world, one);
  if (kind === "subscriptions" && one !== "" && two === undefined)
    return subscriptionRoute(world, method, one, form);
  if (kind !== "checkout" || one !== "sessions") return null;
  const [, id, verb] = rest;
  if (id === undefined) return method === "POST" ? makeSession(world, form) : null;
  const session = sessionNow(world, id);
  if (!session) return noSuch("checkout.session", id);
  if (method === "GET" && verb === undefined) return ok(session);
  return method === "POST" && verb === "expire" ? expire(world, session) : null;
}

function makeCustomer(world: World, form: Form): Answer {
  const read = readParams(customerParams, form);
  if ("error" in read) return read.error;
  const customer: Customer = {
    id: newId("cus"),
    object: "customer",
    created: secondsOf(world),
    metadata: read.params.metadata ?? {},
  };
  world.customers.set(customer.id, customer);
  world.changed();
  return ok(customer);
}

/** https://docs.stripe.com/api/customers/delete: the customer's subscriptions end with it. */
function deleteCustomer(world: World, id: string): Answer {
  if (!world.customers.delete(id)) return noSuch("customer", id);
  for (const subscription of world.subscriptions.values())
    if (subscription.customer === id && subscription.status !== "canceled")
      cancel(world, subscription);
  world.changed();
  return ok({ id, object: "customer", deleted: true });
}

const halfAnHour = 30 * 60;
const day = 24 * 60 * 60;

function makeSession(world: World, form: Form): Answer {
  const read = readParams(sessionParams, form);
  if ("error" in read) return read.error;
  const { params } = read;
  if (!world.customers.has(params.customer))
    return refused(400, `No such customer: '${params.customer}'`, {
      code: "resource_missing",
      param: "customer",
    });
  const now = secondsOf(world);
  const { expires_at = now + day } = params;
  // A minute of tolerance for the request's way.
  if (expires_at < now + halfAnHour - 60 || expires_at > now + day)
    return refused(400, "The `expires_at` timestamp must be 30 minutes to 24 hours from now.", {
      param: "expires_at",
    });
  const [{ price_data: sold, quantity }] = params.line_items;
  const product = newId("prod");
  world.products.set(product, sold.product_data.name);
  const id = newId("cs_test");
  world.prices.set(id, priceOf({ ...sold, product }));
  const session: Session = {
    id,
    object: "checkout.session",
    mode: "subscription",
    status: "open",
    payment_status: "unpaid",
    url: addressOf(world, id),
    customer: params.customer,
    client_reference_id: params.client_reference_id ?? null,
    subscription: null,
    amount_total: sold.unit_amount * quantity,
    currency: sold.currency,
    metadata: params.metadata ?? {},
    success_url: params.success_url,
    cancel_url: params.cancel_url ?? null,
    locale: params.locale ?? null,
    created: now,
    expires_at,
  };
  world.sessions.set(id, session);
  world.subscriptionMetadata.set(id, params.subscription_data?.metadata ?? {});
  world.changed();
  return ok(session);
}

/** Stripe's own addresses end in a long fragment, of which the page alone knows the meaning. */
function addressOf({ url, addressLength }: World, id: string): string {
  const address = `${url()}/pay/${id}`;
  return addressLength <= address.length ? address : `${address}#fid`.padEnd(addressLength, "A1b2");
}

type Sold = { currency: string; unit_amount: number; product: string };

function priceOf({ currency, unit_amount, product }: Sold): Price {
  return {
    id: newId("price"),
    object: "price",
    currency,
    product,
    recurring: { interval: "week", interval_count: 1 },
    type: "recurring",
    unit_amount,
  };
}

/** A checkout session, expired if its time has run out. */
export function sessionNow(world: World, id: string): Session | undefined {
  const session = world.sessions.get(id);
  if (session?.status === "open" && session.expires_at <= secondsOf(world)) close(session);
  return session;
}

function close(session: Session): void {
  session.status = "expired";
  session.url = null;
}

function expire(world: World, session: Session): Answer {
  if (session.status !== "open")
    return refused(400, 'Only Checkout Sessions with a status in ["open"] can be expired.');
  close(session);
  world.changed();
  return ok(session);
}

function subscriptionRoute(world: World, method: string, id: string, form: Form): Answer | null {
  const subscription = world.subscriptions.get(id);
  if (!subscription) return noSuch("subscription", id);
  if (method === "GET") return ok(subscription);
  if (method === "POST") return change(world, subscription, form);
  return method === "DELETE" ? cancel(world, subscription) : null;
}

function change(world: World, subscription: Subscription, form: Form): Answer {
  const read = readParams(changeParams, form);
  if ("error" in read) return read.error;
  if (subscription.status === "canceled")
    return refused(400, "A canceled subscription can only update its metadata.");
  const { items, pause_collection: pause } = read.params;
  if (items) {
    const [{ id, price_data: sold }] = items;
    const [item] = subscription.items.data;
    if (item.id !== id) return noSuch("subscription_item", id);
    if (!world.products.has(sold.product)) return noSuch("product", sold.product);
    item.price = priceOf(sold);
  }
  if (pause !== undefined)
    subscription.pause_collection = pause === "" ? null : { behavior: "void", resumes_at: null };
  void tell(world, "customer.subscription.updated", subscription);
  return ok(subscription);
}

function cancel(world: World, subscription: Subscription): Answer {
  if (subscription.status === "canceled") return noSuch("subscription", subscription.id);
  const now = secondsOf(world);
  subscription.status = "canceled";
  subscription.canceled_at = now;
  subscription.ended_at = now;
  void tell(world, "customer.subscription.deleted", subscription);
  return ok(subscription);
}
