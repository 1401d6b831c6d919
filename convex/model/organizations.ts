import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";

/** What seals an organization's Luma key to its row and field. */
export function lumaKeyBinding(orgId: Id<"organizations">): string {
  return `organizations:${orgId}:lumaApiKey`;
}

export async function organizationBySlug(
  ctx: QueryCtx,
  slug: string,
): Promise<Doc<"organizations"> | null> {
  return await ctx.db
    .query("organizations")
    .withIndex("by_slug", (q) => q.eq("slug", slug))
    .unique();
}

/** "Frutero Club" -> "frutero-club": letters and digits of any alphabet's plain form, hyphens. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
}
