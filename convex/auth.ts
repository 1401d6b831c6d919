import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalAction, internalMutation } from "./_generated/server.js";
import { privyMutation } from "./functions.ts";
import { audit } from "./model/callers/limits.ts";
import { bootstrapAdmin } from "./model/accounts/newUsers.ts";
import { privyPerson, takeOver } from "./model/accounts/linking.ts";
import { makeUser, userByPrivyDid } from "./model/callers/users.ts";

/** Milliseconds between two writes of a user's last sign-in. */
const loginEveryMs = 60 * 60 * 1000;

/**
 * Creates the user and profile of a Privy user, or returns the existing id, so that clients can
 * call it at every sign-in. Never changes the status of an account. Privy's data about a new user
 * (email, wallets) are fetched afterwards.
 * For other clients of the deployment: no bot calls it.
 */
export const createUserFromPrivy = privyMutation({
  args: {},
  returns: v.id("users"),
  handler: async (ctx) => {
    const now = Date.now();
    const { caller } = ctx;
    const { privyDid } = caller;
    const known =
      caller.accessLevel === "admin" ? await bootstrapAdmin(ctx, caller, now) : caller.user;
    if (known && now - known.lastLoginAt > loginEveryMs)
      await ctx.db.patch("users", known._id, { lastLoginAt: now });
    if (caller.user) return caller.user._id;

    const user = known ?? (await makeUser(ctx, { privyDid, primaryAuthMethod: "social" }, now));
    const { _id } = user;
    await audit(ctx, { action: "created", actor: _id, subject: _id, from: "privy" }, now);
    await ctx.scheduler.runAfter(0, internal.auth.askPrivy, { did: privyDid });
    return _id;
  },
});

/** Fetches from Privy what it has verified about a new user; an outage changes nothing. */
export const askPrivy = internalAction({
  args: { did: v.string() },
  returns: v.null(),
  handler: async (ctx, { did }): Promise<null> => {
    const person = await ctx.runAction(internal.external.privy.byDid, { did });
    if (person && person !== "away") await ctx.runMutation(internal.auth.fill, { person });
    return null;
  },
});

export const fill = internalMutation({
  args: { person: privyPerson },
  returns: v.null(),
  handler: async (ctx, { person }) => {
    const user = await userByPrivyDid(ctx, person.did);
    if (user) await takeOver(ctx, user._id, person, Date.now());
    return null;
  },
});
