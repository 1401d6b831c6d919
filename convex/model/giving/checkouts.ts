import type { Locale } from "../../../shared/texts/index.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { countPaymentPage, requirePaymentPage } from "../callers/limits.ts";
import { requireUser } from "../callers/caller.ts";

// Open payment pages (Stripe Checkout Sessions): one per member, so that nobody pays twice.

const minute = 60_000;
/** For this long a page is reused for the same amount. */
const reuseMs = 20 * minute;
/** Stripe expires the page after this time; its API requires at least 30 minutes. */
const openMs = 60 * minute;
const maxPages = 10;

async function pagesOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"checkouts">[]> {
  return await ctx.db
    .query("checkouts")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(maxPages);
}

/** When Stripe expires a page (Unix milliseconds). */
export function closesAt({ startedAt }: Doc<"checkouts">): number {
  return startedAt + openMs;
}

/**
 * Returns the open payment page for an amount, or creates one. Where pages for other amounts are
 * open, returns their session ids instead: the caller closes them at Stripe and calls again with
 * them in `closed`.
 */
export async function pageFor(
  ctx: MutationCtx,
  { userId, amount, locale }: { userId: Id<"users">; amount: number; locale: Locale },
  closed: readonly string[],
  now: number,
): Promise<{ open: Doc<"checkouts"> } | { toClose: string[] }> {
  const pages = await deleteClosedPages(ctx, userId, closed, now);
  const same = pages.find((page) => page.amount === amount && now - page.startedAt < reuseMs);
  // The rate limit is checked before anything is closed: a refused member keeps their open page.
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

/**
 * Deletes closed and expired pages and returns the others. A page without a session was never
 * shown, so an old one is deleted as well.
 */
async function deleteClosedPages(
  ctx: MutationCtx,
  userId: Id<"users">,
  closed: readonly string[],
  now: number,
): Promise<Doc<"checkouts">[]> {
  const left: Doc<"checkouts">[] = [];
  for (const page of await pagesOf(ctx, userId)) {
    const isClosed = page.sessionId !== undefined && closed.includes(page.sessionId);
    const isLost = page.sessionId === undefined && now - page.startedAt >= reuseMs;
    if (isClosed || isLost || now >= closesAt(page)) await ctx.db.delete("checkouts", page._id);
    else left.push(page);
  }
  return left;
}

/** Deletes a page that was paid or closed. */
export async function dropPage(
  ctx: MutationCtx,
  userId: Id<"users">,
  sessionId: string,
): Promise<void> {
  for (const page of await pagesOf(ctx, userId))
    if (page.sessionId === sessionId) await ctx.db.delete("checkouts", page._id);
}

/** Deletes all pages of a user; returns the sessions that are to be closed at Stripe. */
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
