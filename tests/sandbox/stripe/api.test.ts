import { Stripe } from "stripe";
import { expect, test } from "vitest";
import {
  begin,
  clientOf,
  makePage,
  pageParams,
  setUp,
  thrown,
  week,
} from "../../support/emulators/stripe.ts";

test("a page is made, looked at, and closed once", async () => {
  const { client } = await setUp();
  const page = await makePage(client);
  expect(page).toMatchObject({
    status: "open",
    payment_status: "unpaid",
    amount_total: 500,
    subscription: null,
  });
  expect(page.url).toContain(page.id);
  await client.checkout.sessions.expire(page.id);
  expect(await client.checkout.sessions.retrieve(page.id)).toMatchObject({
    status: "expired",
    url: null,
  });
  const error = await thrown(client.checkout.sessions.expire(page.id));
  expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
});

test("a page closes by itself when its time is over", async () => {
  const { client, clock } = await setUp();
  const { id } = await makePage(client);
  clock.now += 25 * 60 * 60 * 1000;
  expect((await client.checkout.sessions.retrieve(id)).status).toBe("expired");
});

test("a subscription changes its price, pauses, resumes and ends", async () => {
  const { client, stripe } = await setUp();
  const { id } = await stripe.pay((await makePage(client)).id);
  const [item] = (await client.subscriptions.retrieve(id)).items.data;
  if (!item) throw new Error("nothing is sold");
  const product = item.price.product as string;
  const changed = await client.subscriptions.update(id, {
    proration_behavior: "none",
    items: [
      {
        id: item.id,
        price_data: {
          currency: "usd",
          unit_amount: 2000,
          recurring: { interval: "week" },
          product,
        },
      },
    ],
  });
  expect(changed.items.data[0]?.price.unit_amount).toBe(2000);
  const paused = await client.subscriptions.update(id, { pause_collection: { behavior: "void" } });
  expect(paused.pause_collection).toMatchObject({ behavior: "void" });
  const resumed = await client.subscriptions.update(id, { pause_collection: "" });
  expect(resumed.pause_collection).toBeNull();
  expect((await client.subscriptions.cancel(id)).status).toBe("canceled");
  expect(await thrown(client.subscriptions.cancel(id))).toMatchObject({ statusCode: 404 });
});

test("the same key with the same words is one thing; with others it is refused", async () => {
  const { client, stripe } = await setUp();
  const { id } = await client.customers.create({});
  const once = { idempotencyKey: "page-of-ana" };
  const one = await client.checkout.sessions.create(pageParams(id), once);
  const other = await client.checkout.sessions.create(pageParams(id), once);
  expect(other.id).toBe(one.id);
  expect(stripe.sessions()).toHaveLength(1);
  const error = await thrown(client.checkout.sessions.create(pageParams(id, 300), once));
  expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
});

test("what it does not know it refuses as Stripe does", async () => {
  const { client, stripe } = await setUp();
  const { id } = await client.customers.create({});
  const params = { ...pageParams(id), colour: "green" };
  expect(await thrown(client.checkout.sessions.create(params))).toMatchObject({
    code: "parameter_unknown",
    param: "colour",
  });
  const nobody = await thrown(client.checkout.sessions.create(pageParams("cus_nobody")));
  expect(nobody).toMatchObject({ statusCode: 400, code: "resource_missing" });
  expect(await thrown(client.subscriptions.retrieve("sub_none"))).toMatchObject({
    statusCode: 404,
  });
  const soon = Math.floor(begin / 1000) + 60;
  const closing = client.checkout.sessions.create({ ...pageParams(id), expires_at: soon });
  expect(await thrown(closing)).toMatchObject({ param: "expires_at" });
  const stranger = clientOf(stripe, "sk_test_of_somebody_else").customers.create({});
  expect(await thrown(stranger)).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
});

test("answers carry the emulator's time, as its events do", async () => {
  const { client, clock } = await setUp();
  clock.now += week;
  const { lastResponse } = await client.customers.create({});
  expect(Date.parse(new Headers(lastResponse.headers).get("date") ?? "")).toBe(begin + week);
});

test.each([
  ["429", Stripe.errors.StripeRateLimitError],
  ["500", Stripe.errors.StripeAPIError],
  ["broken", Stripe.errors.StripeAPIError],
  ["drop", Stripe.errors.StripeConnectionError],
] as const)("%s is met as often as it was asked for", async (kind, error) => {
  const { client, stripe } = await setUp();
  stripe.fault({ kind, count: 1, only: "customers" });
  expect(await thrown(client.customers.create({}))).toBeInstanceOf(error);
  expect(await client.customers.create({})).toHaveProperty("id");
});

test("a deleted customer is gone with its subscriptions, and is deleted once", async () => {
  const { client, stripe } = await setUp();
  const { id, customer } = await stripe.pay((await makePage(client)).id);
  const customerId = typeof customer === "string" ? customer : "";
  expect(await client.customers.del(customerId)).toMatchObject({ deleted: true });
  expect((await client.subscriptions.retrieve(id)).status).toBe("canceled");
  const error = await thrown(client.customers.del(customerId));
  expect(error).toMatchObject({ code: "resource_missing" });
});
