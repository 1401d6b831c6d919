import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import {
  adminMutation,
  adminQuery,
  moderatorQuery,
  selfMutation,
  selfQuery,
  unblockedUserMutation,
  userQuery,
} from "./functions.ts";
import { audit } from "./model/callers/limits.ts";
import { deleteBareAccount, deleteUser } from "./model/accounts/deletion.ts";
import { exportOf, exportOfAccount } from "./model/accounts/exporting.ts";
import { accountStatus, role } from "./model/fields.ts";
import { ownView, toOwn } from "./model/people/profiles.ts";
import { changeRole, changeStatus, requireOtherAdmin } from "./model/accounts/status.ts";
import { findPeople, shownPerson, toPersonView } from "./model/people/people.ts";
import { queuesShowPerson } from "./model/queue/members.ts";
import { refusal } from "./model/refusal.ts";
import {
  makeUser,
  plainName,
  userByClerkId,
  userByEmail,
  isHandleOfOthers,
  userByUsername,
  userOf,
} from "./model/callers/users.ts";

const maxPerPage = 50;

/** The caller's own data for `/me`. */
export const me = userQuery({
  args: {},
  returns: ownView,
  handler: async (ctx) => await toOwn(ctx, ctx.caller.user),
});

/** All stored data of the caller, with or without an account, as JSON text. */
export const exportMine = selfQuery({
  args: {},
  returns: v.string(),
  handler: async (ctx) => {
    const { user, chat } = ctx.caller;
    const all = user ? await exportOf(ctx, user) : await exportOfAccount(ctx, chat);
    return JSON.stringify(all, null, 2);
  },
});

/**
 * Invites a person by email: creates an incomplete account without any rights.
 * For other clients of the deployment: no bot calls it.
 */
export const create = adminMutation({
  args: { email: v.string(), displayName: v.optional(v.string()) },
  returns: v.id("users"),
  handler: async (ctx, args) => {
    const email = plainName(args.email);
    if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email)) throw refusal("bad-email");
    if (await userByEmail(ctx, email)) throw refusal("email-taken");
    const now = Date.now();
    const displayName = args.displayName?.trim().slice(0, 64);
    const given = {
      email,
      primaryAuthMethod: "email" as const,
      ...(displayName && { displayName }),
    };
    const { _id: subject } = await makeUser(ctx, given, now);
    const { user, from } = ctx.caller;
    await audit(ctx, { action: "created", actor: user._id, subject, from }, now);
    return subject;
  },
});

/** One user, for moderators; null if there is none. */
export const get = moderatorQuery({
  args: { userId: v.string() },
  returns: v.union(shownPerson, v.null()),
  handler: async (ctx, args) => {
    const id = ctx.db.normalizeId("users", args.userId);
    const user = id && (await userOf(ctx, id));
    return user && (await toPersonView(ctx, user));
  },
});

/**
 * Users with one status, page by page, for moderators.
 * For other clients of the deployment: no bot calls it.
 */
export const list = moderatorQuery({
  args: { accountStatus, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(shownPerson),
  handler: async (ctx, { accountStatus, paginationOpts }) => {
    const numItems = Math.min(paginationOpts.numItems, maxPerPage);
    const page = await ctx.db
      .query("users")
      .withIndex("by_account_status", (q) => q.eq("accountStatus", accountStatus))
      .paginate({ ...paginationOpts, numItems });
    const living = page.page.filter(({ deletedAt }) => deletedAt === undefined);
    return {
      ...page,
      page: await Promise.all(living.map(async (user) => await toPersonView(ctx, user))),
    };
  },
});

/** At most a handful of users that match `who` (a username, handle or name), for admins. */
export const find = adminQuery({
  args: { who: v.string() },
  returns: v.array(shownPerson),
  handler: async (ctx, { who }) => {
    const users = await findPeople(ctx, who.slice(0, 100));
    return await Promise.all(users.map(async (user) => await toPersonView(ctx, user)));
  },
});

/** For other clients of the deployment: no bot calls it. */
export const getUserByClerkId = adminQuery({
  args: { clerkId: v.string() },
  returns: v.union(shownPerson, v.null()),
  handler: async (ctx, { clerkId }) => {
    const user = await userByClerkId(ctx, clerkId);
    return user && (await toPersonView(ctx, user));
  },
});

/** For other clients of the deployment: no bot calls it. */
export const getUserByEmail = adminQuery({
  args: { email: v.string() },
  returns: v.union(shownPerson, v.null()),
  handler: async (ctx, { email }) => {
    const user = await userByEmail(ctx, email);
    return user && (await toPersonView(ctx, user));
  },
});

const text = v.optional(v.union(v.string(), v.null()));
const maxLengths = { displayName: 64, username: 32, bio: 500 };

/** Changes a user's own fields; null removes a field. Usernames are unique. */
export const update = unblockedUserMutation({
  args: {
    displayName: text,
    username: text,
    bio: text,
  },
  returns: v.null(),
  handler: async (ctx, texts) => {
    const { user } = ctx.caller;
    const changes: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(texts)) {
      const text = value?.trim();
      if (text !== undefined && text.length > maxLengths[name as keyof typeof maxLengths])
        throw refusal("too-long");
      changes[name] = text || undefined;
    }
    if (changes["username"] !== undefined) {
      const username = plainName(changes["username"]);
      if (!/^[a-z0-9_.-]{2,32}$/.test(username)) throw refusal("bad-username");
      const holder = await userByUsername(ctx, username);
      if (holder && holder._id !== user._id) throw refusal("username-taken");
      if (await isHandleOfOthers(ctx, username, user._id)) throw refusal("username-taken");
      changes["username"] = username;
    }
    await ctx.db.patch("users", user._id, changes);
    if ("displayName" in changes) await queuesShowPerson(ctx, user._id, Date.now());
    return null;
  },
});

/** Grants or removes a role; for admins. */
export const setRole = adminMutation({
  args: { userId: v.id("users"), role },
  returns: shownPerson,
  handler: async (ctx, { userId, role }) => {
    const user = await userOf(ctx, userId);
    if (!user) throw refusal("no-such-person");
    await changeRole(ctx, ctx.caller, user, role, Date.now());
    return await toPersonView(ctx, { ...user, role });
  },
});

/** Suspends, bans or restores another user; for admins. */
export const setStatus = adminMutation({
  args: {
    userId: v.id("users"),
    event: v.union(v.literal("suspend"), v.literal("ban"), v.literal("restore")),
  },
  returns: shownPerson,
  handler: async (ctx, { userId, event }) => {
    const user = await userOf(ctx, userId);
    if (!user) throw refusal("no-such-person");
    await changeStatus(ctx, ctx.caller, user, event, Date.now());
    const changed = await userOf(ctx, userId);
    return await toPersonView(ctx, changed ?? user);
  },
});

/**
 * Deletes the caller: personal data are removed, chat accounts are unlinked. A chat account without a
 * user loses everything that it has. Refused to the last admin.
 */
export const softDelete = selfMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const { user, from, chat } = ctx.caller;
    if (!user) {
      await deleteBareAccount(ctx, chat, Date.now());
      return null;
    }
    await requireOtherAdmin(ctx, user);
    await deleteUser(
      ctx,
      user,
      { from, actor: user._id, ...(chat && { except: chat }) },
      Date.now(),
    );
    return null;
  },
});
