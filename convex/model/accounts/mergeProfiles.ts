import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { profileOf } from "../callers/users.ts";

// Two profiles of one person become one: gaps are filled, counts are added, and where they differ
// about who may see it, the one that shows less counts.

const fillers = [
  "city",
  "country",
  "countryCode",
  "githubUrl",
  "twitterUrl",
  "linkedinUrl",
  "telegramHandle",
] as const satisfies (keyof Doc<"profiles">)[];
const fromOpenToClosed = ["public", "members", "private"] as const;

export async function foldProfile(
  ctx: MutationCtx,
  from: Id<"users">,
  to: Id<"users">,
): Promise<void> {
  const [gone, kept] = [await profileOf(ctx, from), await profileOf(ctx, to)];
  if (!gone) return;
  if (!kept) {
    await ctx.db.patch("profiles", gone._id, { userId: to });
    return;
  }
  const missing = fillers.filter((name) => kept[name] === undefined && gone[name] !== undefined);
  await ctx.db.patch("profiles", kept._id, {
    ...Object.fromEntries(missing.map((name) => [name, gone[name]])),
    learningTracks: [...new Set([...kept.learningTracks, ...gone.learningTracks])],
    profileVisibility: closer(kept.profileVisibility, gone.profileVisibility),
    availabilityStatus:
      kept.availabilityStatus === "unavailable" ? gone.availabilityStatus : kept.availabilityStatus,
    completedBounties: kept.completedBounties + gone.completedBounties,
    totalEarningsUsd: kept.totalEarningsUsd + gone.totalEarningsUsd,
    profileViews: kept.profileViews + gone.profileViews,
    ...(gone.metadata && { metadata: { ...gone.metadata, ...kept.metadata } }),
  });
  await ctx.db.delete("profiles", gone._id);
}

type Visibility = Doc<"profiles">["profileVisibility"];

function closer(one: Visibility, other: Visibility): Visibility {
  return fromOpenToClosed.indexOf(one) >= fromOpenToClosed.indexOf(other) ? one : other;
}
