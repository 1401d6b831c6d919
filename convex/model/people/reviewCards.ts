import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { correctOne } from "../deliveries/corrections.ts";
import { owe, toChannel } from "../deliveries/queue.ts";

// Cards stand in every chat that admins chose for them, and say what is true: of applications, on
// which moderators decide, and of charities, on which admins do.

/** What a card is about. */
export type CardWork = Extract<Doc<"deliveries">["work"], { do: "card" | "charity" }>;

const day = 24 * 60 * 60 * 1000;
const cardWorthMs = 30 * day;
const editWorthMs = 7 * day;
const batch = 100;

/** Owes one chat a card. */
export async function oweCard(
  ctx: MutationCtx,
  channel: Doc<"channels">,
  work: CardWork,
  now: number,
): Promise<void> {
  const topic =
    work.do === "card" ? `application:${work.applicationId}` : `charity:${work.charityId}`;
  await owe(ctx, toChannel(channel), { topic, work, expiresAt: now + cardWorthMs }, now);
}

/** Owes a card to a batch of the chats that want it; the cursor of the next, null after the last. */
export async function fanOutCard(
  ctx: MutationCtx,
  work: CardWork,
  cursor: string | null,
  now: number,
): Promise<string | null> {
  const kind = work.do === "card" ? "application" : "charity";
  const page = await ctx.db
    .query("channels")
    .withIndex("by_on_and_org", (q) => q.eq("isOn", true))
    .paginate({ numItems: batch, cursor });
  for (const channel of page.page)
    if (channel.kinds.includes(kind)) await oweCard(ctx, channel, work, now);
  return page.isDone ? null : page.continueCursor;
}

/**
 * Changes a batch of the cards that are out, or on their way out. Gives where the next begins, null
 * where there is none. Not a paginated query: a transaction may have one of those only, and can
 * decide several applications.
 */
export async function correctCards(
  ctx: MutationCtx,
  work: CardWork,
  { version, after }: { version: number; after: number },
  now: number,
): Promise<number | null> {
  const deliveries = ctx.db.query("deliveries");
  const cards = await (
    work.do === "card"
      ? deliveries.withIndex("by_application", (q) =>
          q.eq("work.applicationId", work.applicationId).gt("_creationTime", after),
        )
      : deliveries.withIndex("by_charity", (q) =>
          q.eq("work.charityId", work.charityId).gt("_creationTime", after),
        )
  ).take(batch);
  const edit = { version, expiresAt: now + editWorthMs };
  for (const card of cards) await correctOne(ctx, card, edit, now);
  const last = cards.at(-1);
  return last && cards.length === batch ? last._creationTime : null;
}
