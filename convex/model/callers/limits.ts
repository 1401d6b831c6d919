import { defineRateLimits } from "convex-helpers/server/rateLimit";
import type { MutationCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";
import type { Doc } from "../../_generated/dataModel.js";

// Rate limits per caller. A refusal rolls its transaction back, and the count with it: functions
// that count failures return them as data instead of throwing.

const hour = 60 * 60 * 1000;
const { rateLimit, checkRateLimit } = defineRateLimits({
  link: { kind: "fixed window", rate: 5, period: hour },
  apply: { kind: "fixed window", rate: 3, period: 24 * hour },
  pay: { kind: "fixed window", rate: 12, period: hour },
});

/** Counts one try at linking; false after five within an hour. */
export async function countLinkTry(ctx: MutationCtx, key: string): Promise<boolean> {
  return (await rateLimit(ctx, { name: "link", key })).ok;
}

/**
 * Checks without counting that the caller has a try at linking left.
 *
 * @throws too-many-tries
 */
export async function requireLinkTry(ctx: MutationCtx, key: string): Promise<void> {
  const { ok } = await checkRateLimit(ctx, { name: "link", key });
  if (!ok) throw refusal("too-many-tries");
}

/**
 * Counts a payment page: twelve within an hour, because each is a request to Stripe.
 *
 * @throws too-many-tries
 */
export async function requirePaymentPage(ctx: MutationCtx, key: string): Promise<void> {
  const { ok } = await checkRateLimit(ctx, { name: "pay", key });
  if (!ok) throw refusal("too-many-tries");
}

export async function countPaymentPage(ctx: MutationCtx, key: string): Promise<void> {
  await rateLimit(ctx, { name: "pay", key });
}

/**
 * Counts an application: three within a day, because each is a card for moderators.
 *
 * @throws too-many-applications
 */
export async function countApplication(ctx: MutationCtx, key: string): Promise<void> {
  const { ok } = await rateLimit(ctx, { name: "apply", key });
  if (!ok) throw refusal("too-many-applications");
}

type Entry = Omit<Doc<"auditLog">, "_id" | "_creationTime" | "at">;

/** Writes an audit log entry, in the transaction of the change. */
export async function audit(ctx: MutationCtx, entry: Entry, now: number): Promise<void> {
  await ctx.db.insert("auditLog", { ...entry, at: now });
}
