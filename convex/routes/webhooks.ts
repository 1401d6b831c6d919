import { internal } from "../_generated/api.js";
import { type ActionCtx, httpAction } from "../_generated/server.js";
import { variable } from "../external/environment.ts";
import { chargeNow, isLiveKey, readSignedByStripe } from "../external/stripe/client.ts";
import { isOwnEvent, readStripeEvent, type StripeEvent } from "../external/stripe/events.ts";
import { readClerkEvent, readPrivyEvent } from "../external/identityEvents.ts";
import { readSigned, type Signed } from "../external/signedWebhook.ts";

/**
 * `POST /webhooks/stripe`: Stripe's events. Status 404 where no secret is set, 400 for an invalid
 * signature or an unknown format, 200 for events that were processed, were processed before or need
 * no action. An error on our side throws, which is a 500, and Stripe retries.
 */
export const stripeWebhook = httpAction(async (ctx, request) => {
  const secrets = variable("STRIPE_WEBHOOK_SECRET");
  if (secrets === undefined) return new Response("Webhooks are not configured.", { status: 404 });
  const signed = await readSignedByStripe(request, secrets);
  if (signed === null) return new Response("The signature does not match.", { status: 400 });
  if (!isOwnEvent(signed, isLiveKey()))
    return new Response("The event is of another account or mode.", { status: 400 });
  const event = readStripeEvent(signed);
  if (event === undefined) return new Response("This cannot be read.", { status: 400 });
  if (event)
    await ctx.runMutation(internal.giving.takeEvent, { event: await withCustomer(ctx, event) });
  return new Response(null);
});

/**
 * A dispute names its charge alone: where the charge is not known yet, Stripe is asked whose it is.
 * Throws while Stripe is away, so that it sends the event again.
 */
async function withCustomer(ctx: ActionCtx, event: StripeEvent): Promise<StripeEvent> {
  const { told } = event;
  if (told.of !== "dispute" || told.dispute.customerId !== undefined) return event;
  const { chargeId } = told.dispute;
  if (await ctx.runQuery(internal.giving.isChargeKnown, { chargeId })) return event;
  const charge = await chargeNow(chargeId);
  if (charge.is === "away") throw new Error("Stripe did not say whose charge is disputed");
  const customerId = charge.is === "answered" ? charge.value?.customerId : undefined;
  if (customerId === undefined) return event;
  return { ...event, told: { ...told, dispute: { ...told.dispute, customerId } } };
}

/** `POST /webhooks/privy`: an account was unlinked from a Privy user or transferred. */
export const privyWebhook = httpAction(
  async (ctx, request) =>
    await take(request, variable("PRIVY_WEBHOOK_SECRET"), async ({ id, body }) => {
      const revoked = readPrivyEvent(body);
      if (revoked) await ctx.runMutation(internal.identityWebhooks.takePrivy, { id, revoked });
      return revoked !== undefined;
    }),
);

/** `POST /webhooks/clerk`: a user was created, changed or deleted at Clerk. */
export const clerkWebhook = httpAction(
  async (ctx, request) =>
    await take(request, variable("CLERK_WEBHOOK_SECRET"), async ({ id, body }) => {
      const event = readClerkEvent(body);
      if (event) await ctx.runMutation(internal.identityWebhooks.takeClerk, { id, event });
      return event !== undefined;
    }),
);

/** Verifies a webhook and applies it, with the same status codes as `stripeWebhook`. */
async function take(
  request: Request,
  secrets: string | undefined,
  apply: (signed: Signed) => Promise<boolean>,
): Promise<Response> {
  if (secrets === undefined) return new Response("Webhooks are not configured.", { status: 404 });
  const signed = await readSigned(request, secrets);
  if (!signed) return new Response("The signature does not match.", { status: 400 });
  const isRead = await apply(signed);
  return isRead ? new Response(null) : new Response("This cannot be read.", { status: 400 });
}
