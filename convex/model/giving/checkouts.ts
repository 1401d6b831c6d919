import type { Locale } from "../../../shared/texts/index.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { countPaymentPage, requirePaymentPage } from "../callers/limits.ts";
import { requireUser } from "../callers/caller.ts";

// The payment pages that members have open: one at a time, so that nobody pays two by mistake.

const minute = 60_000;
/** For so long a page is given again where the same is asked for. */
const givenAgainMs = 20 * minute;
/** Then Stripe closes it: at least half an hour after it was made, as it wants. */
const openMs = 60 * minute;
const most = 10;

async function pagesOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"checkouts">[]> {
  return await ctx.db
    .query("checkouts")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(most);
}

/** When Stripe closes a page. */
export function closesAt({ startedAt }: Doc<"checkouts">): number {
  return startedAt + openMs;
}

/**
 * The page for an amount: the one that is open, or a new one; or first others that have to be
 * closed. `closed` have been.
 */
export async function pageFor(
  ctx: MutationCtx,
  { userId, amount, locale }: { userId: Id<"users">; amount: number; locale: Locale },
  closed: readonly string[],
  now: number,
): Promise<{ open: Doc<"checkouts"> } | { toClose: string[] }> {
  const pages = await forgetClosed(ctx, userId, closed, now);
  const same = pages.find((page) => page.amount === amount && now - page.startedAt < givenAgainMs);
  // Before anything is closed: who is refused keeps the page they have.
  if (!same) await requirePaymentPage(ctx, userId);
  const toClose = pages.filter((page) => page !== same).flatMap(({ sessionId }) => sessionId ?? []);
  if (toClose.length > 0) return { toClose };
  if (same) return { open: same };
  await countPaymentPage(ctx, userId);
  const id = await ctx.db.insert("checkouts", { userId, amount, locale, startedAt: now });
  const open = await ctx.db.get("checkouts", id);
  if (!open) throw new Error("a page that was just begun is not there");
  return { open };
}

/** The pages that may be open still. One that was never made was never shown to anybody. */
async function forgetClosed(
  ctx: MutationCtx,
  userId: Id<"users">,
  closed: readonly string[],
  now: number,
): Promise<Doc<"checkouts">[]> {
  const left: Doc<"checkouts">[] = [];
  for (const page of await pagesOf(ctx, userId)) {
    const isClosed = page.sessionId !== undefined && closed.includes(page.sessionId);
    const isLost = page.sessionId === undefined && now - page.startedAt >= givenAgainMs;
    if (isClosed || isLost || now >= closesAt(page)) await ctx.db.delete("checkouts", page._id);
    else left.push(page);
  }
  return left;
}

/** Forgets a page that was paid or closed. */
export async function dropPage(
  ctx: MutationCtx,
  userId: Id<"users">,
  sessionId: string,
): Promise<void> {
  for (const page of await pagesOf(ctx, userId))
    if (page.sessionId === sessionId) await ctx.db.delete("checkouts", page._id);
}

/** Forgets all pages of a user; gives those that Stripe has open. */
export async function dropPages(ctx: MutationCtx, userId: Id<"users">): Promise<string[]> {
  const pages = await pagesOf(ctx, userId);
  for (const { _id } of pages) await ctx.db.delete("checkouts", _id);
  return pages.flatMap(({ sessionId }) => sessionId ?? []);
}

/** Stores the Checkout Session of the caller's payment page. */
export async function storeCheckoutSession(
  ctx: MutationCtx,
  { id, sessionId }: { id: Id<"checkouts">; sessionId: string },
) {
  const { user } = await requireUser(ctx);
  const row = await ctx.db.get("checkouts", id);
  if (row?.userId === user._id) await ctx.db.patch("checkouts", id, { sessionId });
  return null;
}
