import { defineRateLimits } from "convex-helpers/server/rateLimit";
import type { MutationCtx } from "../../_generated/server.js";
import { refusal } from "../refusal.ts";
import type { Doc } from "../../_generated/dataModel.js";

// How often somebody may try. What is counted in a transaction that then refuses is not counted:
// who counts a miss gives it back as data.

const hour = 60 * 60 * 1000;
const { rateLimit, checkRateLimit } = defineRateLimits({
  link: { kind: "fixed window", rate: 5, period: hour },
  apply: { kind: "fixed window", rate: 3, period: 24 * hour },
  pay: { kind: "fixed window", rate: 12, period: hour },
});

/** Counts one try at linking; false where there have been five within an hour. */
export async function countLinkTry(ctx: MutationCtx, key: string): Promise<boolean> {
  return (await rateLimit(ctx, { name: "link", key })).ok;
}

/** Refuses who has no try left, and counts nothing. */
export async function requireLinkTry(ctx: MutationCtx, key: string): Promise<void> {
  const { ok } = await checkRateLimit(ctx, { name: "link", key });
  if (!ok) throw refusal("too-many-tries");
}

/** Refuses who has had twelve payment pages made within an hour: each is asked of Stripe. */
export async function requirePaymentPage(ctx: MutationCtx, key: string): Promise<void> {
  const { ok } = await checkRateLimit(ctx, { name: "pay", key });
  if (!ok) throw refusal("too-many-tries");
}

export async function countPaymentPage(ctx: MutationCtx, key: string): Promise<void> {
  await rateLimit(ctx, { name: "pay", key });
}

/** Refuses who has applied three times within a day: each is a card that moderators read. */
export async function countApplication(ctx: MutationCtx, key: string): Promise<void> {
  const { ok } = await rateLimit(ctx, { name: "apply", key });
  if (!ok) throw refusal("too-many-applications");
}

type Entry = Omit<Doc<"auditLog">, "_id" | "_creationTime" | "at">;

/** Records who did what to whom, in the transaction that does it. */
export async function audit(ctx: MutationCtx, entry: Entry, now: number): Promise<void> {
  await ctx.db.insert("auditLog", { ...entry, at: now });
}
