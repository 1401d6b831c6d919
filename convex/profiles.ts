import { v } from "convex/values";
import { unblockedUserMutation, visitorQuery } from "./functions.ts";
import { availabilityStatus, learningTrack, profileVisibility } from "./model/fields.ts";
import { followCity } from "./model/giving/subscriptions.ts";
import { queuesShowPerson } from "./model/queue/members.ts";
import { isProfileLink, seenBy, shownProfile } from "./model/people/profiles.ts";
import { findPeople } from "./model/people/people.ts";
import { refusal } from "./model/refusal.ts";
import { emptyProfile, profileOf, userOf } from "./model/callers/users.ts";

const maxLengths = { city: 80, country: 80, countryCode: 2, telegramHandle: 64 };

/**
 * The profile found by `who` (an id, a username or a handle), as the caller may see it. Null if it
 * is not visible, so that private profiles cannot be told from missing ones.
 * For other clients of the deployment: no bot calls it.
 */
export const get = visitorQuery({
  args: { who: v.string() },
  returns: v.union(shownProfile, v.null()),
  handler: async (ctx, { who }) => {
    const id = ctx.db.normalizeId("users", who);
    const users = id ? [await userOf(ctx, id)] : await findPeople(ctx, who.slice(0, 100));
    for (const user of users) {
      const shown = user && (await seenBy(ctx, ctx.caller, user));
      if (shown) return shown;
    }
    return null;
  },
});

/**
 * The visible profiles of those who match `who` (an id, a handle, a username or a name), at most five;
 * several are a choice for the person who asks.
 */
export const find = visitorQuery({
  args: { who: v.string() },
  returns: v.array(v.object({ userId: v.id("users"), shown: shownProfile })),
  handler: async (ctx, { who }) => {
    const id = ctx.db.normalizeId("users", who);
    const users = id ? [await userOf(ctx, id)] : await findPeople(ctx, who.slice(0, 100));
    const seen = await Promise.all(
      users.map(async (user) => {
        const shown = user && (await seenBy(ctx, ctx.caller, user));
        return shown ? [{ userId: user._id, shown }] : [];
      }),
    );
    return seen.flat();
  },
});

/**
 * Creates an empty profile for the caller if there is none.
 * For other clients of the deployment: no bot calls it.
 */
export const create = unblockedUserMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const { _id: userId } = ctx.caller.user;
    if (!(await profileOf(ctx, userId))) await ctx.db.insert("profiles", emptyProfile(userId));
    return null;
  },
});

const text = v.optional(v.union(v.string(), v.null()));

/**
 * Changes the caller's profile; null removes a field. Links must be https and of their field's
 * site.
 */
export const update = unblockedUserMutation({
  args: {
    city: text,
    country: text,
    countryCode: text,
    githubUrl: text,
    twitterUrl: text,
    linkedinUrl: text,
    telegramHandle: text,
    learningTracks: v.optional(v.array(learningTrack)),
    profileVisibility: v.optional(profileVisibility),
    availabilityStatus: v.optional(availabilityStatus),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    const { learningTracks, profileVisibility, availabilityStatus, ...texts } = args;
    const changes: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(texts)) {
      const trimmed = value?.trim() ?? "";
      if (trimmed.length > (maxLengths[name as keyof typeof maxLengths] ?? 200))
        throw refusal("too-long");
      if (name.endsWith("Url") && trimmed && !isProfileLink(name, trimmed))
        throw refusal("bad-link");
      changes[name] = trimmed || undefined;
    }
    const { _id: userId } = ctx.caller.user;
    const known = await profileOf(ctx, userId);
    const id = known?._id ?? (await ctx.db.insert("profiles", emptyProfile(userId)));
    // The city is also the one that a person's giving supports: both fields are kept equal.
    if ("city" in changes) {
      await ctx.db.patch("users", userId, { city: changes["city"] });
      await followCity(ctx, userId);
    }
    await ctx.db.patch("profiles", id, {
      ...changes,
      ...(learningTracks && { learningTracks: [...new Set(learningTracks)] }),
      ...(profileVisibility && { profileVisibility }),
      ...(availabilityStatus && { availabilityStatus }),
    });
    if (profileVisibility) await queuesShowPerson(ctx, userId, Date.now());
    return null;
  },
});
