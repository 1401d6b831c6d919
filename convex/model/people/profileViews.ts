import { v, type Infer } from "convex/values";
import type { AccessLevel } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import type { Caller } from "../callers/caller.ts";
import { profile } from "../fields.ts";
import { toPersonView } from "./people.ts";
import { profileOf } from "../callers/users.ts";

/** What others see of a person: no email, no wallet, no identity at a provider, no earnings. */
export const shownProfile = profile
  .pick(
    "city",
    "country",
    "githubUrl",
    "twitterUrl",
    "linkedinUrl",
    "telegramHandle",
    "learningTracks",
    "availabilityStatus",
    "completedBounties",
  )
  .extend({ name: v.string(), handle: v.optional(v.string()), bio: v.optional(v.string()) });

const insiders: readonly AccessLevel[] = ["member", "moderator", "admin"];

/** A user's profile as the caller may see it, or null. */
export async function seenBy(
  ctx: QueryCtx,
  caller: Caller | null,
  user: Doc<"users">,
): Promise<Infer<typeof shownProfile> | null> {
  const row = await profileOf(ctx, user._id);
  if (!row || !maySee(caller, user, row)) return null;
  const { name, handle } = await toPersonView(ctx, user);
  const { city, country, githubUrl, twitterUrl, linkedinUrl, telegramHandle } = row;
  const { learningTracks, availabilityStatus, completedBounties } = row;
  return {
    name,
    learningTracks,
    availabilityStatus,
    completedBounties,
    ...(handle !== undefined && { handle }),
    ...(user.bio !== undefined && { bio: user.bio }),
    ...(city !== undefined && { city }),
    ...(country !== undefined && { country }),
    ...(githubUrl !== undefined && { githubUrl }),
    ...(twitterUrl !== undefined && { twitterUrl }),
    ...(linkedinUrl !== undefined && { linkedinUrl }),
    ...(telegramHandle !== undefined && { telegramHandle }),
  };
}

function maySee(caller: Caller | null, user: Doc<"users">, row: Doc<"profiles">): boolean {
  if (caller?.user?._id === user._id || caller?.standing === "admin") return true;
  // Who is not a member (any more) has nothing to show.
  if (user.accountStatus !== "active") return false;
  const isInsider = caller !== null && insiders.includes(caller.standing);
  if (row.profileVisibility === "public") return true;
  return row.profileVisibility === "members" && isInsider;
}
