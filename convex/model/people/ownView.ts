import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { latestOf } from "./applications.ts";
import { shownApplication, toShown } from "./cards.ts";
import { accountsOf } from "../callers/chatAccounts.ts";
import { accountStatus, locale, platform, profile, role, tellIn } from "../fields.ts";
import { profileOf } from "../callers/users.ts";

const ownProfile = profile.omit("userId", "metadata");

/** What people see of themselves in `/me`. */
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
