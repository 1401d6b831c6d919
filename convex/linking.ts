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

// The steps of linking, each one transaction. Who calls is read from the token here as well: the
// actions and routes that run these steps pass it on.

const who = { name: v.string(), handle: v.optional(v.string()) };

/**
 * A chat account wants to link: counts the try. Says how the person is known to Privy where that
 * is done already. Refuses `too-many-tries`.
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

/** Privy knew the chat account: they are one. */
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

/** Who signed in on the page with this chat account's own code, for its button to finish. */
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
    // The button confirms whom it named, not who signed in since.
    if (did === undefined || markOf(await hashOf(did)) !== signer) throw refusal("code-expired");
    return { hash, did, name };
  },
});

/** The chat account says yes to who signed in. */
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
 * Which chat account asked for a code that somebody has entered on the page. A miss is counted, so
 * it is given back and not thrown.
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

/** Notes who has signed in with a code, and how they are shown to the chat account. */
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

/** The person on the page says yes to the chat account. They have looked before, as themselves. */
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

/** Goes on with a merge that was too long for one transaction. */
export const moveMore = internalMutation({
  args: { from: v.id("users"), to: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { from, to }) => {
    await moveRows(ctx, from, to);
    return null;
  },
});
