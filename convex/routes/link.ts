import { ConvexError } from "convex/values";
import { z } from "zod";
import { hashOf, isLinkCode } from "../../shared/linkCode.ts";
import type { RefusalCode } from "../../shared/refusals.ts";
import { internal } from "../_generated/api.js";
import { type ActionCtx, httpAction } from "../_generated/server.js";
import { variable } from "../external/environment.ts";
import { safeJson } from "../external/boundedFetch.ts";
import type { AskedBy } from "../linking.ts";
import { privyDidOf } from "../model/callers/caller.ts";
import { accountName, maskedName, type PrivyPerson } from "../model/accounts/linking.ts";

// The API of the page for linking accounts. These are routes and not functions, because a
// function's arguments can be logged: here the token is a header, which Convex itself verifies.

const maxBodyBytes = 1000;
const body = z.object({ code: z.string().refine(isLinkCode) });

/**
 * `POST /link/look {code}` with a Privy access token: the chat account that requested the code, and
 * the person who is signed in. Responds `{chat: {platform, name, handle?}, you}`, or `{refusal}`
 * with status 400, 401, 403 or 429.
 */
export const look = httpAction(
  async (ctx, request) =>
    await respond(ctx, request, async (did, hash) => {
      const chat = await requesterOf(ctx, hash);
      const { name: you } = await personBehind(ctx, did);
      await ctx.runMutation(internal.linking.noteSignedIn, { hash, name: you });
      return { chat, you };
    }),
);

/** `POST /link/finish {code}` after `look`: links both. Responds `{ok, name}`: "Telegram · Mia". */
export const finish = httpAction(
  async (ctx, request) =>
    await respond(ctx, request, async (did, hash) => {
      await requesterOf(ctx, hash);
      const person = await personBehind(ctx, did);
      const chat: AskedBy = await ctx.runMutation(internal.linking.finishOnPage, { hash, person });
      return { ok: true, name: accountName(chat.platform, chat.name) };
    }),
);

/** `OPTIONS` of both (CORS preflight): the community's own page may call from its origin. */
export const preflight = httpAction(async (_ctx, request) => {
  const headers = new Headers(corsFor(request));
  headers.set("Access-Control-Allow-Methods", "POST");
  headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
  headers.set("Access-Control-Max-Age", "600");
  return new Response(null, { status: 204, headers });
});

/** The chat account that requested this code. A failed try is counted before it is refused. */
async function requesterOf(ctx: ActionCtx, hash: string): Promise<AskedBy> {
  const found = await ctx.runMutation(internal.linking.findOnPage, { hash });
  if ("refused" in found) throw new ConvexError({ refusal: found.refused });
  return found;
}

/** The Privy user; while Privy is unavailable, only the id that the verified token contains. */
async function personBehind(ctx: ActionCtx, did: string): Promise<PrivyPerson> {
  const person = await ctx.runAction(internal.external.privy.byDid, { did });
  return person && person !== "away" ? person : { did, name: maskedName({ did }) };
}

async function respond(
  ctx: ActionCtx,
  request: Request,
  answer: (did: string, hash: string) => Promise<object>,
): Promise<Response> {
  const headers = { ...corsFor(request), "Cache-Control": "no-store" };
  const no = (refusal: RefusalCode, status: number) =>
    Response.json({ refusal }, { status, headers });
  const text = await request.text();
  const read = text.length > maxBodyBytes ? null : body.safeParse(safeJson(text)).data;
  const did = await privyDidOf(ctx);
  if (did === null) return no("not-signed-in", 401);
  if (!read) return no(text.length > maxBodyBytes ? "bad-request" : "code-unknown", 400);
  try {
    return Response.json(await answer(did, await hashOf(read.code)), { headers });
  } catch (error) {
    if (!(error instanceof ConvexError)) throw error;
    const { refusal } = error.data as { refusal: RefusalCode };
    return no(refusal, refusal === "too-many-tries" ? 429 : 403);
  }
}

function corsFor(request: Request): Record<string, string> {
  const page = variable("LINK_PAGE_URL");
  const origin = request.headers.get("Origin");
  const isOurs = page !== undefined && origin === new URL(page).origin;
  return { Vary: "Origin", ...(isOurs && { "Access-Control-Allow-Origin": origin }) };
}
