import { type Infer, v } from "convex/values";
import { hashOf, markOf } from "../shared/linkCode.ts";
import { chatSubject } from "../shared/identity.ts";
import { internalMutation } from "./_generated/server.js";
import { requireChatAccount, requirePrivy } from "./model/callers/caller.ts";
import { platform, refusalCode } from "./model/fields.ts";
import { countLinkTry, requireLinkTry } from "./model/callers/limits.ts";
import {
  codeByHash,
  isOwnCode,
  ownCodeByMark,
  storeCode,
  whyClosed,
} from "./model/people/linkCodes.ts";
import { link, maskedName, privyPerson } from "./model/accounts/linking.ts";
import { moveRows } from "./model/accounts/merge.ts";
import { refusal } from "./model/refusal.ts";

// The steps of linking, one transaction each. Each reads the caller from the token, which the
// actions and routes that run these steps pass on.

const who = { name: v.string(), handle: v.optional(v.string()) };

/**
 * Starts linking a chat account and counts the try. Returns the Privy user's masked name if the
 * account is linked already. Refused after too many tries.
 *
 * @throws too-many-tries
 */
export const begin = internalMutation({
  args: {},
  returns: v.union(v.object({ linkedAs: v.string() }), v.null()),
  handler: async (ctx) => {
    const { chat, user } = await requireChatAccount(ctx);
    if (user?.privyDid !== undefined) {
      const { privyDid: did, email, displayName } = user;
      const masked = maskedName({ did, ...(email !== undefined && { email }) });
      return { linkedAs: email === undefined ? (displayName ?? masked) : masked };
    }
    const isTry = await countLinkTry(ctx, chatSubject(chat.platform, chat.platformUserId));
    if (!isTry) throw refusal("too-many-tries");
    return null;
  },
});

/** Links the calling chat account to the Privy user that has this account at Privy. */
export const bindFound = internalMutation({
  args: { ...who, person: privyPerson },
  returns: v.null(),
  handler: async (ctx, { name, handle, person }) => {
    const { chat } = await requireChatAccount(ctx);
    await link(ctx, { chat, who: { name, handle }, person, via: "privy" }, Date.now());
    return null;
  },
});

export const keepCode = internalMutation({
  args: { ...who, hash: v.string() },
  returns: v.null(),
  handler: async (ctx, { name, handle, hash }) => {
    const { chat } = await requireChatAccount(ctx);
    await storeCode(ctx, chat, hash, { name, handle }, Date.now());
    return null;
  },
});

/**
 * The person who signed in on the page with this chat account's code, for the confirming button.
 */
export const signedIn = internalMutation({
  args: { mark: v.string(), signer: v.string() },
  returns: v.object({ hash: v.string(), did: v.string(), name: v.string() }),
  handler: async (ctx, { mark, signer }) => {
    const { chat } = await requireChatAccount(ctx);
    const code = await ownCodeByMark(ctx, chat, mark);
    if (!code) throw refusal("code-unknown");
    const closed = whyClosed(code, Date.now());
    if (closed) throw refusal(closed);
    const { hash, privyDid: did, privyName: name = "" } = code;
    // The button confirms the person that it named, not a person who signed in later.
    if (did === undefined || markOf(await hashOf(did)) !== signer) throw refusal("code-expired");
    return { hash, did, name };
  },
});

/** The chat account confirms the person who signed in. */
export const finishInChat = internalMutation({
  args: { hash: v.string(), person: privyPerson },
  returns: v.null(),
  handler: async (ctx, { hash, person }) => {
    const now = Date.now();
    const { chat } = await requireChatAccount(ctx);
    const code = await codeByHash(ctx, hash);
    if (!code || !isOwnCode(code, chat)) throw refusal("code-unknown");
    if (code.privyDid !== person.did) throw refusal("code-expired");
    const closed = whyClosed(code, now);
    if (closed) throw refusal(closed);
    await ctx.db.patch("linkCodes", code._id, { usedAt: now });
    await link(ctx, { chat, who: code, person, via: "code" }, now);
    return null;
  },
});

export const askedBy = v.object({ platform, name: v.string(), handle: v.optional(v.string()) });
export type AskedBy = Infer<typeof askedBy>;

/**
 * The chat account that requested the code that was entered on the page. A wrong code is counted,
 * so it is returned as data: throwing would roll the count back.
 */
export const findOnPage = internalMutation({
  args: { hash: v.string() },
  returns: v.union(askedBy, v.object({ refused: refusalCode })),
  handler: async (ctx, { hash }) => {
    const { privyDid } = await requirePrivy(ctx);
    await requireLinkTry(ctx, privyDid);
    const code = await codeByHash(ctx, hash);
    if (!code) {
      await countLinkTry(ctx, privyDid);
      return { refused: "code-unknown" as const };
    }
    const closed = whyClosed(code, Date.now());
    if (closed) throw refusal(closed);
    const { platform, name, handle } = code;
    return { platform, name, ...(handle !== undefined && { handle }) };
  },
});

/** Stores who signed in with a code, and their masked name for the chat account. */
export const noteSignedIn = internalMutation({
  args: { hash: v.string(), name: v.string() },
  returns: v.null(),
  handler: async (ctx, { hash, name }) => {
    const { privyDid } = await requirePrivy(ctx);
    const code = await codeByHash(ctx, hash);
    const closed = code ? whyClosed(code, Date.now()) : "code-unknown";
    if (!code || closed) throw refusal(closed ?? "code-unknown");
    await ctx.db.patch("linkCodes", code._id, { privyDid, privyName: name });
    return null;
  },
});

/** The person on the page confirms the chat account that they were shown. */
export const finishOnPage = internalMutation({
  args: { hash: v.string(), person: privyPerson },
  returns: askedBy,
  handler: async (ctx, { hash, person }) => {
    const now = Date.now();
    const { privyDid } = await requirePrivy(ctx);
    const code = await codeByHash(ctx, hash);
    const closed = code ? whyClosed(code, now) : "code-unknown";
    if (!code || closed) throw refusal(closed ?? "code-unknown");
    if (code.privyDid !== privyDid || person.did !== privyDid) throw refusal("bad-request");
    await ctx.db.patch("linkCodes", code._id, { usedAt: now });
    await link(ctx, { chat: code, who: code, person, via: "code" }, now);
    const { platform, name, handle } = code;
    return { platform, name, ...(handle !== undefined && { handle }) };
  },
});

/** Continues a merge that exceeds one transaction. */
export const moveMore = internalMutation({
  args: { from: v.id("users"), to: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { from, to }) => {
    await moveRows(ctx, from, to);
    return null;
  },
});
