import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { readStripeEvent } from "../../convex/external/stripe/events.ts";
import { weekMs, weekStart } from "../../shared/time/week.ts";
import {
  balances,
  finish,
  makeCharity,
  makeGiver,
  pay,
  thisWeek,
} from "../support/convex/givers.ts";
import { event, invoice, plazaToldByStripe } from "../support/convex/stripeEvents.ts";
import { as, leo, pass, type Plaza, rows, settled, startPlaza } from "../support/convex/plaza.ts";
import { talk, wordsOf } from "../support/access/chats.ts";

// Refunds, disputes, credit notes and foreign events: the books follow what was really kept.

const charge = (refunded: number, given: object = {}) => ({
  id: "ch_1",
  object: "charge",
  customer: "cus_31",
  amount: 500,
  amount_captured: 500,
  amount_refunded: refunded,
  currency: "usd",
  ...given,
});
const dispute = (status: string, given: object = {}) => ({
  id: "dp_1",
  object: "dispute",
  charge: charge(0),
  amount: 500,
  currency: "usd",
  status,
  ...given,
});

/** Takes a verified event, as the webhook's route does. */
async function take(t: Plaza, type: string, object: object, created?: number): Promise<void> {
  const read = readStripeEvent(JSON.parse(event(type, object, created ? { created } : {})));
  if (!read) throw new Error(`${type} was not read`);
  await t.mutation(internal.giving.takeEvent, { event: read });
  await settled(t);
}

async function distribute(t: Plaza, week: number) {
  await as(t, leo).mutation(api.portfolioManager.distributeFunds, { weekStartDate: week });
  await finish(t, week);
  const run = (await rows(t, "distributionRuns")).find((row) => row.weekStartDate === week);
  if (run?.distributedAt === undefined) throw new Error("the week was not distributed");
  return run;
}

async function checked(t: Plaza) {
  await t.mutation(internal.scheduled.checkBooks, {});
  await settled(t);
  return (await rows(t, "bookChecks")).at(-1)?.problems;
}

/** A city with room for everything, and two givers who have paid $5 and $10. */
async function community() {
  const t = startPlaza();
  await makeCharity(t, { name: "Soup", urgency: 80, gap: 10_000_000 });
  const one = await makeGiver(t, 31);
  const two = await makeGiver(t, 32, { amount: 1000 });
  await pay(t, one);
  await pay(t, two);
  return { t, one, two, week: thisWeek() };
}

describe("before the week's run", () => {
  test.each([
    ["a whole refund", 500, 1000],
    ["a part of one", 200, 1300],
  ])("%s is not distributed", async (_name, refunded, given) => {
    const { t, week } = await community();
    await take(t, "charge.refunded", charge(refunded));
    expect((await distribute(t, week)).given).toBe(given);
    expect(await balances(t)).toEqual({ stripe: -given, held: 0, charity: given });
    expect(await checked(t)).toEqual([]);
  });

  test("refunds are sums: told twice, and in parts, they count once", async () => {
    const { t, week } = await community();
    for (const refunded of [100, 300, 100, 300]) await take(t, "charge.refunded", charge(refunded));
    expect((await distribute(t, week)).given).toBe(1200);
  });

  test("a dispute takes the money, and gives it back where it is won", async () => {
    const { t, week } = await community();
    const now = Date.now();
    await take(t, "charge.dispute.created", dispute("needs_response"), now);
    await take(t, "charge.dispute.funds_withdrawn", dispute("needs_response"), now);
    expect((await balances(t)).held).toBe(1000);
    await take(t, "charge.dispute.closed", dispute("won"), now + 60_000);
    await take(t, "charge.dispute.funds_reinstated", dispute("won"), now + 60_000);
    // The first one, again and late.
    await take(t, "charge.dispute.created", dispute("needs_response"), now);
    expect((await balances(t)).held).toBe(1500);
    expect((await distribute(t, week)).given).toBe(1500);
    expect(await checked(t)).toEqual([]);
  });

  test.each(["warning_needs_response", "prevented"])(
    "an inquiry (%s) takes nothing",
    async (is) => {
      const { t, week } = await community();
      await take(t, "charge.dispute.created", dispute(is));
      expect((await distribute(t, week)).given).toBe(1500);
    },
  );

  test("a refund and a lost dispute of one charge never take more than the charge", async () => {
    const { t } = await community();
    await take(t, "charge.refunded", charge(400));
    await take(t, "charge.dispute.closed", dispute("lost"));
    expect((await balances(t)).held).toBe(1000);
  });

  test("a credit note takes what was paid out outside of Stripe, and nothing else", async () => {
    const { t, week } = await community();
    const note = { id: "cn_1", customer: "cus_31", currency: "usd", amount: 500, status: "issued" };
    await take(t, "credit_note.created", { ...note, out_of_band_amount: null });
    expect((await balances(t)).held).toBe(1500);
    await take(t, "credit_note.created", { ...note, id: "cn_2", out_of_band_amount: 300 });
    expect((await balances(t)).held).toBe(1200);
    const isVoid = { ...note, id: "cn_2", out_of_band_amount: 300, status: "void" };
    await take(t, "credit_note.voided", isVoid);
    expect((await distribute(t, week)).given).toBe(1500);
  });

  test("money in another currency, and of customers of nobody here, changes nothing", async () => {
    const { t } = await community();
    await take(t, "charge.refunded", charge(500, { id: "ch_2", customer: "cus_elsewhere" }));
    expect(
      readStripeEvent(JSON.parse(event("charge.refunded", charge(5, { currency: "eur" })))),
    ).toBe(null);
    expect((await balances(t)).held).toBe(1500);
  });

  test("the giver is told, and sees it in the report of the week", async () => {
    const { t, week } = await community();
    await take(t, "charge.refunded", charge(200));
    const notices = (await rows(t, "deliveries")).flatMap(({ task }) =>
      task.kind === "notice" && task.notice.kind === "payment-returned" ? [task.notice.amount] : [],
    );
    expect(notices).toEqual([200]);
    await distribute(t, week);
    expect(wordsOf(await talk(t, "telegram:31").command("impact"))).toContain(
      "$2 of what you paid",
    );
  });
});

describe("after the week's run", () => {
  test("the giver's own next gift makes up for it first", async () => {
    const { t, one, two, week } = await community();
    await distribute(t, week);
    await pass(t, weekMs);
    await take(t, "charge.refunded", charge(500));
    await pay(t, one);
    await pay(t, two);
    const run = await distribute(t, week + weekMs);
    expect([run.given, run.corrected ?? 0]).toEqual([1000, 0]);
    expect(await balances(t)).toEqual({ stripe: -2500, held: 0, charity: 2500 });
    expect(await checked(t)).toEqual([]);
  });

  test("else the city's gifts do, each in proportion, and everybody sees it", async () => {
    const { t, two, week } = await community();
    await distribute(t, week);
    await pass(t, weekMs);
    await take(t, "charge.refunded", charge(500));
    const three = await makeGiver(t, 33, { amount: 3000 });
    await pay(t, two);
    await pay(t, three);
    const preview = await as(t, leo).action(api.portfolioManager.getDistributionPreview, {
      weekStartDate: week + weekMs,
    });
    expect(preview).toMatchObject([{ amount: 4000, corrected: 500, toGive: 3500 }]);
    const run = await distribute(t, week + weekMs);
    expect([run.given, run.corrected]).toEqual([3500, 500]);
    const parts = (await rows(t, "gifts")).flatMap(({ corrected }) => corrected ?? []);
    expect(parts.toSorted((a, b) => a - b)).toEqual([125, 375]);
    expect(await checked(t)).toEqual([]);
    expect(wordsOf(await talk(t, leo).command("distribution"))).toContain(
      "$5 of the gifts makes up",
    );
    expect(wordsOf(await talk(t, "telegram:32").command("impact"))).toContain("$1.25 of your gift");
  });

  test("what a week cannot make up for, the next ones do; after a month, any city", async () => {
    const { t, week } = await community();
    await distribute(t, week);
    await makeCharity(t, { name: "Bikes", city: "Cali", urgency: 50, gap: 10_000_000 });
    const far = await makeGiver(t, 41, { city: "Cali", amount: 200 });
    await pass(t, weekMs);
    await take(t, "charge.refunded", charge(500));
    const corrected: number[] = [];
    for (let number = 1; number <= 8; number++) {
      await pay(t, far);
      const run = await distribute(t, week + number * weekMs);
      corrected.push(run.corrected ?? 0);
      expect(await checked(t)).toEqual([]);
      await pass(t, weekMs);
    }
    expect(corrected).toEqual([0, 0, 0, 0, 200, 200, 100, 0]);
    expect(await balances(t)).toMatchObject({ held: 0 });
  });
});

test("what is told before the payment is booked when the payment is known", async () => {
  const { t, user, tell } = await plazaToldByStripe();
  const refund = charge(500, { customer: "cus_1" });
  expect(await tell(event("charge.refunded", refund))).toBe(200);
  expect(await rows(t, "bookEntries")).toEqual([]);
  expect(await tell(event("invoice.paid", invoice(user._id)))).toBe(200);
  expect(await balances(t)).toEqual({ stripe: 0, held: 0, charity: 0 });
  expect(await rows(t, "gifts")).toEqual([]);
});

test("a dispute that names its charge alone is found by the payment that made it", async () => {
  const { t, user, tell } = await plazaToldByStripe();
  await tell(event("invoice.paid", invoice(user._id)));
  const payment = {
    id: "pi_1",
    object: "payment_intent",
    customer: "cus_1",
    amount: 500,
    amount_received: 500,
    currency: "usd",
    created: 1,
    latest_charge: "ch_1",
  };
  await tell(event("payment_intent.succeeded", payment));
  await tell(event("charge.dispute.created", dispute("needs_response", { charge: "ch_1" })));
  expect((await balances(t)).held).toBe(0);
});

test("what was paid outside of Stripe is not money that Stripe has", async () => {
  const { t, user, tell } = await plazaToldByStripe();
  const elsewhere = { paid_out_of_band: true };
  const recorded = { id: "in_2", payments: { data: [{ payment: { type: "payment_record" } }] } };
  expect(await tell(event("invoice.paid", invoice(user._id, elsewhere)))).toBe(200);
  expect(await tell(event("invoice.paid", invoice(user._id, recorded)))).toBe(200);
  for (const type of ["invoice.voided", "invoice.marked_uncollectible"])
    expect(await tell(event(type, invoice(user._id, { id: "in_3", amount_paid: 0 })))).toBe(200);
  expect(await rows(t, "bookEntries")).toEqual([]);
});

describe("events of another account or mode are refused", () => {
  const foreign = (more: object) => (body: string) =>
    JSON.stringify({ ...(JSON.parse(body) as object), ...more });

  test.each([
    ["a connected account's", { account: "acct_other" }, "sk_test_1234"],
    ["live, where the key is of test mode", { livemode: true }, "sk_test_1234"],
    ["test, where the key is of live mode", { livemode: false }, "rk_live_1234"],
  ])("%s", async (_name, more, key) => {
    const { t, user, tell } = await plazaToldByStripe();
    vi.stubEnv("STRIPE_SECRET_KEY", key);
    const body = foreign(more)(event("invoice.paid", invoice(user._id)));
    expect(await tell(body)).toBe(400);
    expect(await rows(t, "bookEntries")).toEqual([]);
  });

  test("but an account's own word about itself reaches its owner", async () => {
    const { t, user, tell } = await plazaToldByStripe();
    vi.stubEnv("STRIPE_SECRET_KEY", "sk_test_1234");
    const account = {
      id: "acct_1",
      object: "account",
      metadata: { plazaUser: user._id },
      charges_enabled: false,
      payouts_enabled: false,
      requirements: { currently_due: ["x"], past_due: [], disabled_reason: null },
    };
    const body = foreign({ account: "acct_1" })(event("account.updated", account));
    expect(await tell(body)).toBe(200);
    expect(await rows(t, "webhookEvents")).toHaveLength(1);
  });
});

test("whatever is paid and returned, all that was kept is given, and the books are right", async () => {
  const act = fc.oneof(
    fc.record({ do: fc.constant("pay" as const), who: fc.nat(3) }),
    fc.record({ do: fc.constant("refund" as const), who: fc.nat(3), cents: fc.nat(500) }),
    fc.record({
      do: fc.constant("dispute" as const),
      who: fc.nat(3),
      status: fc.constantFrom("needs_response", "lost", "won", "warning_closed"),
    }),
    fc.record({ do: fc.constant("week" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      const t = startPlaza();
      for (const city of ["Bogotá", "Cali"])
        await makeCharity(t, { name: city, city, urgency: 50, gap: 10_000_000 });
      const givers = [];
      for (const number of [0, 1, 2, 3])
        givers.push(await makeGiver(t, 31 + number, { city: number < 2 ? "Bogotá" : "Cali" }));
      let week = thisWeek();
      const nextWeek = async () => {
        const due = (await rows(t, "gifts")).some((gift) => gift.weekStartDate === week);
        if (due) await distribute(t, week);
        await pass(t, weekMs);
        week = weekStart(Date.now());
        expect((await checked(t)) ?? []).toEqual([]);
      };
      for (const one of acts) {
        if (one.do === "week") await nextWeek();
        else {
          const giver = givers[one.who];
          if (!giver) throw new Error("nobody");
          const of = { id: `ch_${one.who}`, customer: giver.stripeCustomerId };
          if (one.do === "pay") await pay(t, giver);
          else if (one.do === "refund") await take(t, "charge.refunded", charge(one.cents, of));
          else {
            const about = { id: `dp_${one.who}`, charge: charge(0, of) };
            await take(t, "charge.dispute.updated", dispute(one.status, about));
          }
        }
        expect((await rows(t, "gifts")).every(({ amount }) => amount > 0)).toBe(true);
      }
      // Weeks in which everybody pays make up for everything that was returned.
      for (let number = 0; number < 6; number++) {
        for (const giver of givers) await pay(t, giver);
        await nextWeek();
      }
      const { stripe, held, charity } = await balances(t);
      expect({ held, kept: -stripe }).toEqual({ held: 0, kept: charity });
      expect((await rows(t, "corrections")).filter(({ isOpen }) => isOpen)).toEqual([]);
    }),
    { numRuns: 12 },
  );
});
