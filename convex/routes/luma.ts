import { ConvexError } from "convex/values";
import { z } from "zod";
import { api, internal } from "../_generated/api.js";
import { httpAction } from "../_generated/server.js";
import { safeJson } from "../external/boundedFetch.ts";
import { lumaKeyBinding } from "../model/organizations.ts";
import { seal } from "../model/secrets.ts";
import { lumaWebhookSecret } from "../external/environment.ts";
import { verifyLumaWebhook, webhookReceipt } from "../external/luma/webhook.ts";
import { pathAfter } from "./page.ts";

const body = z.object({
  slug: z.string().max(100),
  key: z.string().trim().min(8).max(500).nullable(),
});
const maxBodyBytes = 2000;

/**
 * `POST /luma-key {slug, key}` with an admin's token: stores an organization's Luma key, encrypted;
 * null removes it. A route and not a function, because a function's arguments can end up in an
 * error or a log. Responds `{refusal}` with status 400 or 403 where it refuses.
 */
export const lumaKey = httpAction(async (ctx, request) => {
  const text = await request.text();
  const read = text.length > maxBodyBytes ? null : body.safeParse(safeJson(text));
  if (!read?.success) return no("bad-request", 400);
  try {
    const orgId = await ctx.runQuery(api.organizations.forKey, { slug: read.data.slug });
    const { key } = read.data;
    const sealed = key === null ? null : seal(key, lumaKeyBinding(orgId));
    await ctx.runMutation(internal.organizations.storeLumaKey, { orgId, sealed });
    return Response.json({ ok: true });
  } catch (error) {
    if (error instanceof ConvexError) return no(error.data.refusal, 403);
    throw error;
  }
});

function no(refusal: unknown, status: number): Response {
  return Response.json({ refusal }, { status });
}

/** Far more than Luma sends. */
const maxWebhookChars = 1_000_000;

/**
 * `POST /webhooks/luma/<slug>`: something changed at Luma. The webhook's content is not used: it
 * only plans a sync. One that is sent again is answered as the first time and plans nothing, and
 * neither does a flood of them.
 */
export const lumaWebhook = httpAction(async (ctx, request) => {
  const slug = pathAfter("/webhooks/luma/", request);
  const secret = lumaWebhookSecret(slug);
  if (!secret) return new Response("Webhooks are not configured.", { status: 404 });
  const body = await request.text();
  if (body.length > maxWebhookChars) return new Response("That is too long.", { status: 413 });
  const verified = await verifyLumaWebhook(body, request.headers, secret, Date.now());
  if (!verified.ok) return new Response("The signature does not match.", { status: 400 });
  const org = await ctx.runQuery(internal.organizations.bySlug, { slug });
  const receipt = await webhookReceipt(body, request.headers, secret);
  if (org) await ctx.runMutation(internal.organizations.syncSoon, { orgId: org._id, receipt });
  return new Response(null, { status: 200 });
});
