import { v } from "convex/values";
import { chatSubject } from "../shared/identity.ts";
import { hashOf, markOf } from "../shared/linkCode.ts";
import { internal } from "./_generated/api.js";
import type { ActionCtx } from "./_generated/server.js";
import { linkPage, privyApp } from "./external/environment.ts";
import { chatAction, chatMutation } from "./functions.ts";
import type { ChatIdentity } from "./model/callers/chatAccounts.ts";
import { refusalCode } from "./model/fields.ts";
import { countLinkTry } from "./model/callers/limits.ts";
import { codeByHash, isOwnCode, whyClosed } from "./model/people/linkCodes.ts";
import type { PrivyAnswer } from "./model/accounts/linking.ts";
import { refusal } from "./model/refusal.ts";
import { unlink as unlinkAccount } from "./model/accounts/unlinking.ts";

// Links a chat account to a user, from the chat's side.

type Begun = { linked: true; as: string } | { linked: false; code: string; pageUrl?: string };

/**
 * Links the caller's chat account to their Privy user where Privy knows the account, by Telegram's
 * id or by Discord's name and id. Otherwise returns a single-use code that is valid for ten
 * minutes. `handle` is the account's name on its platform, `name` its display name. `pageUrl` is
 * absent where the deployment does not know its own address.
 *
 * @throws `no-linking` where Privy is not configured, `too-many-tries` after five in an hour,
 *   `second-account`, `linked-elsewhere`
 */
export const begin = chatAction({
  args: { handle: v.optional(v.string()), name: v.string() },
  returns: v.union(
    v.object({ linked: v.literal(true), as: v.string() }),
    v.object({
      linked: v.literal(false),
      code: v.string(),
      pageUrl: v.optional(v.string()),
    }),
  ),
  handler: async (ctx, args): Promise<Begun> => {
    if (!privyApp()) throw refusal("no-linking");
    const known = await ctx.runMutation(internal.linking.begin, {});
    if (known) return { linked: true as const, as: known.linkedAs };
    const person = await find(ctx, ctx.chat, args.handle);
    if (person && person !== "away") {
      await ctx.runMutation(internal.linking.bindFound, { ...args, person });
      return { linked: true as const, as: person.name };
    }
    const code = newCode();
    await ctx.runMutation(internal.linking.keepCode, { ...args, hash: await hashOf(code) });
    const page = linkPage();
    return { linked: false as const, code, ...(page && { pageUrl: `${page}#${code}` }) };
  },
});

/**
 * The Privy user with this chat account. While Privy is unavailable ("away"), a code is used
 * instead.
 */
async function find(
  ctx: ActionCtx,
  { platform, platformUserId }: ChatIdentity,
  handle: string | undefined,
): Promise<PrivyAnswer> {
  const { byTelegramId, byDiscord } = internal.external.privy;
  if (platform === "telegram")
    return await ctx.runAction(byTelegramId, { telegramId: platformUserId });
  if (!handle) return null;
  return await ctx.runAction(byDiscord, { discordId: platformUserId, username: handle });
}

/** 144 random bits as base64url, which Telegram's start links allow (at most 64 characters). */
function newCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/**
 * The state of a code that was sent in the chat, by its SHA-256 (`hash`). "waiting": nobody has
 * signed in with it on the page yet. "signed-in": the person `as` has; `press` is the action id of
 * the confirm button. An invalid code is returned as "refused" and not thrown, so that the failed
 * try is counted in the same transaction.
 */
export const lookAtCode = chatMutation({
  args: { hash: v.string() },
  returns: v.union(
    v.object({ state: v.literal("waiting"), page: v.optional(v.string()) }),
    v.object({ state: v.literal("signed-in"), as: v.string(), press: v.string() }),
    v.object({ state: v.literal("refused"), refused: refusalCode }),
  ),
  handler: async (ctx, { hash }) => {
    const { chat } = ctx.caller;
    const code = await codeByHash(ctx, hash);
    if (!code || !isOwnCode(code, chat)) {
      const isTry = await countLinkTry(ctx, chatSubject(chat.platform, chat.platformUserId));
      const refused = code ? ("code-not-yours" as const) : ("code-unknown" as const);
      return { state: "refused" as const, refused: isTry ? refused : ("too-many-tries" as const) };
    }
    const closed = whyClosed(code, Date.now());
    if (closed) return { state: "refused" as const, refused: closed };
    if (code.privyDid === undefined) {
      const page = linkPage();
      return { state: "waiting" as const, ...(page && { page }) };
    }
    const press = `${markOf(hash)}|${markOf(await hashOf(code.privyDid))}`;
    return { state: "signed-in" as const, as: code.privyName ?? "", press };
  },
});

/**
 * Links the caller's chat account to the person who signed in with its code. `mark` and `signer`
 * are the two halves of the button's `press`. Returns the person's display name.
 *
 * @throws `code-unknown`, `code-used`, `code-expired` and the codes of `begin`
 */
export const confirm = chatAction({
  args: { mark: v.string(), signer: v.string() },
  returns: v.object({ as: v.string() }),
  handler: async (ctx, args): Promise<{ as: string }> => {
    const { hash, did, name } = await ctx.runMutation(internal.linking.signedIn, args);
    const found = await ctx.runAction(internal.external.privy.byDid, { did });
    const person = found && found !== "away" ? found : { did, name };
    await ctx.runMutation(internal.linking.finishInChat, { hash, person });
    return { as: name };
  },
});

/**
 * Unlinks the caller's chat account from their user. A blocked user cannot unlink, so that they
 * cannot start again as somebody else.
 *
 * @throws `no-account`, `last-way-in`, `suspended`, `banned`
 */
export const unlink = chatMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await unlinkAccount(ctx, ctx.caller, Date.now());
    return null;
  },
});
