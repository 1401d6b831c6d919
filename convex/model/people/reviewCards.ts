import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { enqueueEdit } from "../deliveries/queue.ts";
import { enqueue, toChannel } from "../deliveries/queue.ts";

// Cards stand in every chat that admins chose for them, and say what is true: of applications, on
// which moderators decide, and of charities, on which admins do.

/** What a card is about. */
export type CardTask = Extract<Doc<"deliveries">["task"], { kind: "card" | "charity" }>;

const day = 24 * 60 * 60 * 1000;
const cardWorthMs = 30 * day;
const editWorthMs = 7 * day;
const batch = 100;

/** Owes one chat a card. */
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

/** Owes a card to a batch of the chats that want it; the cursor of the next, null after the last. */
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
 * Changes a batch of the cards that are out, or on their way out. Gives where the next begins, null
 * where there is none. Not a paginated query: a transaction may have one of those only, and can
 * decide several applications.
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
