import { customAction, customMutation, customQuery } from "convex-helpers/server/customFunctions";
import { makeFunctionReference } from "convex/server";
import { action, mutation, query, type QueryCtx } from "./_generated/server.js";
import { withUser } from "./model/accounts/newUsers.ts";
import * as callers from "./model/callers/caller.ts";
import type { ChatIdentity } from "./model/callers/chatAccounts.ts";

// The guards of actions, by name: the generated references have every function's type in them, and
// those are made from what is made here.
const chatAccount = makeFunctionReference<"query", Record<string, never>, ChatIdentity>(
  "callers:chatAccount",
);
const unblockedChatAccount = makeFunctionReference<"query", Record<string, never>, ChatIdentity>(
  "callers:unblockedChatAccount",
);
const user = makeFunctionReference<"query", Record<string, never>, null>("callers:user");
const member = makeFunctionReference<"query", Record<string, never>, null>("callers:member");
const admin = makeFunctionReference<"query", Record<string, never>, null>("callers:admin");

// Every public function is built from one of these: its name says who may call it. The guards run
// before the handler, and hand it the caller.

/** Anyone, signed in or not: what is public anyway. */
export const publicQuery = query;

/** Anyone; the handler is told who, if they are signed in. */
export const visitorQuery = queryFor(callers.visitor);

/** Any chat account, with or without a user. */
export const chatQuery = queryFor(callers.requireChatAccount);
export const chatMutation = mutationFor(callers.requireChatAccount);
export const chatAction = customAction(action, {
  args: {},
  input: async (ctx) => ({
    ctx: { chat: await ctx.runQuery(chatAccount, {}) },
    args: {},
  }),
});

/**
 * Any chat account whose user is neither suspended nor banned. Whoever is, changes nothing but by the
 * functions above and below that are for what is their own: leaving, stopping, taking and deleting.
 */
export const unblockedChatMutation = mutationFor(callers.requireUnblockedChatAccount);
export const unblockedChatAction = customAction(action, {
  args: {},
  input: async (ctx) => ({
    ctx: { chat: await ctx.runQuery(unblockedChatAccount, {}) },
    args: {},
  }),
});

/** Who signed in with Privy, with or without a user. */
export const privyMutation = mutationFor(callers.requirePrivy);

/** Anyone with a user or a chat account: for taking and deleting what is stored about oneself. */
export const selfQuery = queryFor(callers.requireSelf);
export const selfMutation = mutationFor(callers.requireSelf);

/** Anyone who has a user, whatever their status: for what is their own. */
export const userQuery = queryFor(callers.requireUser);
export const userMutation = mutationFor(callers.requireUser);
/** The same, but for those who are suspended or banned. */
export const unblockedUserMutation = mutationFor(callers.requireUnblockedUser);
export const userAction = customAction(action, {
  args: {},
  input: async (ctx) => {
    await ctx.runQuery(user, {});
    return { ctx: {}, args: {} };
  },
});

/** Members and above; a member's mutation has an author, see below. */
export const memberQuery = queryFor(callers.requireMember);
export const memberMutation = authoredMutationFor(callers.requireMember);
export const memberAction = customAction(action, {
  args: {},
  input: async (ctx) => {
    await ctx.runQuery(member, {});
    return { ctx: {}, args: {} };
  },
});

export const moderatorQuery = queryFor(callers.requireModerator);
export const moderatorMutation = authoredMutationFor(callers.requireModerator);
export const adminQuery = queryFor(callers.requireAdmin);
export const adminMutation = authoredMutationFor(callers.requireAdmin);
export const adminAction = customAction(action, {
  args: {},
  input: async (ctx) => {
    await ctx.runQuery(admin, {});
    return { ctx: {}, args: {} };
  },
});

export const botQuery = customQuery(query, {
  args: {},
  input: async (ctx) => ({ ctx: { bot: await callers.requireBot(ctx) }, args: {} }),
});
export const botMutation = customMutation(mutation, {
  args: {},
  input: async (ctx) => ({ ctx: { bot: await callers.requireBot(ctx) }, args: {} }),
});

type Guard<C> = (ctx: Pick<QueryCtx, "auth" | "db">) => Promise<C>;

function queryFor<C>(guard: Guard<C>) {
  return customQuery(query, {
    args: {},
    input: async (ctx) => ({ ctx: { caller: await guard(ctx) }, args: {} }),
  });
}

function mutationFor<C>(guard: Guard<C>) {
  return customMutation(mutation, {
    args: {},
    input: async (ctx) => ({ ctx: { caller: await guard(ctx) }, args: {} }),
  });
}

/** What is done has an author: an admin of the configuration gets their user at this moment. */
function authoredMutationFor(guard: Guard<callers.Caller>) {
  return customMutation(mutation, {
    args: {},
    input: async (ctx) => {
      const caller = await withUser(ctx, await guard(ctx), Date.now());
      return { ctx: { caller }, args: {} };
    },
  });
}
