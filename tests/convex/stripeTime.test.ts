import { describe, expect, test } from "vitest";
import {
  give,
  ledgerBalances,
  makeGiver,
  mine,
  plazaWithStripe,
  quiet,
} from "../support/convex/giving.ts";
import { event, invoice, plazaToldByStripe, subscription } from "../support/convex/stripeEvents.ts";
import { begin, failedJobs, pass, rows } from "../support/convex/plaza.ts";

// Subscriptions are ordered by Stripe's time.

const second = 1000;

describe("a gift follows Stripe's time, in any order of events", () => {
  const at = (seconds: number) => ({ created: begin + seconds * second });
  const updated = (user: string, given: object, seconds: number, amount?: number) =>
    event("customer.subscription.updated", subscription(user, given, amount), at(seconds));

  test("an older event is ignored", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    await tell(updated(user._id, {}, 20, 1000));
    await tell(updated(user._id, {}, 10, 300));
    expect(await mine(t)).toMatchObject([{ amount: 1000 }]);
  });

  test("a cancellation is final", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    const ended = { status: "canceled" };
    await tell(event("customer.subscription.deleted", subscription(user._id, ended), at(10)));
    await tell(updated(user._id, {}, 20));
    await tell(event("invoice.paid", invoice(user._id)));
    expect(await mine(t)).toMatchObject([{ status: "cancelled" }]);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
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
      const { t, user, tell } = await plazaToldByStripe();
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

  test("an incomplete first payment is not a gift yet", async () => {
    const { t, user, tell } = await plazaToldByStripe();
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
    const { t, user, tell } = await plazaToldByStripe();
    await tell(updated(user._id, { status: stripes, ...given }, 1));
    expect(await mine(t)).toMatchObject([{ status: ours }]);
  });

  test("a gift that ends with its period has no next payment", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    await tell(updated(user._id, { cancel_at_period_end: true }, 1));
    expect((await mine(t))[0]).not.toHaveProperty("nextPaymentAt");
  });

  test("a failure that arrives after the payment succeeded is not notified", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    const cycle = { billing_reason: "subscription_cycle" };
    await tell(event("invoice.paid", invoice(user._id, cycle), at(10)));
    await tell(event("invoice.payment_failed", invoice(user._id, cycle), at(-10)));
    expect(await rows(t, "deliveries")).toEqual([]);
    expect((await mine(t))[0]).not.toHaveProperty("failedAt");
  });
});
