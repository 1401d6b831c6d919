import type { ShareFacts } from "../../../shared/money/shareFacts.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { runOf } from "./weekView.ts";

// Which shares of a week the model is asked to explain, and what is kept of its words.

/** Shares handed out at a time: what one action has done in a few minutes. */
const page = 20;

export type ShareToExplain = { allocationId: Id<"allocations">; category: string } & ShareFacts;

/**
 * Hands out the next shares of a week, the largest first: each once, and never more than `budget` in
 * all, whatever stops in between. `isLast`: there are no more. Nothing of a week that is not being
 * explained.
 */
export async function handOut(
  ctx: MutationCtx,
  weekStartDate: number,
  budget: number,
  now: number,
): Promise<{ shares: ShareToExplain[]; isLast: boolean }> {
  const run = await runOf(ctx, weekStartDate);
  const nothing = { shares: [], isLast: true };
  if (run?.state !== "explaining") return nothing;
  const { handedOut, cursor, isDone } = run.explaining ?? begun;
  const left = budget - handedOut;
  if (isDone || left <= 0) return nothing;
  const rows = await ctx.db
    .query("allocations")
    .withIndex("by_week_and_amount", (q) => q.eq("weekStartDate", weekStartDate).gt("amount", 0))
    .order("desc")
    .paginate({ numItems: Math.min(page, left), cursor });
  const explaining = {
    handedOut: handedOut + rows.page.length,
    cursor: rows.continueCursor,
    isDone: rows.isDone,
  };
  await ctx.db.patch("distributionRuns", run._id, { explaining, progressAt: now });
  const shares = await Promise.all(rows.page.map(async (row) => await toExplain(ctx, row)));
  const isLast = rows.isDone || explaining.handedOut >= budget;
  return { shares: shares.filter((share) => share !== null), isLast };
}

const begun = { handedOut: 0, cursor: null, isDone: false };

async function toExplain(
  ctx: MutationCtx,
  row: Doc<"allocations">,
): Promise<ShareToExplain | null> {
  const { _id: allocationId, weekStartDate, cityKey, urgency, gap, amount, givers } = row;
  const charity = await ctx.db.get("charities", row.charityId);
  if (!charity || row.explanation) return null;
  const cityRun = await ctx.db
    .query("cityRuns")
    .withIndex("by_week_and_city", (q) =>
      q.eq("weekStartDate", weekStartDate).eq("cityKey", cityKey),
    )
    .unique();
  return {
    allocationId,
    charity: nameOf(charity.name, 80),
    city: nameOf(row.city, 40),
    category: nameOf(charity.category, 40),
    urgency,
    gap,
    amount,
    cityTotal: cityRun?.toGive ?? 0,
    givers,
    weekStartDate,
  };
}

/** A stranger's words on one line, without what turns or hides text. */
function nameOf(text: string, longest: number): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return Array.from(line).slice(0, longest).join("").trim();
}

export type Explained = { allocationId: Id<"allocations">; amount: number; en: string; es: string };

/** Keeps explanations of shares that have none, and are still what was explained. */
export async function keepExplanations(ctx: MutationCtx, texts: Explained[]): Promise<void> {
  for (const { allocationId, amount, en, es } of texts) {
    const row = await ctx.db.get("allocations", allocationId);
    if (row && row.amount === amount && !row.explanation)
      await ctx.db.patch("allocations", allocationId, { explanation: { en, es } });
  }
}
