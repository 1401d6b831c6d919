import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { DeliveryTask } from "./kind.ts";
import { deliveryByKey, type Destination, enqueue, keyOf, reopen } from "./queue.ts";

// A synced object is a message or scheduled event that is kept equal to data: one delivery, opened
// again with each change. What it shows is read when it is leased, so many changes are still one
// delivery, and the queue does not grow with them. `isOutdated` of the object itself says whether
// its data have changed since a bot read them.

export const syncPart = "sync";
/** When it expires: the present state is always worth showing. */
export const never = Number.MAX_SAFE_INTEGER;

/** Enqueues the present state of a synced object. Where that is enqueued already, nothing is written. */
export async function enqueueSync(
  ctx: MutationCtx,
  to: Destination,
  { subjectKey, task }: { subjectKey: string; task: DeliveryTask },
  now: number,
): Promise<void> {
  const row = await syncDelivery(ctx, to.destination, subjectKey);
  if (!row) {
    await enqueue(ctx, to, { subjectKey, task, part: syncPart, expiresAt: never }, now);
    return;
  }
  // One that is leased is opened again when it is completed.
  if (!row.isOpen) await reopen(ctx, row, now);
}

/** The one delivery that syncs an object; null where there was none, or it was swept. */
export async function syncDelivery(
  ctx: Pick<QueryCtx, "db">,
  destination: string,
  subjectKey: string,
) {
  return await deliveryByKey(ctx, keyOf(subjectKey, destination, syncPart));
}
