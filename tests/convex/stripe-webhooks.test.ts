import fc from "fast-check";
import { Stripe } from "stripe";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startStripeStandIn } from "../../bots/local/stripe/index.ts";
import {
  deliver,
  give,
  inBooks,
  makeGiver,
  mine,
  plazaWithStripe,
  quiet,
  useStripe,
} from "./giving.ts";
import { makePerson } from "./people.ts";
import {
  as,
  begin,
  day,
  everything,
  failedJobs,
  minute,
  pass,
  type Plaza,
  rows,
  settled,
  startPlaza,
} from "./setup.ts";
import { api } from "../../convex/_generated/api.js";

const week = 7 * day;
const second = 1000;
const secret = "whsec_of_this_community";

/** Signs as Stripe does, by its own library; `at` is when. */
async function sign(payload: string, at = Date.now(), by = secret): Promise<string> {
  return await Stripe.webhooks.generateTestHeaderStringAsync({
    payload,
    secret: by,
    timestamp: Math.floor(at / 1000),
    cryptoProvider: Stripe.createSubtleCryptoProvider(),
  });
}

let serial = 0;
type Say = { id?: string; created?: number };
function event(type: string, object: object, { id = `evt_${++serial}`, created }: Say = {}) {
  const at = Math.floor((created ?? Date.now()) / 1000);
  return JSON.stringify({ id, object: "event", type, created: at, data: { object } });
}

/** A subscription as Stripe has it. */
function subscription(plazaUser: string, given: object = {}, amount = 500) {
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

function invoice(plazaUser: string, given: object = {}) {
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

async function world() {
  const t = startPlaza();
  vi.stubEnv("STRIPE_WEBHOOK_SECRET", secret);
  const user = await makeGiver(t);
  const tell = async (body: string, signature?: string) =>
    (await deliver(t, body, signature ?? (await sign(body)))).status;
  return { t, user, tell };
}

describe("what is not surely Stripe's does nothing", () => {
  test.each<[string, (body: string) => Promise<[string, string]>]>([
    ["forged", async (body) => [body, await sign(body, Date.now(), "whsec_of_somebody_else")]],
    ["altered", async (body) => [body.replace("500", "5000"), await sign(body)]],
    ["six minutes old", async (body) => [body, await sign(body, Date.now() - 6 * minute)]],
    ["six minutes early", async (body) => [body, await sign(body, Date.now() + 6 * minute)]],
    ["unsigned", (body) => Promise.resolve([body, ""])],
    ["signed with words", (body) => Promise.resolve([body, "t=now,v1=yes"])],
    ["no JSON", async () => ["no JSON", await sign("no JSON")]],
    ["endless", async () => ["x".repeat(600_000), await sign("x".repeat(600_000))]],
    ["in no form of an event", async () => ["{}", await sign("{}")]],
  ])("%s: 400", async (_what, make) => {
    const { t, user, tell } = await world();
    const before = await everything(t);
    const [body, signature] = await make(event("invoice.paid", invoice(user._id)));
    expect(await tell(body, signature)).toBe(400);
    expect(await everything(t)).toEqual(before);
  });

  test("404 until the secret is set; several may be set while one is replaced", async () => {
    const { user, tell } = await world();
    const body = event("invoice.paid", invoice(user._id));
    vi.stubEnv("STRIPE_WEBHOOK_SECRET", "");
    expect(await tell(body)).toBe(404);
    vi.stubEnv("STRIPE_WEBHOOK_SECRET", `whsec_the_next_one ${secret}`);
    expect(await tell(body)).toBe(200);
  });

  test("of another type, of another product, or of nobody: 200, and nothing", async () => {
    const { t, user, tell } = await world();
    const before = await everything(t);
    for (const body of [
      event("payment_intent.succeeded", { id: "pi_1" }),
      event("account.updated", { id: "acct_1" }),
      event("customer.subscription.created", { ...subscription(""), metadata: {} }),
      event("checkout.session.completed", { id: "cs_1", mode: "payment", metadata: {} }),
      event("invoice.paid", { ...invoice(""), parent: null }),
      event("invoice.payment_failed", invoice(user._id)),
    ])
      expect(await tell(body)).toBe(200);
    expect(await everything(t)).toEqual(before);
    for (const stranger of ["nobody", "10000;channels", ""])
      expect(await tell(event("invoice.paid", invoice(stranger)))).toBe(200);
    for (const table of ["subscriptions", "gifts", "bookEntries"] as const)
      expect(await rows(t, table)).toEqual([]);
  });

  test.each([
    ["customer.subscription.updated", { items: { data: [] } }],
    ["customer.subscription.updated", { start_date: "today" }],
    ["invoice.paid", { amount_paid: 4.5 }],
    ["invoice.paid", { amount_paid: -500 }],
  ])("%s of ours in a form that nobody knows: 400", async (type, given) => {
    const { t, user, tell } = await world();
    const before = await everything(t);
    const of = type.startsWith("invoice")
      ? invoice(user._id, given)
      : subscription(user._id, given);
    expect(await tell(event(type, of))).toBe(400);
    expect(await everything(t)).toEqual(before);
  });

  test("in another currency or of nothing: no gift, and no secret in what is said of it", async () => {
    const { t, user, tell } = await world();
    const said = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    onTestFinished(() => said.mockRestore());
    expect(await tell(event("invoice.paid", invoice(user._id, { currency: "eur" })))).toBe(200);
    expect(await tell(event("invoice.paid", invoice(user._id, { amount_paid: 0 })))).toBe(200);
    expect(await rows(t, "gifts")).toEqual([]);
    expect(said.mock.calls).toEqual([[expect.stringContaining("in_1")]]);
  });

  test("what fails on our side leaves no receipt, and works when Stripe tries again", async () => {
    const { t, user, tell } = await world();
    const body = event("invoice.paid", invoice(user._id));
    const [one, other] = await t.run(async ({ db }) => {
      const row = { ...broken, userId: user._id };
      return [await db.insert("subscriptions", row), await db.insert("subscriptions", row)];
    });
    await expect(tell(body)).rejects.toThrow("unique");
    for (const table of ["receipts", "bookEntries"] as const)
      expect(await rows(t, table)).toEqual([]);
    await t.run(({ db }) => db.delete(other ?? one));
    expect(await tell(body)).toBe(200);
    expect(await inBooks(t)).toMatchObject({ paid: 500 });
  });

  test("an event is taken once, even where its words have changed", async () => {
    const { t, user, tell } = await world();
    const say = async (id: string) =>
      await tell(event("invoice.paid", invoice(user._id, { id }), { id: "evt_same" }));
    expect([await say("in_1"), await say("in_2")]).toEqual([200, 200]);
    expect(await inBooks(t)).toMatchObject({ paid: 500 });
  });
});

/** What cannot be: there are two of it. */
const broken = {
  amount: 500,
  status: "active" as const,
  stripeSubscriptionId: "sub_1",
  stripeCustomerId: "cus_1",
  city: "",
  cityKey: "",
  startDate: begin,
  stripeAt: 0,
  createdAt: begin,
  updatedAt: begin,
};

describe("each of three events can be the first word of a gift", () => {
  const checkout = (plazaUser: string) => ({
    id: "cs_1",
    mode: "subscription",
    customer: "cus_1",
    subscription: "sub_1",
    amount_total: 500,
    metadata: { plazaUser },
  });
  const kinds = {
    "customer.subscription.created": subscription,
    "checkout.session.completed": checkout,
    "invoice.paid": invoice,
  };
  test.each(Object.keys(kinds) as (keyof typeof kinds)[])("%s", async (type) => {
    const { t, user, tell } = await world();
    expect(await tell(event(type, kinds[type](user._id)))).toBe(200);
    const rest = Object.entries(kinds).filter(([other]) => other !== type);
    for (const [other, make] of rest) await tell(event(other, make(user._id)));
    expect(await rows(t, "subscriptions")).toMatchObject([
      { amount: 500, status: "active", userId: user._id, cityKey: "vigo", startDate: begin },
    ]);
    expect(await inBooks(t)).toMatchObject({ paid: 500 });
  });

  test("of somebody who was merged: it is who they are now", async () => {
    const { t, user, tell } = await world();
    const gone = await makePerson(t, { deletedAt: begin, mergedInto: user._id });
    await tell(event("invoice.paid", invoice(gone._id)));
    expect(await rows(t, "subscriptions")).toMatchObject([{ userId: user._id, city: "Vigo" }]);
  });
});

describe("a gift follows Stripe's time, whatever comes when", () => {
  const at = (seconds: number) => ({ created: begin + seconds * second });
  const updated = (user: string, given: object, seconds: number, amount?: number) =>
    event("customer.subscription.updated", subscription(user, given, amount), at(seconds));

  test("an older word is not taken over", async () => {
    const { t, user, tell } = await world();
    await tell(updated(user._id, {}, 20, 1000));
    await tell(updated(user._id, {}, 10, 300));
    expect(await mine(t)).toMatchObject([{ amount: 1000 }]);
  });

  test("an end is final", async () => {
    const { t, user, tell } = await world();
    const ended = { status: "canceled" };
    await tell(event("customer.subscription.deleted", subscription(user._id, ended), at(10)));
    await tell(updated(user._id, {}, 20));
    await tell(event("invoice.paid", invoice(user._id)));
    expect(await mine(t)).toMatchObject([{ status: "cancelled" }]);
    expect(await inBooks(t)).toMatchObject({ paid: 500 });
  });

  test.each([
    ["created", "updated", "paused"],
    ["updated", "deleted", "cancelled"],
    ["created", "deleted", "cancelled"],
  ])("of one second, %s and %s: the same either way", async (one, other, status) => {
    const states: Record<string, object> = {
      created: {},
      updated: { pause_collection: { behavior: "void" } },
      deleted: { status: "canceled" },
    };
    for (const order of [
      [one, other],
      [other, one],
    ]) {
      const { t, user, tell } = await world();
      for (const word of order)
        await tell(
          event(`customer.subscription.${word}`, subscription(user._id, states[word]), at(10)),
        );
      expect(await mine(t)).toMatchObject([{ status }]);
    }
  });

  test.each(["oldest-first", "newest-first"] as const)(
    "of two changes in one second, %s, Stripe is asked and its word counts",
    async (order) => {
      const giving = await plazaWithStripe();
      const { t, stripe } = giving;
      await makeGiver(t);
      const given = await give(t, 500);
      stripe.hold();
      await stripe.pay(given.is === "page" ? (given.url.split("/").at(-1) ?? "") : "");
      const [made] = stripe.subscriptions();
      const change = async (form: string) =>
        await fetch(`${stripe.url}/v1/subscriptions/${made?.id}`, {
          method: "POST",
          headers: { authorization: `Bearer ${stripe.secretKey}` },
          body: form,
        });
      await change("pause_collection[behavior]=void");
      await change("pause_collection=");
      await change("pause_collection[behavior]=void");
      await stripe.release(order);
      await quiet(giving);
      await pass(t, 5 * second);
      expect(await mine(t)).toMatchObject([{ status: "paused" }]);
      expect(await failedJobs(t)).toEqual([]);
    },
  );

  test("a first payment that is still under way is no gift yet", async () => {
    const { t, user, tell } = await world();
    await tell(updated(user._id, { status: "incomplete" }, 1));
    expect(await mine(t)).toEqual([]);
  });

  test.each([
    ["past_due", {}, "active"],
    ["trialing", {}, "active"],
    ["paused", {}, "paused"],
    ["active", { pause_collection: { behavior: "keep_as_draft" } }, "paused"],
    ["canceled", {}, "cancelled"],
    ["incomplete_expired", {}, "cancelled"],
  ])("Stripe's %s with %j is %s", async (stripes, given, ours) => {
    const { t, user, tell } = await world();
    await tell(updated(user._id, { status: stripes, ...given }, 1));
    expect(await mine(t)).toMatchObject([{ status: ours }]);
  });

  test("one that ends with its week has no next payment", async () => {
    const { t, user, tell } = await world();
    await tell(updated(user._id, { cancel_at_period_end: true }, 1));
    expect((await mine(t))[0]).not.toHaveProperty("nextPaymentAt");
  });

  test("a failure that comes after its payment succeeded is told to nobody", async () => {
    const { t, user, tell } = await world();
    const cycle = { billing_reason: "subscription_cycle" };
    await tell(event("invoice.paid", invoice(user._id, cycle), at(10)));
    await tell(event("invoice.payment_failed", invoice(user._id, cycle), at(-10)));
    expect(await rows(t, "deliveries")).toEqual([]);
    expect((await mine(t))[0]).not.toHaveProperty("failedAt");
  });
});

describe("repeated, shuffled and mixed with what is not Stripe's", () => {
  const people = ["telegram:71", "telegram:72", "telegram:73"] as const;
  const cast = async (t: Plaza) => {
    for (const [index, chat] of people.entries())
      await makeGiver(t, { city: ["Vigo", "Puebla", "Lugo"][index] ?? "" }, [chat]);
  };

  /** Five weeks of three givers at a Stripe whose webhooks were written down. */
  async function story() {
    const t = startPlaza();
    const stripe = await startStripeStandIn({ now: Date.now });
    onTestFinished(() => stripe.close());
    useStripe(stripe);
    stripe.hold();
    await cast(t);
    const [one, two, three] = people;
    const act = async (who: string, what: "pauseSubscription" | "cancelSubscription") =>
      await as(t, who).action(api.subscriptions[what], {});
    for (const [who, amount] of [
      [one, 500],
      [two, 300],
      [three, 10_000],
    ] as const) {
      const page = await give(t, amount, who);
      if (page.is === "page") await stripe.pay(page.url.split("/").at(-1) ?? "");
      // Nothing is delivered: what Stripe answers is taken over where it is asked.
      await give(t, amount, who);
    }
    await give(t, 2000, one);
    await give(t, 1000, one);
    await settled(t);
    const [first] = await rows(t, "users");
    for (let passed = 1; passed <= 4; passed++) {
      await pass(t, week);
      stripe.setCard(first?._id ?? "", passed !== 2);
      await stripe.renew();
      if (passed === 2) await act(two, "pauseSubscription");
      if (passed === 3) await act(three, "cancelSubscription");
      await settled(t);
    }
    const bodies = stripe.deliveries().map(({ body }) => body);
    const paid = stripe.paidInAll();
    return { stripe, bodies, paid };
  }

  /** What counts: gifts as they are and every cent, without when it was written down here. */
  async function balances(t: Plaza) {
    const subscriptions = (await rows(t, "subscriptions")).map((row) => {
      const { amount, status, city, startDate, stripeSubscriptionId, nextPaymentAt } = row;
      const { paidAt, failedAt, userId } = row;
      const state = { amount, status, city, startDate, nextPaymentAt, paidAt, failedAt, userId };
      return [stripeSubscriptionId, state] as const;
    });
    const names = new Map(
      (await rows(t, "subscriptions")).map((row) => [row._id, row.stripeSubscriptionId]),
    );
    const gifts = (await rows(t, "gifts")).map(
      ({ subscriptionId: id, weekStartDate, city, paid, amount }) =>
        [names.get(id), weekStartDate, city, paid, amount].join(" "),
    );
    const entries = (await rows(t, "bookEntries")).map(
      ({ key, subscriptionId: id, weekStartDate, lines }) =>
        [key, names.get(id), weekStartDate, JSON.stringify(lines)].join(" "),
    );
    return {
      subscriptions: Object.fromEntries(subscriptions),
      gifts: gifts.toSorted(),
      entries: entries.toSorted(),
    };
  }

  type Delivery = { body: number; kind: "good" | "forged" | "altered" | "old" };

  test("the balances are those of a clean delivery", { timeout: 120_000 }, async () => {
    const { stripe, bodies, paid } = await story();
    const now = Date.now();
    const wrong = "whsec_of_somebody_else";
    const run = async (deliveries: readonly Delivery[]) => {
      const t = startPlaza(now);
      useStripe(stripe);
      await cast(t);
      for (const { body: index, kind } of deliveries) {
        const body = bodies[index] ?? "";
        const at = kind === "old" ? Date.now() - 6 * minute : Date.now();
        const signature = await sign(body, at, kind === "forged" ? wrong : stripe.webhookSecret);
        const sent =
          kind === "altered" ? body.replace(/"amount_paid":\d+/, '"amount_paid":7') : body;
        const altered = kind === "altered" ? `${sent} ` : sent;
        const { status } = await deliver(t, altered, signature);
        expect(status).toBe(kind === "good" ? 200 : 400);
      }
      await pass(t, minute);
      expect(await failedJobs(t)).toEqual([]);
      return { balances: await balances(t), books: await inBooks(t) };
    };

    const clean = await run(bodies.map((_body, body) => ({ body, kind: "good" })));
    expect(clean.books).toEqual({ paid, held: paid, gifts: paid });
    expect(Object.values(clean.balances.subscriptions)).toMatchObject([
      { amount: 1000, status: "active", city: "Vigo" },
      { amount: 300, status: "paused", city: "Puebla" },
      { amount: 10_000, status: "cancelled", city: "Lugo" },
    ]);

    const fives: Delivery[] = bodies.flatMap((_body, body) =>
      Array.from({ length: 5 }, () => ({ body, kind: "good" as const })),
    );
    const bad = fc.record({
      body: fc.nat(bodies.length - 1),
      kind: fc.constantFrom("forged" as const, "altered" as const, "old" as const),
    });
    const mixes = fc.array(bad, { minLength: 10, maxLength: 40 }).chain((more) => {
      const all = [...fives, ...more];
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    });
    await fc.assert(
      fc.asyncProperty(mixes, async (deliveries) => {
        expect(await run(deliveries)).toEqual(clean);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});
