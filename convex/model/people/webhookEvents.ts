import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { webhookEvent, webhookEventType } from "../fields.ts";
import { type Notice, type NoticeOptions, notifyUser } from "./notices.ts";
import { userOf } from "../callers/users.ts";
import { currency } from "../../../shared/money/money.ts";

// What has happened to a person, for them and for what they connect: kept for a day, and told in
// their chat where the table of `tellings.ts` says so. Written inside Convex alone.

export type EventType = Infer<typeof webhookEventType>;
export type Emitted = Pick<Infer<typeof webhookEvent>, "type" | "userId" | "eventId" | "data">;

const keptMs = 24 * 60 * 60 * 1000;
const maxOfUser = 500;
const longestText = 200;

/** All that a row of each type may hold: nothing else about a person can get into one. */
const facts: Record<EventType, readonly string[]> = {
  "stripe.account.updated": ["account", "needs", "canCharge", "canPayOut", "at"],
  "stripe.payment.succeeded": ["payment", "amount", "currency", "at"],
  "stripe.payment.failed": ["payment", "amount", "currency", "reason", "at"],
  "queue.position.updated": ["position", "estimatedTime", "status"],
  "queue.your_turn": ["position", "confirmBy", "call"],
};

/**
 * Records that something happened and, unless `isTold` is false, owes its person the notice that
 * its type has, in the same transaction; null where they have left, of whom nothing is written any
 * more. Throws where the data have a field that the type has not. `now` in milliseconds.
 */
export async function emit(
  ctx: MutationCtx,
  { type, userId: named, eventId, data }: Emitted,
  now: number,
  { isTold = true }: { isTold?: boolean } = {},
): Promise<Id<"webhookEvents"> | null> {
  const about = { type, data: checked(type, data), ...(eventId !== undefined && { eventId }) };
  const kept = { ...about, createdAt: now, expiresAt: now + keptMs };
  if (named === undefined) return await ctx.db.insert("webhookEvents", kept);
  const user = await userOf(ctx, named);
  if (!user) return null;
  const told = isTold ? noticeOfWebhookEvent[type]({ ...about, userId: user._id }) : null;
  if (told) {
    const { notice, ...how } = told;
    await notifyUser(ctx, user._id, notice, how, now);
  }
  return await ctx.db.insert("webhookEvents", { ...kept, userId: user._id });
}

/** The facts of a type, each bounded. */
function checked(type: EventType, data: Emitted["data"]): Emitted["data"] {
  const wrong = Object.keys(data).find((name) => !facts[type].includes(name));
  // The name alone: what it holds may be a secret.
  if (wrong !== undefined) throw new Error(`${type} has no "${wrong.slice(0, 40)}"`);
  const entries = Object.entries(data).map(([name, fact]) => [
    name,
    typeof fact === "string" ? fact.slice(0, longestText) : fact,
  ]);
  return Object.fromEntries(entries) as Emitted["data"];
}

/** A person's own of after `since`, the newest first. */
export async function webhookEventsOf(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
  { since = 0, limit }: { since?: number | undefined; limit: number },
): Promise<Doc<"webhookEvents">[]> {
  return await ctx.db
    .query("webhookEvents")
    .withIndex("by_user", (q) => q.eq("userId", userId).gt("createdAt", since))
    .order("desc")
    .take(limit);
}

/** Forgets a person's, in one batch: there are no more in a day. */
export async function forgetWebhookEvents(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const rows = await ctx.db
    .query("webhookEvents")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .take(maxOfUser);
  for (const { _id } of rows) await ctx.db.delete("webhookEvents", _id);
}

// Which webhook events notify their person in the chat, and how.

/** A webhook event of a person. */
export type Happened = Pick<Doc<"webhookEvents">, "type" | "eventId" | "data"> & {
  userId: Id<"users">;
};
export type EventNotice = NoticeOptions & { notice: Notice };

export const noticeOfWebhookEvent: Record<
  Happened["type"],
  (event: Happened) => EventNotice | null
> = {
  /** Only where Stripe waits for them; once for the same things. */
  "stripe.account.updated": ({ data: { account, needs } }) =>
    needs === undefined || needs === ""
      ? null
      : { notice: { kind: "account-needs" }, subjectKey: `account-needs:${account}:${needs}` },
  "stripe.payment.succeeded": ({ data }) => {
    const amount = ours(data);
    return amount === null
      ? null
      : {
          notice: { kind: "payment-arrived", amount },
          subjectKey: `payment-arrived:${data["payment"]}`,
        };
  },
  "stripe.payment.failed": ({ data }) => {
    const amount = ours(data);
    return amount === null
      ? null
      : {
          notice: { kind: "payment-failed", amount },
          subjectKey: `payment-failed:${data["payment"]}`,
        };
  },
  // The queue notifies its people itself, urgently.
  "queue.position.updated": () => null,
  "queue.your_turn": () => null,
};

/** Cents in our currency; of another one nothing is said that could be taken for ours. */
function ours({ amount, currency: theirs }: Happened["data"]): number | null {
  return typeof amount === "number" && theirs === currency ? amount : null;
}
