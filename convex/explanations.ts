import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { type ActionCtx, internalAction, internalMutation } from "./_generated/server.js";
import { explainer } from "./external/environment.ts";
import { type Model, write } from "./external/openai.ts";
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
// `checkExplanation` accepts all of its figures; elsewhere the template of
// `shared/messages/explanation.ts` is used.

/** Requests to the model at a time. */
const concurrency = 4;
const timeoutMs = 20_000;
/**
 * After this many failed calls in a row the service counts as down, and the run goes on without it.
 */
const maxConsecutiveFailures = 3;

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
  const model = { ...settings.model, timeoutMs };
  const next: { shares: ShareToExplain[]; isLast: boolean } = await ctx.runMutation(
    internal.explanations.take,
    { weekStartDate, budget },
  );
  let failures = 0;
  for (let from = 0; from < next.shares.length; from += concurrency) {
    const some = next.shares.slice(from, from + concurrency);
    const answers = await Promise.all(some.map(async (share) => await explain(share, model)));
    const texts = answers.filter((answer) => typeof answer === "object");
    if (texts.length > 0) await ctx.runMutation(internal.explanations.keep, { texts });
    const refused = answers.filter((answer) => answer === "refused").length;
    if (refused > 0) console.warn(`Explanations that could not be shown: ${refused}.`);
    for (const answer of answers) failures = answer === "away" ? failures + 1 : 0;
    if (failures >= maxConsecutiveFailures) {
      // The error itself is not logged: it can hold the request.
      console.warn("The model of the explanations is not asked any more: it does not answer.");
      return false;
    }
  }
  return !next.isLast;
}

async function explain(
  share: ShareToExplain,
  model: Model,
): Promise<Explained | "refused" | "away"> {
  const answer = await write(taskOf(share), model);
  if (answer.kind === "away") return "away";
  const text = answer.kind === "written" ? accepted(answer, share) : null;
  return text ? { allocationId: share.allocationId, amount: share.amount, ...text } : "refused";
}

const shareToExplain = v.object({
  allocationId: v.id("allocations"),
  charity: v.string(),
  city: v.string(),
  category: v.string(),
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
