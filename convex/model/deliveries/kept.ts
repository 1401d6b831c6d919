import type { Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { deliveryByKey, type Destination, keyOf, owe, reopen, type Work } from "./queue.ts";

// What is kept true outside, a board's message or a scheduled event: one row of the ledger, opened
// again with each change. What is owed is "as it is now", so many changes are still one row, and
// the ledger does not grow with them. `isDirty` of the thing itself says whether it has changed
// since a bot read it.

export const keptPart = "kept";
/** When it expires: what is true now is always worth showing. */
export const never = Number.MAX_SAFE_INTEGER;

/** Work that is read anew with each claim. */
type KeptWork = Extract<Work, { do: "board" | "mirror" }>;

/** Owes what is kept its present state. Where that is owed already, nothing is written. */
export async function oweKept(
  ctx: MutationCtx,
  to: Destination,
  { topic, work }: { topic: string; work: KeptWork },
  now: number,
): Promise<void> {
  const row = await keptRow(ctx, to.destination, topic);
  if (!row) {
    await owe(ctx, to, { topic, work, part: keptPart, expiresAt: never }, now);
    return;
  }
  // One that a bot holds is opened again when it is settled.
  if (!row.isOpen) await reopen(ctx, row, now);
}

/** The one row by which something is kept true; null where it was never owed, or is swept. */
export async function keptRow(ctx: Pick<QueryCtx, "db">, destination: string, topic: string) {
  return await deliveryByKey(ctx, keyOf(topic, destination, keptPart));
}

/** A bot has the present state in its hands: only what changes from here on is news. */
export async function noteRead(ctx: MutationCtx, work: Work): Promise<void> {
  if (work.do === "board") await noteBoardRead(ctx, work.boardId);
  if (work.do === "mirror")
    await ctx.db.patch("mirrors", work.mirrorId, { isDirty: false, wasTried: true });
}

/** What may stand there is not what was shown: no rendering is the same as it. */
async function noteBoardRead(ctx: MutationCtx, boardId: Id<"boards">): Promise<void> {
  const board = await ctx.db.get("boards", boardId);
  const sure = board?.isDoubtful ? { isDoubtful: undefined, shownHash: undefined } : {};
  await ctx.db.patch("boards", boardId, { ...sure, isDirty: false });
}
