import { type Infer, v } from "convex/values";
import type { MutationCtx } from "../../_generated/server.js";
import type { Obsolete } from "../deliveries/kind.ts";
import { weekView, weekViewOf } from "../giving/week.ts";
import type { DeliveryOf } from "./defaults.ts";

// What a week's giving did, told to a channel.

export const task = v.object({ kind: v.literal("distribution"), weekStartDate: v.number() });
export const payload = v.object({ kind: v.literal("distribution"), week: weekView });

export const isAboutMoney = () => true;

export async function load(
  ctx: MutationCtx,
  { task }: DeliveryOf<"distribution">,
): Promise<Infer<typeof payload> | Obsolete> {
  const week = await weekViewOf(ctx, task.weekStartDate);
  return week
    ? { kind: "distribution", week }
    : { state: "cancelled", reason: "the week is not distributed" };
}
