import { internal } from "../../../convex/_generated/api.js";
import type { Doc, Id } from "../../../convex/_generated/dataModel.js";
import { takePayment } from "../../../convex/model/giving/payments.ts";
import { cityKeyOf } from "../../../shared/money/city.ts";
import { weekStart } from "../../../shared/time/week.ts";
import { charityRow, needRow } from "./charityRows.ts";
import { type Plaza, rows, settled } from "./plaza.ts";

// A community that gives: charities with needs, givers and their payments.

type Need = { urgency: number; gap: number };

/** Inserts an approved charity with one need. */
export async function makeCharity(
  t: Plaza,
  { name, city = "Bogotá", urgency, gap }: { name: string; city?: string } & Need,
): Promise<Id<"charities">> {
  return await t.run(async ({ db }) => {
    const cityKey = cityKeyOf(city);
    const charityId = await db.insert("charities", charityRow({ name, city, cityKey }));
    const given = { cityKey, urgencyScore: urgency, fundingGap: gap };
    await db.insert("needsData", needRow(charityId, given));
    return charityId;
  });
}

/** Inserts a user with an active subscription and one chat account, "telegram:<number>". */
export async function makeGiver(
  t: Plaza,
  number: number,
  { city = "Bogotá", amount = 500 }: { city?: string; amount?: number } = {},
): Promise<Doc<"subscriptions">> {
  return await t.run(async ({ db }) => {
    const userId = await db.insert("users", {
      primaryAuthMethod: "social",
      role: "member",
      accountStatus: "active",
      plan: "free",
      storageUsedBytes: 0,
      lastLoginAt: 0,
      city,
    });
    await db.insert("chatAccounts", {
      platform: "telegram",
      platformUserId: String(number),
      userId,
      displayName: `Giver ${number}`,
      settingsChangedAt: 0,
    });
    const id = await db.insert("subscriptions", {
      userId,
      amount,
      status: "active",
      stripeSubscriptionId: `sub_${number}`,
      stripeCustomerId: `cus_${number}`,
      city,
      cityKey: cityKeyOf(city),
      startDate: 0,
      stripeAt: 0,
      createdAt: 0,
      updatedAt: 0,
    });
    const made = await db.get("subscriptions", id);
    if (!made) throw new Error("the subscription is not there");
    return made;
  });
}

/** Takes a payment; by default now, and with the subscription's amount. */
export async function pay(
  t: Plaza,
  subscription: Doc<"subscriptions">,
  { amount = subscription.amount, at = Date.now() } = {},
): Promise<void> {
  const invoiceId = `in_${(await rows(t, "bookEntries")).length}`;
  await t.run(
    async (ctx) => await takePayment(ctx, subscription, { invoiceId, amount, paidAt: at }, at),
  );
}

/** Runs a week to its end, without explanations. */
export async function finish(t: Plaza, weekStartDate: number): Promise<void> {
  await settled(t);
  await t.mutation(internal.portfolioManager.explained, { weekStartDate });
  await settled(t);
}

export const thisWeek = () => weekStart(Date.now());

/** The ledger's balances in cents: paid to Stripe, held, and given to charities. */
export async function balances(t: Plaza) {
  const sums = { stripe: 0, held: 0, charity: 0 };
  for (const { lines } of await rows(t, "bookEntries"))
    for (const { account, amount } of lines) sums[account] += amount;
  return sums;
}

/** All rows that a run writes, without times and ids. */
export async function written(t: Plaza) {
  const tables = ["bookEntries", "distributions", "gifts", "allocations", "cityRuns"] as const;
  const all: Record<string, unknown[]> = {};
  for (const table of tables) all[table] = (await rows(t, table)).map(essential);
  all["runs"] = (await rows(t, "distributionRuns")).map(essential);
  all["needs"] = (await rows(t, "needsData")).map(essential);
  all["reports"] = (await rows(t, "reports")).map(essential);
  return all;
}

const incidental = new Set([
  "_id",
  "_creationTime",
  "at",
  "distributionDate",
  "createdAt",
  "startedAt",
  "progressAt",
  "distributedAt",
  "finishedAt",
  "generatedAt",
  "lastUpdated",
]);

function essential(row: object): unknown {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !incidental.has(name)));
}
