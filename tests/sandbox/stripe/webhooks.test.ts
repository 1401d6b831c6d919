import { Stripe } from "stripe";
import { expect, onTestFinished, test } from "vitest";
import { listenOnLoopback, readBody } from "../../../bots/sandbox/convex/servers.ts";
import { makePage, setUp, week } from "../../support/emulators/stripe.ts";

type Received = { type: string; verdict: "believed" | "not believed"; object: object };

/** A Stripe whose webhooks are received, and checked by its own library at the sandbox's time. */
async function told() {
  const made = await setUp();
  const received: Received[] = [];
  const server = await listenOnLoopback(0, () => undefined);
  onTestFinished(() => server.close());
  server.serve({
    async request(request, response) {
      const body = (await readBody(request, 1_000_000))?.toString() ?? "";
      const signature = String(request.headers["stripe-signature"]);
      const secret = made.stripe.webhookSecret;
      const { now } = made.clock;
      const read = JSON.parse(body) as Stripe.Event;
      const isOurs = await Stripe.webhooks
        .constructEventAsync(body, signature, secret, 300, Stripe.createSubtleCryptoProvider(), now)
        .then(
          () => true,
          () => false,
        );
      received.push({
        type: read.type,
        verdict: isOurs ? "believed" : "not believed",
        object: read.data.object,
      });
      response.writeHead(isOurs ? 200 : 400).end();
    },
  });
  made.stripe.sendTo(server.url);
  const types = () => received.map(({ type }) => type);
  return { ...made, received, types };
}

test("a page that is paid is told by five events, signed so that the library believes them", async () => {
  const { client, stripe, received, types } = await told();
  await stripe.pay((await makePage(client)).id);
  expect(types().toSorted()).toEqual([
    "checkout.session.completed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "invoice.paid",
    "payment_intent.succeeded",
  ]);
  expect(received.every(({ verdict }) => verdict === "believed")).toBe(true);
});

test("each week that has begun is billed once", async () => {
  const { client, stripe, clock, types } = await told();
  await stripe.pay((await makePage(client)).id);
  await stripe.renew();
  expect(stripe.paidInAll()).toBe(500);
  clock.now += 2 * week;
  await stripe.renew();
  await stripe.renew();
  expect(stripe.paidInAll()).toBe(1500);
  expect(types().filter((type) => type === "invoice.paid")).toHaveLength(3);
});

test("a card that is declined is tried again with the same invoice, until it pays", async () => {
  const { client, stripe, clock, received } = await told();
  await stripe.pay((await makePage(client)).id);
  clock.now += week;
  stripe.setCard("u1", false);
  await stripe.renew();
  await stripe.renew();
  expect(stripe.subscriptions()[0]?.status).toBe("past_due");
  stripe.setCard("u1", true);
  await stripe.renew();
  expect(stripe.subscriptions()[0]?.status).toBe("active");
  const invoices = received.filter(({ type }) => type.startsWith("invoice.")).slice(1);
  expect(invoices.map(({ type }) => type)).toEqual([
    "invoice.payment_failed",
    "invoice.payment_failed",
    "invoice.paid",
  ]);
  expect(new Set(invoices.map(({ object }) => (object as { id: string }).id)).size).toBe(1);
});

test("while paused a week is void, and an ended subscription is billed no more", async () => {
  const { client, stripe, clock } = await told();
  const { id } = await stripe.pay((await makePage(client)).id);
  await client.subscriptions.update(id, { pause_collection: { behavior: "void" } });
  clock.now += week;
  await stripe.renew();
  expect(stripe.invoices().map(({ status }) => status)).toEqual(["paid", "void"]);
  await client.subscriptions.update(id, { pause_collection: "" });
  await client.subscriptions.cancel(id);
  clock.now += week;
  await stripe.renew();
  expect(stripe.paidInAll()).toBe(500);
});

test("events can be held back, come in another order, and come again", async () => {
  const { client, stripe, received, types } = await told();
  stripe.hold();
  await stripe.pay((await makePage(client)).id);
  expect(received).toEqual([]);
  await stripe.release("newest-first");
  expect(types()[0]).toBe("payment_intent.succeeded");
  await stripe.repeatAll(2);
  expect(received).toHaveLength(15);
  await stripe.release("shuffled");
  expect(received).toHaveLength(15);
});

test.each([
  ["forged", { wrongSecret: true }],
  ["altered", { altered: true }],
  ["six minutes old", { lateMs: 6 * 60_000 }],
])("what is %s is not believed", async (_what, options) => {
  const { client, stripe, received } = await told();
  await stripe.pay((await makePage(client)).id, options);
  expect(received.map(({ verdict }) => verdict)).toEqual(Array(5).fill("not believed"));
});
