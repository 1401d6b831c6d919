import { type Infer, v } from "convex/values";
import type { QueryCtx } from "../../_generated/server.js";
import { lastDistributed, share, weekView, weekViewOf } from "./week.ts";

/** The part of a week that the board shows. */
const shownWeek = weekView
  .pick("weekStartDate", "given", "carried", "gifts", "charities", "cities")
  .extend({ shares: v.array(share.pick("name", "city", "amount")) });

export const impactBoard = v.object({
  view: v.literal("impact"),
  /** The latest distributed week; absent where there is none yet. */
  week: v.optional(shownWeek),
});

/** The latest distributed week, as `/impact community` shows it. */
export async function impactBoardOf(ctx: QueryCtx): Promise<Infer<typeof impactBoard>> {
  const run = await lastDistributed(ctx);
  const week = run && (await weekViewOf(ctx, run.weekStartDate));
  if (!week) return { view: "impact" };
  const { weekStartDate, given, carried, gifts, charities, cities } = week;
  const shares = week.shares.map(({ name, city, amount }) => ({ name, city, amount }));
  const totals = { weekStartDate, given, carried, gifts, charities, cities };
  return { view: "impact", week: { ...totals, shares } };
}
