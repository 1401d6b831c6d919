import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { webhookEvent, webhookEventType } from "../fields.ts";
import { type Notice, type NoticeOptions, notifyUser } from "./notices.ts";
import { userOf } from "../callers/users.ts";
import { currency } from "../../../shared/money/money.ts";

// Events of a person for their own webhooks, kept for a day. Some also notify the person in the
// chat. Written only inside Convex.

export type EventType = Infer<typeof webhookEventType>;
export type Emitted = Pick<Infer<typeof webhookEvent>, "type" | "userId" | "eventId" | "data">;

const keptMs = 24 * 60 * 60 * 1000;
const maxOfUser = 500;
const maxTextLength = 200;

/** The allowed fields of each event type; nothing else about a person can be stored. */
const facts: Record<EventType, readonly string[]> = {
  "stripe.account.updated": ["account", "needs", "canCharge", "canPayOut", "at"],
  "stripe.payment.succeeded": ["payment", "amount", "currency", "at"],
  "stripe.payment.failed": ["payment", "amount", "currency", "reason", "at"],
  "queue.position.updated": ["position", "estimatedTime", "status"],
  "queue.your_turn": ["position", "confirmBy", "call"],
};

/**
 * Writes a webhook event and, unless `isTold` is false, enqueues its notice in the same
 * transaction. Returns null for a deleted user, for whom nothing is written. Throws an error for a
 * field that the type does not allow. `now` in Unix milliseconds.
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
  const eventNotice = isTold ? noticeOfWebhookEvent[type]({ ...about, userId: user._id }) : null;
  if (eventNotice) {
    const { notice, ...how } = eventNotice;
    await notifyUser(ctx, user._id, notice, how, now);
  }
  return await ctx.db.insert("webhookEvents", { ...kept, userId: user._id });
}

/** The data of an event type, each value bounded in size. */
function checked(type: EventType, data: Emitted["data"]): Emitted["data"] {
  const wrong = Object.keys(data).find((name) => !facts[type].includes(name));
  // Report the name only: the value may be secret.
  if (wrong !== undefined) throw new Error(`${type} has no "${wrong.slice(0, 40)}"`);
  const entries = Object.entries(data).map(([name, fact]) => [
    name,
    typeof fact === "string" ? fact.slice(0, maxTextLength) : fact,
  ]);
  return Object.fromEntries(entries) as Emitted["data"];
}

/** A person's webhook events after `since`, newest first. */
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

/** Deletes a person's webhook events. One batch is enough for the events of a day. */
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
  /** Only when Stripe requires something from the person; once per set of requirements. */
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
  // The queue enqueues its own urgent notices.
  "queue.position.updated": () => null,
  "queue.your_turn": () => null,
};

/** An amount in cents of Plaza's currency; null for another currency. */
function ours({ amount, currency: theirs }: Happened["data"]): number | null {
  return typeof amount === "number" && theirs === currency ? amount : null;
}
