import { internal } from "../_generated/api.js";
import { httpAction } from "../_generated/server.js";
import { variable } from "../external/environment.ts";
import { readSignedByStripe } from "../external/stripe.ts";
import { readStripeEvent } from "../external/stripeEvents.ts";

/**
 * `POST /webhooks/stripe`: what became of weekly gifts. Status 404 where no secret is set, 400 for
 * what is not signed or cannot be read, 200 for what was done, was done before, or is none of our
 * business. What fails on our side throws: that is a 500, and Stripe tries again.
 */
export const stripeWebhook = httpAction(async (ctx, request) => {
  const secrets = variable("STRIPE_WEBHOOK_SECRET");
  if (secrets === undefined) return new Response("Webhooks are not configured.", { status: 404 });
  const signed = await readSignedByStripe(request, secrets);
  if (signed === null) return new Response("The signature does not match.", { status: 400 });
  const event = readStripeEvent(signed);
  if (event === undefined) return new Response("This cannot be read.", { status: 400 });
  if (event) await ctx.runMutation(internal.giving.takeEvent, { event });
  return new Response(null);
});
