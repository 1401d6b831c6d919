import { type Infer, v } from "convex/values";
import type { AccessLevel } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import type { Caller } from "../callers/caller.ts";
import { accountStatus, locale, platform, profile, role, tellIn } from "../fields.ts";
import { toPersonView } from "./people.ts";
import { profileOf } from "../callers/users.ts";
import { latestOf } from "./applications.ts";
import { shownApplication, toShown } from "./reviewCards.ts";
import { accountsOf } from "../callers/chatAccounts.ts";

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
  if (caller?.user?._id === user._id || caller?.accessLevel === "admin") return true;
  // Only active members have a visible profile.
  if (user.accountStatus !== "active") return false;
  const isInsider = caller !== null && insiders.includes(caller.accessLevel);
  if (row.profileVisibility === "public") return true;
  return row.profileVisibility === "members" && isInsider;
}

const ownProfile = profile.omit("userId", "metadata");

/** The caller's own view for `/me`. */
export const ownView = v.object({
  name: v.string(),
  username: v.optional(v.string()),
  email: v.optional(v.string()),
  role,
  accountStatus,
  city: v.optional(v.string()),
  bio: v.optional(v.string()),
  locale: v.optional(locale),
  timezone: v.optional(v.string()),
  tellIn,
  accounts: v.array(
    v.object({ platform, name: v.string(), handle: v.optional(v.string()), linkedAt: v.number() }),
  ),
  hasPrivy: v.boolean(),
  profile: v.union(ownProfile, v.null()),
  application: v.union(shownApplication, v.null()),
});

export async function toOwn(ctx: QueryCtx, user: Doc<"users">): Promise<Infer<typeof ownView>> {
  const accounts = await accountsOf(ctx, user._id);
  const profile = await profileOf(ctx, user._id);
  const application = await latestOf(ctx, user._id);
  const { username, email, city, bio, locale, timezone } = user;
  return {
    name: user.displayName ?? accounts[0]?.displayName ?? "",
    role: user.role,
    accountStatus: user.accountStatus,
    tellIn: user.tellIn ?? "auto",
    accounts: accounts.map(({ platform, displayName, handle, linkedAt, _creationTime }) => ({
      platform,
      name: displayName ?? "",
      linkedAt: linkedAt ?? _creationTime,
      ...(handle !== undefined && { handle }),
    })),
    hasPrivy: user.privyDid !== undefined,
    profile: profile && withoutIds(profile),
    application: application && toShown(application),
    ...(username !== undefined && { username }),
    ...(email !== undefined && { email }),
    ...(city !== undefined && { city }),
    ...(bio !== undefined && { bio }),
    ...(locale && { locale }),
    ...(timezone !== undefined && { timezone }),
  };
}

function withoutIds(row: Doc<"profiles">): Infer<typeof ownProfile> {
  const { _id, _creationTime, userId, metadata, ...rest } = row;
  void [_id, _creationTime, userId, metadata];
  return rest;
}

const sites: Record<string, readonly string[]> = {
  githubUrl: ["github.com"],
  twitterUrl: ["x.com", "twitter.com"],
  linkedinUrl: ["linkedin.com"],
};

/** Whether a link points to the site of its field: profiles must not carry arbitrary links. */
export function isProfileLink(field: string, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password, port } = new URL(address);
  const host = hostname.replace(/^www\./, "");
  const isPlain = username === "" && password === "" && port === "";
  return protocol === "https:" && isPlain && (sites[field] ?? []).includes(host);
}
