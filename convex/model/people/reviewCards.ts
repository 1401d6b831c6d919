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
/** A bot that was away for long must still take a deleted applicant's name out of its chats. */
const editWorthMs = 30 * day;
const batch = 100;

/** Enqueues a card for one chat. */
export async function enqueueCard(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  task: CardTask,
  now: number,
): Promise<void> {
  const card = { subjectKey: subjectKeyOf(task), task, expiresAt: now + cardWorthMs };
  await enqueue(ctx, toChannel(channel), card, now);
}

function subjectKeyOf(task: CardTask): string {
  return task.kind === "card" ? `application:${task.applicationId}` : `charity:${task.charityId}`;
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
  if (last && cards.length === batch) return last._creationTime;
  if (task.kind === "card") await updateOldCards(ctx, task, edit, now);
  return null;
}

/** Enqueues edits of an erased application's cards whose deliveries were swept already. */
async function updateOldCards(
  ctx: MutationCtx,
  task: Extract<CardTask, { kind: "card" }>,
  { version, expiresAt }: { version: number; expiresAt: number },
  now: number,
): Promise<void> {
  const application = await ctx.db.get("applications", task.applicationId);
  if (application?.erasedAt === undefined) return;
  const edit = { subjectKey: subjectKeyOf(task), part: `edit-${version}`, task, expiresAt };
  for (const { channelId } of application.cards ?? []) {
    const channel = await ctx.db.get("channels", channelId);
    if (channel) await enqueue(ctx, toChannel(channel), edit, now);
  }
}

const maxCards = 100;

/** Keeps where a card was sent, for as long as its applicant may delete their data. */
export async function rememberCard(
  ctx: MutationCtx,
  { task, destination }: { task: Extract<CardTask, { kind: "card" }>; destination: string },
  messageId: string,
): Promise<void> {
  const channelId = ctx.db.normalizeId("channels", destination);
  const application = await ctx.db.get("applications", task.applicationId);
  if (!channelId || !application) return;
  const others = (application.cards ?? []).filter((card) => card.channelId !== channelId);
  const cards = [...others, { channelId, messageId }].slice(-maxCards);
  await ctx.db.patch("applications", application._id, { cards });
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
  .extend({
    _id: v.id("applications"),
    /** The applicant has deleted their data: name, goal and motivation are empty. */
    isErased: v.optional(v.boolean()),
  });
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
    ...(row.erasedAt !== undefined && { isErased: true }),
  };
}

/** The name of the moderator on a card: that of the chat account with which they decided. */
export async function knownAs(ctx: MutationCtx, { user, chat }: UserCaller): Promise<string> {
  const name = chat?.account?.displayName ?? user.displayName;
  if (name !== undefined) return name;
  const [account] = await accountsOf(ctx, user._id);
  return account?.displayName ?? "";
}
