import { v, type Infer } from "convex/values";
import { accountsOf } from "../callers/chatAccounts.ts";
import { accountStatus, platform, role } from "../fields.ts";
import { plainName, typedName, userByUsername, userOf } from "../callers/users.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";

// Finding people, and what moderators and admins see of them.

/** A user as moderators and admins see them: no email, no wallet, no identity at a provider. */
export const shownPerson = v.object({
  _id: v.id("users"),
  name: v.string(),
  handle: v.optional(v.string()),
  role,
  accountStatus,
  /** The end of each account's number, which nobody can choose: namesakes are told apart by it. */
  accounts: v.array(v.object({ platform, numberEnd: v.string() })),
});
export type ShownPerson = Infer<typeof shownPerson>;

export async function toPersonView(
  ctx: Pick<QueryCtx, "db">,
  user: Doc<"users">,
): Promise<ShownPerson> {
  const accounts = await accountsOf(ctx, user._id);
  const handle = user.username ?? accounts.find((account) => account.handle)?.handle;
  const name = user.displayName ?? accounts.find((one) => one.displayName)?.displayName ?? "";
  const { _id, role, accountStatus } = user;
  return {
    _id,
    name,
    role,
    accountStatus,
    accounts: accounts.map((one) => ({
      platform: one.platform,
      numberEnd: one.platformUserId.slice(-numberDigits),
    })),
    ...(handle !== undefined && { handle }),
  };
}

const maxFound = 5;
/** Few enough that nobody can be written to by them. */
const numberDigits = 4;
/** An exact name match need not be among the first results of a search. */
const maxSearched = 50;

/**
 * Users that match `who`: by handle or username, else by the name in their application. Those with the
 * handle come first: it is checked by their platform, and a username is not.
 */
export async function findPeople(ctx: Pick<QueryCtx, "db">, who: string): Promise<Doc<"users">[]> {
  const name = plainName(who);
  if (name === "") return [];
  const ids = new Set<Id<"users">>();
  for (const platform of ["telegram", "discord"] as const) {
    const accounts = await ctx.db
      .query("chatAccounts")
      .withIndex("by_platform_and_handle", (q) => q.eq("platform", platform).eq("handle", name))
      .take(maxFound);
    for (const { userId } of accounts) if (userId) ids.add(userId);
  }
  const byUsername = await userByUsername(ctx, name);
  if (byUsername) ids.add(byUsername._id);
  if (ids.size === 0) {
    const applied = await ctx.db
      .query("applications")
      .withSearchIndex("search_who", (q) => q.search("who", name))
      .take(maxSearched);
    const typed = typedName(who);
    const exact = applied.filter((row) => typedName(row.name) === typed);
    // The search index includes names elsewhere, which only moderators may see.
    const words = typed.split(" ");
    const near = applied.filter((row) => words.every((word) => typedName(row.name).includes(word)));
    for (const { userId } of (exact.length > 0 ? exact : near).slice(0, maxFound)) ids.add(userId);
  }
  const users = await Promise.all([...ids].map(async (id) => await userOf(ctx, id)));
  const living = users.filter((user) => user !== null);
  return [...new Map(living.map((user) => [user._id, user])).values()];
}
