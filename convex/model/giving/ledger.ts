import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { internal } from "../../_generated/api.js";
import { distributionsOf, lastDistributed, runOf } from "./week.ts";

// The ledger (table `bookEntries`), double-entry and append-only: each entry moves money between
// accounts, so its lines sum to zero. The account "held" is money paid but not yet distributed.

type Entry = Omit<Doc<"bookEntries">, "_id" | "_creationTime">;

/** Adds an entry. An unbalanced entry or a used key is a programming error and throws. */
export async function post(ctx: MutationCtx, entry: Entry): Promise<void> {
  const sum = entry.lines.reduce((total, { amount }) => total + amount, 0);
  if (sum !== 0 || !entry.lines.every(({ amount }) => Number.isSafeInteger(amount)))
    throw new Error(`the entry ${entry.key} is not balanced`);
  if (await isPosted(ctx, entry.key)) throw new Error(`the entry ${entry.key} is there already`);
  await ctx.db.insert("bookEntries", entry);
}

/** Whether the ledger has an entry with this key. */
export async function isPosted(ctx: MutationCtx, key: string): Promise<boolean> {
  const known = await ctx.db
    .query("bookEntries")
    .withIndex("by_key", (q) => q.eq("key", key))
    .first();
  return known !== null;
}

// The nightly check of the ledger. Distributed weeks never change, so a check starts where the last
// one without problems ended. Each entry must sum to zero and agree with its gift and the
// charities' distributions; the balance of all must be the amount that the last run carried over.

const batch = 300;
const maxProblems = 20;

type Check = Doc<"bookChecks">;

/** Begins a check of the distributed weeks, where some are not checked yet. */
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

/** Checks the next batch of entries, and schedules the one after it. */
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
    console.error(`The books are not right: ${problems.length} problems, see table bookChecks.`);
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
  if (kind !== "given") return problems;
  const id = ctx.db.normalizeId("gifts", key.slice("given:".length));
  const gift = id && (await ctx.db.get("gifts", id));
  const toCharities = lines.filter(({ account }) => account === "charity");
  const given = toCharities.reduce((sum, { amount }) => sum + amount, 0);
  const { carriedOut = 0, corrected = 0, amount } = gift ?? { amount: 0 };
  if (gift?.given !== given || amount !== given + carriedOut + corrected)
    problems.push(`${key} is not what its gift says`);
  const rows = await distributionsOf(ctx, subscriptionId, weekStartDate);
  // A subscription can have gifts for two cities in a week, so it can have more rows than this
  // gift's.
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
  const expected = (run?.carried ?? 0) - (run?.owed ?? 0);
  if (expected !== held) problems.push(`${held} cents are held, but ${expected} were carried over`);
  return problems;
}
