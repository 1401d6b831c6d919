import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ledgerBalances } from "../support/convex/giving.ts";
import { makePerson } from "../support/convex/people.ts";
import {
  event,
  invoice,
  plazaToldByStripe,
  secret,
  sign,
  subscription,
} from "../support/convex/stripeEvents.ts";
import { begin, everything, minute, rows } from "../support/convex/plaza.ts";

// Which webhooks are accepted, and which event creates a gift.

describe("an unverified webhook does nothing", () => {
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
    const { t, user, tell } = await plazaToldByStripe();
    const before = await everything(t);
    const [body, signature] = await make(event("invoice.paid", invoice(user._id)));
    expect(await tell(body, signature)).toBe(400);
    expect(await everything(t)).toEqual(before);
  });

  test("404 until the secret is set; several may be set while one is replaced", async () => {
    const { user, tell } = await plazaToldByStripe();
    const body = event("invoice.paid", invoice(user._id));
    vi.stubEnv("STRIPE_WEBHOOK_SECRET", "");
    expect(await tell(body)).toBe(404);
    vi.stubEnv("STRIPE_WEBHOOK_SECRET", `whsec_the_next_one ${secret}`);
    expect(await tell(body)).toBe(200);
  });

  test("of another type, another product or an unknown user: 200, and no effect", async () => {
    const { t, user, tell } = await plazaToldByStripe();
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
    const { t, user, tell } = await plazaToldByStripe();
    const before = await everything(t);
    const of = type.startsWith("invoice")
      ? invoice(user._id, given)
      : subscription(user._id, given);
    expect(await tell(event(type, of))).toBe(400);
    expect(await everything(t)).toEqual(before);
  });

  test("in another currency or of amount 0: no gift, and no secret in the log", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    const said = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    onTestFinished(() => said.mockRestore());
    expect(await tell(event("invoice.paid", invoice(user._id, { currency: "eur" })))).toBe(200);
    expect(await tell(event("invoice.paid", invoice(user._id, { amount_paid: 0 })))).toBe(200);
    expect(await rows(t, "gifts")).toEqual([]);
    expect(said.mock.calls).toEqual([[expect.stringContaining("another currency")]]);
  });

  test("an error on our side does not mark the event as processed, and a retry works", async () => {
    const { t, user, tell } = await plazaToldByStripe();
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
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
  });

  test("an event is processed once, even where its content has changed", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    const say = async (id: string) =>
      await tell(event("invoice.paid", invoice(user._id, { id }), { id: "evt_same" }));
    expect([await say("in_1"), await say("in_2")]).toEqual([200, 200]);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
  });
});

/** An impossible state: two rows with the same unique key. */
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

describe("each of three events can be the first about a gift", () => {
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
    const { t, user, tell } = await plazaToldByStripe();
    expect(await tell(event(type, kinds[type](user._id)))).toBe(200);
    const rest = Object.entries(kinds).filter(([other]) => other !== type);
    for (const [other, make] of rest) await tell(event(other, make(user._id)));
    expect(await rows(t, "subscriptions")).toMatchObject([
      { amount: 500, status: "active", userId: user._id, cityKey: "vigo", startDate: begin },
    ]);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
  });

  test("for a merged user it belongs to the remaining user", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    const gone = await makePerson(t, { deletedAt: begin, mergedInto: user._id });
    await tell(event("invoice.paid", invoice(gone._id)));
    expect(await rows(t, "subscriptions")).toMatchObject([{ userId: user._id, city: "Vigo" }]);
  });
});
