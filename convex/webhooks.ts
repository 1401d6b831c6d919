import { type Infer, v } from "convex/values";
import { internalMutation } from "./_generated/server.js";
import { userQuery } from "./functions.ts";
import { bounded } from "./model/bounded.ts";
import { webhookEvent } from "./model/fields.ts";
import { emit, webhookEventsOf } from "./model/people/webhookEvents.ts";

const maxListed = 100;
const usuallyListed = 20;

const shownEvent = webhookEvent.omit("userId").extend({ _id: v.id("webhookEvents") });

/**
 * Records that something happened to a person or at an event, and tells the person where that
 * is told. Only Convex itself can: no public function and no route leads here.
 */
export const emitWebhookEvent = internalMutation({
  args: webhookEvent.pick("type", "userId", "eventId", "data"),
  returns: v.union(v.id("webhookEvents"), v.null()),
  handler: async (ctx, event) => await emit(ctx, event, Date.now()),
});

/**
 * What happened to the caller in the last 24 hours (until the next sweep, minutes later), the newest
 * first. `since`: after this (Unix milliseconds). At most a hundred, twenty unless asked.
 * For other clients of the deployment: no bot calls it.
 */
export const getUserWebhookEvents = userQuery({
  args: { since: v.optional(v.number()), limit: v.optional(v.number()) },
  returns: v.array(shownEvent),
  handler: async (ctx, { since, limit = usuallyListed }) => {
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
