import { type Infer, v } from "convex/values";
import type { Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { toPersonView } from "../people/people.ts";
import { profileOf, userOf } from "../callers/users.ts";
import { calledIn, lengthOf, queueOf, waitingFrom } from "./line.ts";
import { inMinutes, paceOf } from "./pace.ts";

// The line as everybody in a chat may see it. Only whose profile is public is named there: what is
// for members, or for nobody, is not for whoever happens to be in a chat.

/** Absent: somebody who has not chosen to be shown to everybody. */
const person = v.object({ name: v.optional(v.string()) });

export const queueBoard = v.object({
  view: v.literal("queue"),
  /** The event whose line it is. */
  title: v.string(),
  isOpen: v.boolean(),
  /** Who was called, and whether they have come. */
  serving: v.array(person.extend({ isConfirmed: v.boolean() })),
  /** The first of those who wait, and how many there are. */
  waiting: v.array(person),
  count: v.number(),
  /** How long one person takes, in minutes: nothing here becomes false by the passing of time. */
  pace: v.object({ from: v.number(), to: v.number() }),
});

/** More do not fit into a message of either platform. */
const mostShown = 60;

/** The line at an event; null for an event that is gone, or has no line. */
export async function queueBoardOf(
  ctx: QueryCtx,
  eventId: Id<"events">,
): Promise<Infer<typeof queueBoard> | null> {
  const event = await ctx.db.get("events", eventId);
  const queue = event && (await queueOf(ctx, eventId));
  if (!queue) return null;
  const called = await calledIn(ctx, eventId);
  const first = await waitingFrom(ctx, eventId, 1, mostShown);
  return {
    view: "queue",
    title: event.title,
    isOpen: queue.isOpen,
    serving: await Promise.all(
      called.map(async ({ userId, confirmedAt }) => ({
        ...(await publicName(ctx, userId)),
        isConfirmed: confirmedAt !== undefined,
      })),
    ),
    waiting: await Promise.all(first.map(async ({ userId }) => await publicName(ctx, userId))),
    count: await lengthOf(ctx, eventId),
    pace: inMinutes(paceOf(queue)),
  };
}

async function publicName(ctx: QueryCtx, userId: Id<"users">): Promise<{ name?: string }> {
  const profile = await profileOf(ctx, userId);
  if (profile?.profileVisibility !== "public") return {};
  const user = await userOf(ctx, userId);
  const name = user ? (await toPersonView(ctx, user)).name : "";
  return name === "" ? {} : { name };
}
