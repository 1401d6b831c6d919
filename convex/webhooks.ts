import { type Infer, v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { userQuery } from "./functions.ts";
import { bounded } from "./model/bounded.ts";
import { webhookEvent } from "./model/fields.ts";
import { emit, webhookEventsOf } from "./model/people/webhookEvents.ts";

const maxListed = 100;
const defaultListed = 20;

const shownEvent = webhookEvent.omit("userId").extend({ _id: v.id("webhookEvents") });

/**
 * Records a webhook event of a user or a community event, and notifies the user where its type is
 * notified. Internal: no public function or route calls it.
 */
export const emitWebhookEvent = internalMutation({
  args: webhookEvent.pick("type", "userId", "eventId", "data"),
  returns: v.union(v.id("webhookEvents"), v.null()),
  handler: async (ctx, event) => await emit(ctx, event, Date.now()),
});

/**
 * The caller's webhook events of the last 24 hours, the newest first; older ones are deleted a few
 * minutes later. `since`: only later ones (Unix milliseconds). `limit`: 20 by default, 100 at most.
 * For other clients of the deployment: no bot calls it.
 */
export const getUserWebhookEvents = userQuery({
  args: { since: v.optional(v.number()), limit: v.optional(v.number()) },
  returns: v.array(shownEvent),
  handler: async (ctx, { since, limit = defaultListed }) => {
    const asked = { since, limit: bounded(limit, maxListed) };
    const rows = await webhookEventsOf(ctx, ctx.caller.user._id, asked);
    return rows.map(toShown);
  },
});

function toShown(row: Infer<typeof webhookEvent> & Pick<Infer<typeof shownEvent>, "_id">) {
  const { _id, type, eventId, data, createdAt, expiresAt } = row;
  const shown = { _id, type, data, createdAt, expiresAt };
  return eventId === undefined ? shown : { ...shown, eventId };
}
