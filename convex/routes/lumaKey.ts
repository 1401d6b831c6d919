import { ConvexError } from "convex/values";
import { z } from "zod";
import { api, internal } from "../_generated/api.js";
import { httpAction } from "../_generated/server.js";
import { safeJson } from "../external/safeJson.ts";
import { lumaKeyBinding } from "../model/organizations.ts";
import { seal } from "../model/secrets.ts";

const body = z.object({
  slug: z.string().max(100),
  key: z.string().trim().min(8).max(500).nullable(),
});
const longestBody = 2000;

/**
 * `POST /luma-key {slug, key}` with an admin's token: stores an organization's Luma key, sealed;
 * null takes it away. A route and not a function, because a function's arguments can end up in an
 * error or a log. Answers `{refusal}` with status 400 or 403 where it says no.
 */
export const lumaKey = httpAction(async (ctx, request) => {
  const text = await request.text();
  const read = text.length > longestBody ? null : body.safeParse(safeJson(text));
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
