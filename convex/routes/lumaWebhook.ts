import { internal } from "../_generated/api.js";
import { httpAction } from "../_generated/server.js";
import { variable } from "../external/environment.ts";
import { verifyLumaWebhook } from "../external/luma/webhook.ts";
import { pathAfter } from "./path.ts";

/**
 * `POST /webhooks/luma/<slug>`: Luma says that something changed. What it says is not taken over:
 * it makes the sync look at once. A repeated or late delivery is one more look that finds nothing.
 */
export const lumaWebhook = httpAction(async (ctx, request) => {
  const secret = variable("LUMA_WEBHOOK_SECRET");
  if (!secret) return new Response("Webhooks are not configured.", { status: 404 });
  const body = await request.text();
  const verified = await verifyLumaWebhook(body, request.headers, secret, Date.now());
  if (!verified.ok) return new Response("The signature does not match.", { status: 400 });
  const slug = pathAfter("/webhooks/luma/", request);
  const org = await ctx.runQuery(internal.organizations.bySlug, { slug });
  if (org) await ctx.runMutation(internal.organizations.syncSoon, { orgId: org._id });
  return new Response(null, { status: 200 });
});
