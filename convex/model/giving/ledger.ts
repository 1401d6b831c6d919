import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { internal } from "../../_generated/api.js";
import { distributionsOf, lastDistributed, runOf } from "./week.ts";

// The books: entries are only ever added, each moves money from account to account, and so each one's
// lines, and all of them together, sum to zero. What a subscription holds is not given yet.

type Entry = Omit<Doc<"bookEntries">, "_id" | "_creationTime">;

/** Adds an entry. Throws where its lines do not sum to zero or its key is used: a mistake of ours. */
export async function post(ctx: MutationCtx, entry: Entry): Promise<void> {
  const sum = entry.lines.reduce((total, { amount }) => total + amount, 0);
  if (sum !== 0 || !entry.lines.every(({ amount }) => Number.isSafeInteger(amount)))
    throw new Error(`the entry ${entry.key} is not balanced`);
  if (await isPosted(ctx, entry.key)) throw new Error(`the entry ${entry.key} is there already`);
  await ctx.db.insert("bookEntries", entry);
}

/** Whether an entry of this key is in the books. */
export async function isPosted(ctx: MutationCtx, key: string): Promise<boolean> {
  const known = await ctx.db
    .query("bookEntries")
    .withIndex("by_key", (q) => q.eq("key", key))
    .first();
  return known !== null;
}

// Nightly: do the books add up? Weeks that are distributed never change again, so a check goes on
// where the last good one ended. Every entry must sum to zero, be what its gift says and what the
// charities' rows say; all together must leave what the last run has carried over.

const batch = 300;
const maxProblems = 20;

type Check = Doc<"bookChecks">;

/** Begins a check of the weeks that are distributed; null where there is nothing new to look at. */
export async function beginCheck(ctx: MutationCtx, now: number): Promise<void> {
  const last = await ctx.db.query("bookChecks").withIndex("by_started").order("desc").first();
  const run = await lastDistributed(ctx);
  if (!run) return;
  const isGood = last?.finishedAt !== undefined && last.problems.length === 0;
  if (isGood && last.until >= run.weekStartDate) return;
  const { entries, paid, held, given } = isGood ? last : nothing;
  const id = await ctx.db.insert("bookChecks", {
    startedAt: now,
    from: isGood ? last.until + 1 : 0,
    until: run.weekStartDate,
    cursor: null,
    entries,
    paid,
    held,
    given,
    problems: [],
  });
  await ctx.scheduler.runAfter(0, internal.scheduled.checkBooks, { checkId: id });
}

const nothing = { entries: 0, paid: 0, held: 0, given: 0 };

/** Looks at the next entries. */
export async function continueCheck(ctx: MutationCtx, check: Check, now: number): Promise<void> {
  const page = await ctx.db
    .query("bookEntries")
    .withIndex("by_week", (q) =>
      q.gte("weekStartDate", check.from).lte("weekStartDate", check.until),
    )
    .paginate({ numItems: batch, cursor: check.cursor });
  const sums = { paid: check.paid, held: check.held, given: check.given };
  const problems = [...check.problems];
  for (const entry of page.page) {
    for (const { account, amount } of entry.lines) sums[sumOf[account]] += amount;
    problems.push(...(await problemsOf(ctx, entry)));
  }
  if (page.isDone) problems.push(...(await problemsOfAll(ctx, check.until, sums)));
  if (page.isDone && problems.length > 0)
    console.error(
      `The books are not right: ${problems.length} problems, the first: ${problems[0]}`,
    );
  await ctx.db.patch("bookChecks", check._id, {
    ...sums,
    entries: check.entries + page.page.length,
    problems: problems.slice(0, maxProblems),
    ...(page.isDone ? { finishedAt: now } : { cursor: page.continueCursor }),
  });
  if (!page.isDone)
    await ctx.scheduler.runAfter(0, internal.scheduled.checkBooks, { checkId: check._id });
}

const sumOf = { stripe: "paid", held: "held", charity: "given" } as const;

async function problemsOf(ctx: MutationCtx, entry: Doc<"bookEntries">): Promise<string[]> {
  const { key, kind, lines, subscriptionId, weekStartDate } = entry;
  const problems: string[] = [];
  if (lines.reduce((sum, { amount }) => sum + amount, 0) !== 0)
    problems.push(`${key} does not sum to zero`);
  if (kind === "paid") return problems;
  const id = ctx.db.normalizeId("gifts", key.slice("given:".length));
  const gift = id && (await ctx.db.get("gifts", id));
  const toCharities = lines.filter(({ account }) => account === "charity");
  const given = toCharities.reduce((sum, { amount }) => sum + amount, 0);
  if (gift?.given !== given || gift.amount !== given + (gift.carriedOut ?? 0))
    problems.push(`${key} is not what its gift says`);
  const rows = await distributionsOf(ctx, subscriptionId, weekStartDate);
  // A subscription can have gifts for two cities in a week: its rows hold at least this gift's.
  const isThere = toCharities.every(({ charityId, amount }) =>
    rows.some((row) => row.charityId === charityId && row.amount === amount),
  );
  if (!isThere) problems.push(`${key} is not what the distributions say`);
  return problems;
}

async function problemsOfAll(
  ctx: MutationCtx,
  weekStartDate: number,
  { paid, held, given }: { paid: number; held: number; given: number },
): Promise<string[]> {
  const run = await runOf(ctx, weekStartDate);
  const problems: string[] = [];
  if (paid + held + given !== 0) problems.push(`all entries sum to ${paid + held + given}`);
  if (run?.carried !== held)
    problems.push(`${held} cents are held, but ${run?.carried ?? 0} were carried over`);
  return problems;
}
