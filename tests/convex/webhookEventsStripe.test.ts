import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startStripeEmulator } from "../../bots/sandbox/services/stripe/index.ts";
import { api, internal } from "../../convex/_generated/api.js";
import type { Doc } from "../../convex/_generated/dataModel.js";
import {
  deliver,
  give,
  giveAndPay,
  makeGiver,
  mia,
  plazaWithStripe,
  quiet,
  useStripe,
} from "../support/convex/giving.ts";
import { event, plazaToldByStripe, sign } from "../support/convex/stripeEvents.ts";
import {
  as,
  day,
  failedJobs,
  hour,
  makeBot,
  pass,
  type Plaza,
  rows,
  startPlaza,
} from "../support/convex/plaza.ts";

// What a person hears of Stripe's payments and accounts, by what Stripe itself sends.

const week = 7 * day;

const toldKinds = async (t: Plaza) =>
  (await rows(t, "deliveries"))
    .flatMap(({ task }) => (task.kind === "notice" ? [task.notice.kind] : []))
    .filter((kind) => kind.startsWith("payment-") || kind === "account-needs")
    .toSorted();
const seen = async (t: Plaza, who = mia) =>
  await as(t, who).query(api.webhooks.getUserWebhookEvents, {});
const kept = async (t: Plaza) => (await rows(t, "webhookEvents")).map(plain);
function plain({ type, data }: Doc<"webhookEvents">): Record<string, unknown> {
  return { type, ...data };
}

describe("a payment", () => {
  test("that arrived is told at once, in their chat, and stands in their events", async () => {
    const world = await plazaWithStripe();
    const { t, stripe } = world;
    await makeGiver(t);
    await giveAndPay(world, 500);
    const [told] = await makeBot(t).lease();
    expect(told).toMatchObject({
      to: { chatId: "77", isPerson: true },
      payload: { notice: { kind: "payment-arrived", amount: 500 } },
    });
    const [paid] = stripe.deliveries().filter(({ type }) => type === "payment_intent.succeeded");
    const { data } = JSON.parse(paid?.body ?? "") as { data: { object: { id: string } } };
    expect(await seen(t)).toMatchObject([
      {
        type: "stripe.payment.succeeded",
        data: { payment: data.object.id, amount: 500, currency: "usd", at: Date.now() },
      },
    ]);
  });

  test("that failed is told once, by whichever word comes first, and its reason is kept", async () => {
    const world = await plazaWithStripe();
    const { t, stripe } = world;
    const user = await makeGiver(t);
    await giveAndPay(world, 500);
    await pass(t, week);
    stripe.setCard(user._id, false);
    await stripe.renew();
    await quiet(world);
    expect(await toldKinds(t)).toEqual(["payment-arrived", "payment-failed"]);
    // Stripe tries again for weeks.
    for (let tries = 0; tries < 3; tries++) {
      await pass(t, 5 * day);
      await stripe.renew();
      await quiet(world);
    }
    const failures = (await toldKinds(t)).filter((kind) => kind === "payment-failed");
    // Two weeks have failed by now, and a third.
    expect(failures).toHaveLength(3);
    expect((await kept(t)).at(-1)).toMatchObject({
      type: "stripe.payment.failed",
      amount: 500,
      reason: "insufficient_funds",
    });
    expect(await failedJobs(t)).toEqual([]);
  });

  test.each(["payment-first", "invoice-first"])(
    "whose two words were made on either side of midnight is one failure, for weeks: %s",
    async (order) => {
      const { tell, t, user } = await signed();
      await tell("customer.subscription.created", gift(user._id));
      const midnight = Math.ceil(Date.now() / day) * day;
      const ofPayment = { ...payment(), created: midnight / 1000 - 1 };
      const ofInvoice = invoice(user._id, midnight / 1000);
      const words = [
        async () => await tell("payment_intent.payment_failed", ofPayment),
        async () => await tell("invoice.payment_failed", ofInvoice),
      ];
      if (order === "invoice-first") words.reverse();
      for (let tries = 0; tries < 4; tries++) {
        for (const word of words) await word();
        await pass(t, 5 * day);
        await t.mutation(internal.sweep.expired, { rule: "receipts" });
        // The next one is told in another chat: only the receipt knows of the first.
        await t.run(async ({ db }) => {
          const [account] = await db.query("chatAccounts").collect();
          if (account) await db.patch("chatAccounts", account._id, { platformUserId: `7${tries}` });
        });
      }
      expect(await toldKinds(t)).toEqual(["payment-failed"]);
    },
  );

  test("that is declined on the page is told there, and not in the chat", async () => {
    const { tell, t } = await signed();
    await tell("payment_intent.payment_failed", payment());
    expect(await toldKinds(t)).toEqual([]);
    expect(await kept(t)).toMatchObject([{ type: "stripe.payment.failed" }]);
  });

  test.each([
    ["in another currency", { currency: "eur" }],
    ["of nobody here", { customer: "cus_of_nobody" }],
    ["of no customer", { customer: null }],
  ])("%s is told to nobody", async (_what, given) => {
    const { tell, t } = await signed();
    const said = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    onTestFinished(() => said.mockRestore());
    expect(await tell("payment_intent.succeeded", payment(given))).toBe(200);
    expect(await toldKinds(t)).toEqual([]);
    // Of whom, stands in Stripe: here is only which payment.
    expect(JSON.stringify(said.mock.calls)).not.toMatch(/cus_|@|user/);
  });

  test("of a customer in a form that nobody knows: 400", async () => {
    const { tell, t } = await signed();
    expect(await tell("payment_intent.succeeded", payment({ amount_received: 4.5 }))).toBe(400);
    expect(await rows(t, "receipts")).toEqual([]);
  });

  test("leaves no address and no card behind", async () => {
    const { tell, t } = await signed();
    await tell("payment_intent.payment_failed", {
      ...payment({ receipt_email: "mia@example.com" }),
      last_payment_error: {
        code: "card_declined",
        decline_code: "Her card 4242 4242",
        message: "mia@example.com",
        payment_method: { card: { last4: "4242" } },
      },
    });
    const [event] = await kept(t);
    expect(event).toMatchObject({ reason: "card_declined" });
    expect(JSON.stringify(await rows(t, "webhookEvents"))).not.toMatch(/4242|example/);
  });
});

describe("an account", () => {
  const asked = { charges_enabled: false, payouts_enabled: false };
  const account = (plazaUser: string, due: string[]) => ({
    ...asked,
    id: "acct_1",
    metadata: { plazaUser },
    requirements: { currently_due: due, past_due: [], disabled_reason: null },
  });

  test("of which Stripe wants something is told of; otherwise it is only written down", async () => {
    const world = await plazaWithStripe();
    const user = await makeGiver(world.t);
    for (const due of [[], ["external_account"], ["external_account"], []])
      await world.stripe.setRequirements(user._id, due);
    await quiet(world);
    expect(await toldKinds(world.t)).toEqual(["account-needs"]);
    expect((await kept(world.t)).map((one) => one["canPayOut"])).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test("an older word that comes late is not told", async () => {
    const { tell, t, user } = await signed();
    await tell("account.updated", account(user._id, []), 10);
    await tell("account.updated", account(user._id, ["external_account"]), 5);
    expect(await toldKinds(t)).toEqual([]);
    await tell("account.updated", account(user._id, ["external_account"]), 20);
    expect(await toldKinds(t)).toEqual(["account-needs"]);
  });

  test.each([undefined, "nobody", "10000;channels"])(
    "of %j is nobody's: 200",
    async (plazaUser) => {
      const { tell, t } = await signed();
      const said = vi.spyOn(console, "warn").mockImplementation(() => undefined);
      onTestFinished(() => said.mockRestore());
      const object = account("", ["external_account"]);
      const metadata = plazaUser === undefined ? {} : { plazaUser };
      expect(await tell("account.updated", { ...object, metadata })).toBe(200);
      expect(await kept(t)).toEqual([]);
    },
  );
});

/** Mia is Stripe's customer, and has not given yet. */
async function signed() {
  const { t, user, tell } = await plazaToldByStripe({ stripeCustomerId: "cus_1" });
  return {
    t,
    user,
    /** `later`: so many seconds. */
    tell: async (type: string, object: object, later = 0) =>
      await tell(event(type, object, { created: Date.now() + later * 1000 })),
  };
}

function payment(given: object = {}) {
  return {
    id: "pi_1",
    object: "payment_intent",
    amount: 500,
    amount_received: 500,
    currency: "usd",
    customer: "cus_1",
    created: Math.floor(Date.now() / 1000),
    ...given,
  };
}

function gift(plazaUser: string) {
  const at = Math.floor(Date.now() / 1000);
  const price = { unit_amount: 500, currency: "usd" };
  return {
    id: "sub_1",
    customer: "cus_1",
    status: "active",
    metadata: { plazaUser },
    cancel_at_period_end: false,
    start_date: at,
    items: { data: [{ current_period_end: at, price }] },
  };
}

function invoice(plazaUser: string, finalized: number) {
  return {
    id: "in_1",
    currency: "usd",
    customer: "cus_1",
    amount_paid: 0,
    amount_due: 500,
    billing_reason: "subscription_cycle",
    status_transitions: { finalized_at: finalized },
    parent: { subscription_details: { subscription: "sub_1", metadata: { plazaUser } } },
  };
}

describe("each five times and in any order", () => {
  /** Five weeks of one giver, of which the third fails twice before it is paid. */
  async function story() {
    const t = startPlaza();
    const stripe = await startStripeEmulator({ now: Date.now });
    onTestFinished(() => stripe.close());
    useStripe(stripe);
    stripe.hold();
    const user = await makeGiver(t);
    const page = await give(t, 500);
    if (page.is === "page") await stripe.pay(page.url.split("/").at(-1) ?? "");
    const [customer] = new Set(stripe.subscriptions().map((one) => one.customer));
    for (let passed = 1; passed <= 4; passed++) {
      await pass(t, week);
      stripe.setCard(user._id, passed !== 2);
      await stripe.renew();
      if (passed !== 2) continue;
      await pass(t, day);
      await stripe.renew();
      stripe.setCard(user._id, true);
      await pass(t, hour);
      await stripe.renew();
    }
    await stripe.setRequirements(user._id, ["external_account"]);
    return { stripe, customer, deliveries: stripe.deliveries() };
  }

  test("a person hears of each payment once, and of each failure at most once", async () => {
    const { stripe, customer, deliveries } = await story();
    const now = Date.now();
    const run = async (order: readonly number[]) => {
      const t = startPlaza(now);
      useStripe(stripe);
      await makeGiver(t, { ...(customer !== undefined && { stripeCustomerId: customer }) });
      for (const index of order) {
        const body = deliveries[index]?.body ?? "";
        const { status } = await deliver(
          t,
          body,
          await sign(body, Date.now(), stripe.webhookSecret),
        );
        expect(status).toBe(200);
      }
      return { t, told: await toldKinds(t) };
    };
    const clean = deliveries.map((_delivery, index) => index);
    const inOrder = await run(clean);
    expect(inOrder.told).toEqual([
      "account-needs",
      ...Array<string>(5).fill("payment-arrived"),
      "payment-failed",
    ]);
    const events = (await kept(inOrder.t)).map((one) => JSON.stringify(one)).toSorted();
    expect(events).toHaveLength(deliveries.filter(({ type }) => isOurs(type)).length);

    const fives = clean.flatMap((index) => Array<number>(5).fill(index));
    const shuffled = fc.shuffledSubarray(fives, {
      minLength: fives.length,
      maxLength: fives.length,
    });
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        const { t, told } = await run(order);
        const failures = told.filter((kind) => kind === "payment-failed").length;
        expect(failures).toBeLessThanOrEqual(1);
        const others = told.filter((kind) => kind !== "payment-failed");
        expect(others).toEqual(inOrder.told.filter((kind) => kind !== "payment-failed"));
        expect((await kept(t)).map((one) => JSON.stringify(one)).toSorted()).toEqual(events);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ["the payment's", "payment_intent.payment_failed", "invoice.payment_failed"],
    ["the invoice's", "invoice.payment_failed", "payment_intent.payment_failed"],
  ])("where %s word comes first, it is the one that is told", async (_which, first, second) => {
    const { stripe, customer, deliveries } = await story();
    const t = startPlaza();
    useStripe(stripe);
    await makeGiver(t, { ...(customer !== undefined && { stripeCustomerId: customer }) });
    const send = async (type: string) => {
      const body = deliveries.find((one) => one.type === type)?.body ?? "";
      await deliver(t, body, await sign(body, Date.now(), stripe.webhookSecret));
      return await toldKinds(t);
    };
    await send("customer.subscription.updated");
    expect(await send(first)).toEqual(["payment-failed"]);
    expect(await send(second)).toEqual(["payment-failed"]);
  });
});

const isOurs = (type: string) => type.startsWith("payment_intent") || type.startsWith("account");
