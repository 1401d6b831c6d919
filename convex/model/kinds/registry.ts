import type { Infer } from "convex/values";
import { v } from "convex/values";
import type { QueryCtx } from "../../_generated/server.js";
import type { Delivery, DeliveryKind, DeliveryKinds } from "../deliveries/kind.ts";
import { deliveryState, platform } from "../fields.ts";
import { defaults } from "./defaults.ts";
import { type DeliveryPayload, deliveryTask, modules } from "./index.ts";

type Kind = DeliveryKind<DeliveryPayload>;

const kinds = Object.fromEntries(
  Object.entries<Pick<Kind, "load"> & Partial<Kind>>(modules).map(([name, module]) => [
    name,
    { ...defaults, ...module },
  ]),
);

/** The kind of a delivery, for the queue's transitions. */
export const kindOf: DeliveryKinds<DeliveryPayload> = ({ task }) => {
  const kind = kinds[task.kind];
  if (!kind) throw new Error(`no delivery kind is called ${task.kind}`);
  return kind;
};

/** A row of `/deliveries`. */
export const deliveryEntry = v.object({
  _id: v.id("deliveries"),
  state: deliveryState,
  platform,
  /** The channel's title or the person's name. */
  to: v.string(),
  kind: v.union(...deliveryTask.members.map(({ fields }) => fields.kind)),
  /** What it is about: an event's title, an applicant's name, an organization; may be empty. */
  title: v.string(),
  reason: v.optional(v.string()),
  at: v.number(),
  canRetry: v.boolean(),
});

async function deliveryEntryOf(ctx: QueryCtx, row: Delivery): Promise<Infer<typeof deliveryEntry>> {
  const kind = kindOf(row);
  return {
    _id: row._id,
    state: row.state,
    platform: row.platform,
    to: await kind.destinationName(ctx, row),
    kind: row.task.kind,
    title: await kind.title(ctx, row),
    ...(row.reason !== undefined && { reason: row.reason }),
    at: row.sendingAt ?? row._creationTime,
    canRetry: row.state === "dead" || row.state === "ambiguous",
  };
}

const failedStates = ["dead", "ambiguous", "pending", "sending"] as const;
const maxListed = 20;

/** What failed or waits, newest first. */
export async function failedDeliveries(ctx: QueryCtx): Promise<Infer<typeof deliveryEntry>[]> {
  const rows: Delivery[] = [];
  for (const state of failedStates) {
    const newest = await ctx.db
      .query("deliveries")
      .withIndex("by_state", (q) => q.eq("state", state))
      .order("desc")
      .take(maxListed);
    rows.push(...newest);
  }
  const newest = rows.toSorted((a, b) => b._creationTime - a._creationTime).slice(0, maxListed);
  return await Promise.all(newest.map(async (row) => await deliveryEntryOf(ctx, row)));
}
