import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { mergeUsers } from "../../convex/model/accounts/merge.ts";
import { weeklyAmounts } from "../../shared/money/money.ts";
import {
  give,
  giveAndPay,
  ledgerBalances,
  makeGiver,
  mia,
  mine,
  plazaWithStripe,
  quiet,
} from "../support/convex/giving.ts";
import { makePerson, refused } from "../support/convex/people.ts";
import { as, begin, day, leo, minute, pass, rows, settled } from "../support/convex/plaza.ts";

const week = 7 * day;

describe("beginning", () => {
  test("a payment on the page is a gift, and is in the ledger", async () => {
    const world = await plazaWithStripe();
    await makeGiver(world.t);
    await giveAndPay(world, 500);
    expect(await mine(world.t)).toEqual([
      {
        amount: 500,
        status: "active",
        city: "Vigo",
        startDate: begin,
        nextPaymentAt: begin + week,
      },
    ]);
    expect(await ledgerBalances(world.t)).toEqual({ paid: 500, held: 500, gifts: 500 });
    expect(world.stripe.paidInAll()).toBe(500);
    expect(await rows(world.t, "checkouts")).toEqual([]);
  });

  test("a double tap creates one page and one customer", async () => {
    const { t, stripe } = await plazaWithStripe();
    await makeGiver(t);
    const [one, other] = await Promise.all([give(t, 500), give(t, 500)]);
    expect(one).toEqual(other);
    expect(await give(t, 500)).toEqual(one);
    expect(stripe.sessions()).toHaveLength(1);
  });

  test("another amount closes the former page", async () => {
    const { t, stripe } = await plazaWithStripe();
    await makeGiver(t);
    await give(t, 500);
    await give(t, 1000);
    expect(stripe.sessions().map(({ amount_total, status }) => [amount_total, status])).toEqual([
      [1000, "open"],
      [500, "expired"],
    ]);
    expect(await rows(t, "checkouts")).toHaveLength(1);
  });

  test("twelve pages an hour are the limit", async () => {
    const { t, stripe } = await plazaWithStripe();
    await makeGiver(t);
    for (let page = 0; page < 12; page++) await give(t, page % 2 === 0 ? 500 : 1000);
    expect(await refused(give(t, 500))).toBe("too-many-tries");
    expect(stripe.sessions()).toHaveLength(12);
    // The open page is returned still, and after an hour another one can be created.
    expect((await give(t, 1000)).is).toBe("page");
    await pass(t, 61 * minute);
    expect((await give(t, 500)).is).toBe("page");
  });

  test("a page that was paid before its webhook arrives is the gift that changes", async () => {
    const world = await plazaWithStripe();
    const { t, stripe } = world;
    await makeGiver(t);
    const given = await give(t, 500);
    stripe.hold();
    await stripe.pay(given.is === "page" ? (given.url.split("/").at(-1) ?? "") : "");
    expect(await give(t, 1000)).toEqual({ is: "changed" });
    expect(stripe.subscriptions()).toHaveLength(1);
    await stripe.release("shuffled");
    await quiet(world);
    expect((await mine(t)).map(({ amount }) => amount)).toEqual([1000]);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
  });

  test("two pages paid at once leave one gift; both payments are in the ledger", async () => {
    const world = await plazaWithStripe();
    const { t, stripe } = world;
    await makeGiver(t);
    const first = await give(t, 500);
    // The page's row is deleted, as if two requests had run concurrently.
    await t.run(async ({ db }) => {
      for (const { _id } of await db.query("checkouts").collect()) await db.delete(_id);
    });
    const second = await give(t, 300);
    stripe.hold();
    for (const page of [first, second])
      if (page.is === "page") await stripe.pay(page.url.split("/").at(-1) ?? "");
    await stripe.release("newest-first");
    await quiet(world);
    const live = stripe.subscriptions().filter(({ status }) => status === "active");
    expect(live).toHaveLength(1);
    expect((await mine(t)).filter(({ status }) => status !== "cancelled")).toHaveLength(1);
    expect(await ledgerBalances(t)).toEqual({ paid: 800, held: 800, gifts: 800 });
  });

  test.each([0, 1, 99, 499, 250.5, -500, 20_000])("%d cents are refused", async (amount) => {
    const { t, stripe } = await plazaWithStripe();
    await makeGiver(t);
    expect(await refused(give(t, amount))).toBe("bad-amount");
    expect(stripe.sessions()).toEqual([]);
  });

  test("every amount on offer is accepted", async () => {
    const { t } = await plazaWithStripe();
    await makeGiver(t);
    for (const amount of weeklyAmounts) expect(await refused(give(t, amount))).toBe("allowed");
  });

  test("a member without a city is asked for it first", async () => {
    const { t } = await plazaWithStripe();
    await makeGiver(t, { city: "?!" });
    expect(await refused(give(t, 500))).toBe("no-city");
    await as(t, mia).mutation(api.profiles.update, { city: "Vigo" });
    expect(await refused(give(t, 500))).toBe("allowed");
  });

  test("without Stripe's key it is refused with a code", async () => {
    const { t } = await plazaWithStripe();
    await makeGiver(t);
    vi.stubEnv("STRIPE_SECRET_KEY", "");
    expect(await refused(give(t, 500))).toBe("no-giving");
  });

  test("while Stripe is unavailable nothing changes, and its error is not passed on", async () => {
    const { t, stripe } = await plazaWithStripe();
    await makeGiver(t);
    for (const only of ["customers", "sessions"]) {
      stripe.fault({ kind: "500", count: 1, only });
      expect(await refused(give(t, 500))).toBe("giving-away");
    }
    expect(await refused(give(t, 500))).toBe("allowed");
    expect(stripe.sessions()).toHaveLength(1);
  });

  test("a customer that Stripe no longer knows is created again", async () => {
    const world = await plazaWithStripe();
    await makeGiver(world.t, { stripeCustomerId: "cus_of_its_tests" });
    await giveAndPay(world, 500);
    const [subscription] = world.stripe.subscriptions();
    const [user] = await rows(world.t, "users");
    expect(user?.stripeCustomerId).toBe(subscription?.customer);
  });

  test("a response that is lost after the page was created leads to no second page", async () => {
    const { t, stripe } = await plazaWithStripe();
    await makeGiver(t);
    stripe.fault({ kind: "500-after", count: 1, only: "sessions" });
    expect(await refused(give(t, 500))).toBe("giving-away");
    expect(await refused(give(t, 500))).toBe("allowed");
    expect(stripe.sessions()).toHaveLength(1);
  });
});

describe("an existing gift", () => {
  async function givenFive() {
    const world = await plazaWithStripe();
    await makeGiver(world.t);
    await giveAndPay(world, 500);
    return world;
  }

  test("changes from the next week on, and is not paid twice", async () => {
    const world = await givenFive();
    const { t, stripe } = world;
    expect(await give(t, 2000)).toEqual({ is: "changed" });
    expect((await mine(t)).map(({ amount }) => amount)).toEqual([2000]);
    await quiet(world);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
    await pass(t, week);
    await stripe.renew();
    await quiet(world);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 2500 });
    expect(await rows(t, "subscriptions")).toHaveLength(1);
  });

  test("Stripe's answers count by Stripe's clock, which can differ from ours", async () => {
    const world = await plazaWithStripe(minute);
    const { t } = world;
    await makeGiver(t);
    await giveAndPay(world, 500);
    await as(t, mia).action(api.subscriptions.pauseSubscription, {});
    const [row] = await rows(t, "subscriptions");
    expect(row).toMatchObject({ stripeFrom: "answer", stripeAt: begin - minute });
  });

  test("is not charged while paused, and continues when resumed", async () => {
    const world = await givenFive();
    const { t, stripe } = world;
    await as(t, mia).action(api.subscriptions.pauseSubscription, {});
    const [paused] = await mine(t);
    expect(paused).toMatchObject({ status: "paused" });
    expect(paused).not.toHaveProperty("nextPaymentAt");
    await pass(t, week);
    await stripe.renew();
    await quiet(world);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
    await as(t, mia).action(api.subscriptions.resumeSubscription, {});
    await pass(t, week);
    await stripe.renew();
    await quiet(world);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 1000 });
    expect(await mine(t)).toMatchObject([{ status: "active" }]);
  });

  test("ends for good when cancelled, and a new one can begin", async () => {
    const world = await givenFive();
    const { t, stripe } = world;
    await as(t, mia).action(api.subscriptions.cancelSubscription, {});
    expect(await mine(t)).toMatchObject([{ status: "cancelled" }]);
    await stripe.repeatAll(2);
    await quiet(world);
    expect(await mine(t)).toMatchObject([{ status: "cancelled" }]);
    await pass(t, minute);
    await giveAndPay(world, 300);
    expect(await mine(t)).toMatchObject([
      { amount: 300, status: "active" },
      { amount: 500, status: "cancelled" },
    ]);
    // The former customer is used again.
    expect(new Set(stripe.subscriptions().map(({ customer }) => customer)).size).toBe(1);
  });

  test("follows its owner's city", async () => {
    const { t } = await givenFive();
    await as(t, mia).mutation(api.profiles.update, { city: " Ciudad de México " });
    expect(await rows(t, "subscriptions")).toMatchObject([{ cityKey: "ciudad de mexico" }]);
    const page = await t.query(internal.subscriptions.getActiveSubscriptionsByCity, {
      city: "ciudad de mexico",
      paginationOpts: { numItems: 10, cursor: null },
    });
    expect(page.page).toHaveLength(1);
  });

  test("moves to the remaining user of a merge, and to their city", async () => {
    const { t } = await givenFive();
    const [gone] = await rows(t, "users");
    const older = await makePerson(t, { accountStatus: "active", city: "Puebla" });
    if (!gone) throw new Error("nobody gives");
    await t.run(async (ctx) => {
      // In a merge the older user remains.
      const kept = { ...older, _creationTime: 0 };
      await mergeUsers(ctx, kept, gone, "test", begin);
    });
    expect(await rows(t, "subscriptions")).toMatchObject([
      { userId: older._id, city: "Puebla", cityKey: "puebla" },
    ]);
    expect(await mine(t)).toMatchObject([{ amount: 500, city: "Puebla" }]);
  });

  test("a failed payment is notified once, changes no ledger entry, and is shown until one succeeds", async () => {
    const world = await givenFive();
    const { t, stripe } = world;
    const [user] = await rows(t, "users");
    stripe.setCard(user?._id ?? "", false);
    await pass(t, week);
    await stripe.renew();
    await pass(t, day);
    await stripe.renew();
    await stripe.repeatAll(2);
    await quiet(world);
    expect(await ledgerBalances(t)).toMatchObject({ paid: 500 });
    expect((await mine(t))[0]).toMatchObject({ status: "active", failedAt: begin + week + day });
    const told = (await rows(t, "deliveries")).filter(
      ({ task }) => task.kind === "notice" && task.notice.kind === "payment-failed",
    );
    expect(told).toHaveLength(1);
    stripe.setCard(user?._id ?? "", true);
    await pass(t, day);
    await stripe.renew();
    await quiet(world);
    expect((await mine(t))[0]).not.toHaveProperty("failedAt");
    expect(await ledgerBalances(t)).toMatchObject({ paid: 1000 });
  });
});

describe("a giver who is blocked or leaves", () => {
  async function givenFive() {
    const world = await plazaWithStripe();
    const user = await makeGiver(world.t);
    await giveAndPay(world, 500);
    const status = async (event: "suspend" | "ban" | "restore") => {
      await as(world.t, leo).mutation(api.users.setStatus, { userId: user._id, event });
      await quiet(world);
    };
    return { ...world, user, status };
  }

  test("is not charged while suspended, can cancel, and is not resumed automatically", async () => {
    const { t, stripe, status } = await givenFive();
    await status("suspend");
    expect(stripe.subscriptions()[0]?.pause_collection).not.toBeNull();
    expect(await mine(t)).toMatchObject([{ status: "paused" }]);
    expect(await refused(give(t, 1000))).toBe("suspended");
    const resume = async () => await as(t, mia).action(api.subscriptions.resumeSubscription, {});
    expect(await refused(resume())).toBe("suspended");
    await status("restore");
    expect(await mine(t)).toMatchObject([{ status: "paused" }]);
    expect(await refused(resume())).toBe("allowed");
    await status("ban");
    await as(t, mia).action(api.subscriptions.cancelSubscription, {});
    expect(stripe.subscriptions()[0]?.status).toBe("canceled");
  });

  test("is not charged after leaving, and the ledger stays", async () => {
    const world = await givenFive();
    const { t, stripe } = world;
    stripe.fault({ kind: "500", count: 2, only: "subscriptions" });
    await as(t, mia).mutation(api.users.softDelete, {});
    await settled(t);
    expect(stripe.subscriptions()[0]?.status).toBe("active");
    // Nothing is deleted before it is ended.
    expect(stripe.customers()).toHaveLength(1);
    // Stripe was unavailable: the request is retried.
    await pass(t, 10 * minute);
    expect(stripe.subscriptions()[0]?.status).toBe("canceled");
    expect(stripe.customers()).toEqual([]);
    await pass(t, week);
    await stripe.renew();
    await quiet(world);
    expect(await ledgerBalances(t)).toEqual({ paid: 500, held: 500, gifts: 500 });
  });

  test("a payment after leaving is posted to the ledger, and the gift ends at once", async () => {
    const world = await plazaWithStripe();
    const { t, stripe } = world;
    await makeGiver(t);
    const given = await give(t, 500);
    await t.run(async ({ db }) => {
      for (const { _id } of await db.query("checkouts").collect()) await db.delete(_id);
    });
    await as(t, mia).mutation(api.users.softDelete, {});
    await stripe.pay(given.is === "page" ? (given.url.split("/").at(-1) ?? "") : "");
    await quiet(world);
    expect(stripe.subscriptions()[0]?.status).toBe("canceled");
    expect(await ledgerBalances(t)).toEqual({ paid: 500, held: 500, gifts: 500 });
  });

  test("has no gift left after a ban and leaving, though the account stays blocked", async () => {
    const world = await givenFive();
    const { t, stripe, status } = world;
    await status("ban");
    expect(stripe.subscriptions()[0]?.status).toBe("active");
    await as(t, mia).mutation(api.users.softDelete, {});
    await quiet(world);
    expect(stripe.subscriptions()[0]?.status).toBe("canceled");
  });

  test("is deleted as a customer at Stripe, later if Stripe is unavailable", async () => {
    const world = await givenFive();
    const { t, stripe } = world;
    const [customer] = stripe.customers();
    stripe.fault({ kind: "500", count: 2, only: "customers" });
    await as(t, mia).mutation(api.users.softDelete, {});
    await settled(t);
    expect(stripe.customers()).toEqual([customer]);
    await pass(t, 10 * minute);
    expect(stripe.customers()).toEqual([]);
    // What Stripe says afterwards brings the id back nowhere.
    await quiet(world);
    const tables = ["users", "subscriptions", "stripeCharges", "receipts"] as const;
    for (const table of tables)
      expect(JSON.stringify(await rows(t, table))).not.toContain(customer?.id ?? "none");
    expect(await ledgerBalances(t)).toEqual({ paid: 500, held: 500, gifts: 500 });
  });

  test("leaving closes the open page", async () => {
    const world = await plazaWithStripe();
    const { t, stripe } = world;
    await makeGiver(t);
    await give(t, 500);
    await as(t, mia).mutation(api.users.softDelete, {});
    await quiet(world);
    expect(stripe.sessions()[0]?.status).toBe("expired");
    expect(await rows(t, "checkouts")).toEqual([]);
  });

  test("unfinished changes are found by the daily cron", async () => {
    const world = await givenFive();
    const { t, stripe, user } = world;
    await t.run(({ db }) => db.patch("users", user._id, { deletedAt: begin }));
    await t.mutation(internal.giving.watch, { status: "active", cursor: null });
    await quiet(world);
    expect(stripe.subscriptions()[0]?.status).toBe("canceled");
  });

  test("a giver's export has their own giving only", async () => {
    const { t } = await givenFive();
    const kept = JSON.parse(await as(t, mia).query(api.users.exportMine, {})) as object;
    expect(kept).toMatchObject({
      subscriptions: [{ amount: 500 }],
      gifts: [{ paid: 500 }],
      reports: [],
    });
  });
});
