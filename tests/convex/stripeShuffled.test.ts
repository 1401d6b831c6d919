import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { startStripeEmulator } from "../../bots/sandbox/services/stripe/index.ts";
import { deliver, give, ledgerBalances, makeGiver, useStripe } from "../support/convex/giving.ts";
import { sign } from "../support/convex/stripeEvents.ts";
import {
  as,
  day,
  failedJobs,
  minute,
  pass,
  type Plaza,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";
import { api } from "../../convex/_generated/api.js";

// Every webhook of Stripe five times, shuffled and mixed with forged ones.

const week = 7 * day;

describe("repeated, shuffled and mixed with forged events", () => {
  const people = ["telegram:71", "telegram:72", "telegram:73"] as const;
  const cast = async (t: Plaza) => {
    for (const [index, chat] of people.entries())
      await makeGiver(t, { city: ["Vigo", "Puebla", "Lugo"][index] ?? "" }, [chat]);
  };

  /** Records the webhooks of five weeks with three givers. */
  async function story() {
    const t = startPlaza();
    const stripe = await startStripeEmulator({ now: Date.now });
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
      // No webhook is delivered: only Stripe's answers to requests are stored.
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

  /** The state to compare: gifts and amounts, without local times. */
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

  test("the balances are those of an ordered delivery without repetitions", async () => {
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
      return { balances: await balances(t), books: await ledgerBalances(t) };
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
