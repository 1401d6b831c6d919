import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { type ActionCtx, internalAction, internalMutation } from "./_generated/server.js";
import { explainer } from "./external/environment.ts";
import type { Answer, Answers } from "./external/openai.ts";
import { explanation } from "./model/fields.ts";
import {
  accepted,
  type Explained,
  takeShares,
  storeExplanations,
  type ShareToExplain,
  taskOf,
} from "./model/giving/explanations.ts";

// Between the distribution and the reports, a language model explains the week's shares: once per
// share, the largest first, within the budget of a run. A text is shown only where
// `checkExplanation` accepts it; elsewhere the template of `shared/messages/report.ts` is used.

/**
 * Explains the next shares of a week and schedules itself again; after the last, the run goes on.
 */
export const explainWeek = internalAction({
  args: { weekStartDate: v.number() },
  returns: v.null(),
  handler: async (ctx, { weekStartDate }) => {
    // After an error the run goes on as well: the template explains the remaining shares.
    const goesOn = await explainNext(ctx, weekStartDate).catch(() => false);
    if (goesOn)
      await ctx.scheduler.runAfter(0, internal.explanations.explainWeek, { weekStartDate });
    else await ctx.runMutation(internal.portfolioManager.explained, { weekStartDate });
    return null;
  },
});

/** Explains one batch; returns whether there are more shares to explain. */
async function explainNext(ctx: ActionCtx, weekStartDate: number): Promise<boolean> {
  const settings = explainer();
  if (!settings) return false;
  const { budget } = settings;
  const { shares, isLast }: { shares: ShareToExplain[]; isLast: boolean } = await ctx.runMutation(
    internal.explanations.take,
    { weekStartDate, budget },
  );
  if (shares.length === 0) return !isLast;
  const { answers, isDown }: Answers = await ctx.runAction(internal.external.openai.writeAll, {
    tasks: shares.map(taskOf),
  });
  const texts = shares.flatMap((share, index) => explained(share, answers[index]));
  if (texts.length > 0) await ctx.runMutation(internal.explanations.keep, { texts });
  const away = answers.filter(({ kind }) => kind === "away").length;
  const refused = answers.length - away - texts.length;
  if (refused > 0) console.warn(`Explanations that could not be shown: ${refused}.`);
  // The error itself is not logged: it can hold the request.
  if (away > 0) console.warn(`Explanations for which the model did not answer: ${away}.`);
  return !isLast && !isDown;
}

function explained(share: ShareToExplain, answer: Answer | undefined): Explained[] {
  const text = answer?.kind === "written" ? accepted(answer, share) : null;
  return text ? [{ allocationId: share.allocationId, amount: share.amount, ...text }] : [];
}

const shareToExplain = v.object({
  allocationId: v.id("allocations"),
  charity: v.string(),
  city: v.string(),
  urgency: v.number(),
  gap: v.number(),
  amount: v.number(),
  cityTotal: v.number(),
  givers: v.number(),
  weekStartDate: v.number(),
});

/** Takes the next shares for the model, each at most once: a call costs money. */
export const take = internalMutation({
  args: { weekStartDate: v.number(), budget: v.number() },
  returns: v.object({ shares: v.array(shareToExplain), isLast: v.boolean() }),
  handler: async (ctx, { weekStartDate, budget }) =>
    await takeShares(ctx, weekStartDate, budget, Date.now()),
});

/** Stores texts that passed the check. */
export const keep = internalMutation({
  args: {
    texts: v.array(explanation.extend({ allocationId: v.id("allocations"), amount: v.number() })),
  },
  returns: v.null(),
  handler: async (ctx, { texts }) => {
    await storeExplanations(ctx, texts);
    return null;
  },
});
