import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";

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
