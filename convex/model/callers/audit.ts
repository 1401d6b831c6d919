import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";

type Entry = Omit<Doc<"auditLog">, "_id" | "_creationTime" | "at">;

/** Writes down who did what to whom, in the transaction that does it. */
export async function audit(ctx: MutationCtx, entry: Entry, now: number): Promise<void> {
  await ctx.db.insert("auditLog", { ...entry, at: now });
}
