import { type Infer, v } from "convex/values";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { enqueue, enqueueEdit, toChannel } from "../deliveries/queue.ts";
import { application } from "../fields.ts";
import type { UserCaller } from "../callers/caller.ts";
import { accountsOf } from "../callers/chatAccounts.ts";

// Review cards: messages in the chats that admins subscribed to them, kept equal to data.
// Moderators decide applications on them, admins decide charities.

/** The subject of a card. */
export type CardTask = Extract<Doc<"deliveries">["task"], { kind: "card" | "charity" }>;

const day = 24 * 60 * 60 * 1000;
const cardWorthMs = 30 * day;
const editWorthMs = 7 * day;
const batch = 100;

/** Enqueues a card for one chat. */
export async function enqueueCard(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  task: CardTask,
  now: number,
): Promise<void> {
  const subjectKey =
    task.kind === "card" ? `application:${task.applicationId}` : `charity:${task.charityId}`;
  await enqueue(ctx, toChannel(channel), { subjectKey, task, expiresAt: now + cardWorthMs }, now);
}

/**
 * Enqueues a card for a batch of subscribed chats. Returns the next cursor, null after the last.
 */
export async function fanOutCard(
  ctx: MutationCtx,
  task: CardTask,
  cursor: string | null,
  now: number,
): Promise<string | null> {
  const kind = task.kind === "card" ? "application" : "charity";
  const page = await ctx.db
    .query("channels")
    .withIndex("by_on_and_org", (q) => q.eq("isOn", true))
    .paginate({ numItems: batch, cursor });
  for (const channel of page.page)
    if (channel.kinds.includes(kind)) await enqueueCard(ctx, channel, task, now);
  return page.isDone ? null : page.continueCursor;
}

/**
 * Enqueues edits of a batch of sent or pending cards. Returns the next start, null after the last.
 * Not a paginated query, because Convex allows one per transaction and a transaction can decide
 * several applications.
 */
export async function updateCards(
  ctx: MutationCtx,
  task: CardTask,
  { version, after }: { version: number; after: number },
  now: number,
): Promise<number | null> {
  const deliveries = ctx.db.query("deliveries");
  const cards = await (
    task.kind === "card"
      ? deliveries.withIndex("by_application", (q) =>
          q.eq("task.applicationId", task.applicationId).gt("_creationTime", after),
        )
      : deliveries.withIndex("by_charity", (q) =>
          q.eq("task.charityId", task.charityId).gt("_creationTime", after),
        )
  ).take(batch);
  const edit = { version, expiresAt: now + editWorthMs };
  for (const card of cards) await enqueueEdit(ctx, card, edit, now);
  const last = cards.at(-1);
  return last && cards.length === batch ? last._creationTime : null;
}

// The card on which moderators decide an application.

/** What moderators see of an application: on a card, in lists, and when deciding. */
export const shownApplication = application
  .pick(
    "goal",
    "motivation",
    "otherNames",
    "status",
    "name",
    "handle",
    "platform",
    "appliedAt",
    "reviewerName",
    "reason",
    "decidedAt",
  )
  .extend({ _id: v.id("applications") });
export type ShownApplication = Infer<typeof shownApplication>;

export function toShown(row: Doc<"applications">): ShownApplication {
  const { _id, goal, motivation, status, name, platform, appliedAt } = row;
  const { otherNames, handle, reviewerName, reason, decidedAt } = row;
  return {
    _id,
    goal,
    motivation,
    status,
    name,
    platform,
    appliedAt,
    ...(otherNames !== undefined && { otherNames }),
    ...(handle !== undefined && { handle }),
    ...(reviewerName !== undefined && { reviewerName }),
    ...(reason !== undefined && { reason }),
    ...(decidedAt !== undefined && { decidedAt }),
  };
}

/** The name of the moderator on a card: that of the chat account with which they decided. */
export async function knownAs(ctx: MutationCtx, { user, chat }: UserCaller): Promise<string> {
  const name = chat?.account?.displayName ?? user.displayName;
  if (name !== undefined) return name;
  const [account] = await accountsOf(ctx, user._id);
  return account?.displayName ?? "";
}
