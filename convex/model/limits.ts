import { defineRateLimits } from "convex-helpers/server/rateLimit";
import type { MutationCtx } from "../_generated/server.js";
import { refusal } from "./refusal.ts";

// How often somebody may try. What is counted in a transaction that then refuses is not counted:
// whoever counts a miss gives it back as data.

const { rateLimit, checkRateLimit } = defineRateLimits({
  link: { kind: "fixed window", rate: 5, period: 60 * 60 * 1000 },
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
