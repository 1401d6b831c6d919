import { onTestFinished, vi } from "vitest";
import { startOpenaiEmulator } from "../../../bots/sandbox/services/openai/index.ts";
import { api, internal } from "../../../convex/_generated/api.js";
import { makeCharity, makeGiver, pay, thisWeek } from "./givers.ts";
import { as, leo, type Plaza, rows, settled, startPlaza } from "./plaza.ts";

// A week with shares to explain, and an emulated model over HTTP.

/** `names`: charities of one city; the first are the most urgent, and receive the most. */
export async function plazaWithModel(names = ["Soup", "Roof", "Casa 21"], budget?: string) {
  const t = startPlaza();
  const openai = await startOpenaiEmulator();
  onTestFinished(() => openai.close());
  vi.stubEnv("OPENAI_API_KEY", openai.apiKey);
  vi.stubEnv("OPENAI_BASE_URL", openai.url);
  if (budget !== undefined) vi.stubEnv("EXPLANATION_BUDGET", budget);
  for (const [index, name] of names.entries())
    await makeCharity(t, { name, urgency: 90 - index, gap: 123_456 });
  // Enough givers that their gifts reach every charity.
  for (let index = 0; index < names.length / 2; index++)
    await pay(t, await makeGiver(t, 3000 + index, { amount: 10_000 }));
  return { t, openai, week: thisWeek() };
}

/** Distributes the week and runs everything that it schedules. */
export async function distribute(t: Plaza, weekStartDate: number): Promise<void> {
  await begin(t, weekStartDate);
  await settled(t);
}

export async function begin(t: Plaza, weekStartDate: number): Promise<void> {
  await as(t, leo).mutation(api.portfolioManager.distributeFunds, { weekStartDate });
}

/** The week's shares by charity, the largest first, each with its explanation. */
export async function sharesOf(t: Plaza) {
  const names = new Map((await rows(t, "charities")).map(({ _id, name }) => [_id, name]));
  return (await rows(t, "allocations"))
    .sort((a, b) => b.amount - a.amount)
    .map(({ charityId, ...row }) => ({ ...row, name: names.get(charityId) ?? "" }));
}

/** The names of the charities whose shares the model has explained. */
export async function explainedOf(t: Plaza): Promise<string[]> {
  return (await sharesOf(t)).filter((row) => row.explanation).map(({ name }) => name);
}

export async function explainAgain(t: Plaza, weekStartDate: number): Promise<void> {
  await t.action(internal.explanations.explainWeek, { weekStartDate });
  await settled(t);
}

export async function stateOf(t: Plaza) {
  return (await rows(t, "distributionRuns")).map(({ state }) => state);
}
