import { internal } from "../../_generated/api.js";
import type { Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { enqueueEdit } from "../deliveries/queue.ts";
import { notifyActor } from "../people/somebody.ts";

// Telling a change to everybody who comes: in batches, each of which schedules the next in its own
// transaction, so that ten thousand are told exactly once, whatever stops in between.

const batch = 100;

/** Which change: its number in `attendances`, null where the event is called off. */
export type ToTell = {
  eventId: Id<"events">;
  number: number | null;
  answer: "going" | "maybe";
  cursor: string | null;
};

/** Tells a batch of those who go, or wait to; and after them those who may. */
export async function notifyBatch(ctx: MutationCtx, told: ToTell, now: number): Promise<void> {
  const { eventId, number, answer, cursor } = told;
  const event = await ctx.db.get("events", eventId);
  // On again, or off, before everybody was told: nobody else needs to be.
  if (!event || (event.status === "cancelled") !== (number === null)) return;
  const page = await ctx.db
    .query("rsvps")
    .withIndex("by_event", (q) => q.eq("eventId", eventId).eq("answer", answer))
    .paginate({ numItems: batch, cursor });
  const notice =
    number === null
      ? { kind: "called-off" as const, eventId }
      : { kind: "changed" as const, eventId, change: number };
  const subjectKey =
    number === null ? `called-off:${eventId}:${event.moves}` : topicOf(eventId, number);
  for (const row of page.page)
    await notifyActor(ctx, row, notice, { subjectKey, expiresAt: event.endsBy }, now);
  if (page.isDone && answer === "maybe") return;
  const next = page.isDone
    ? { answer: "maybe" as const, cursor: null }
    : { answer, cursor: page.continueCursor };
  await ctx.scheduler.runAfter(0, internal.rsvps.notifyChange, { eventId, number, ...next });
}

function topicOf(eventId: Id<"events">, number: number): string {
  return `changed:${eventId}:${number}`;
}

export type ToCorrect = {
  eventId: Id<"events">;
  number: number;
  version: number;
  cursor: string | null;
};

/** Corrects a batch of the messages in which a change was told that was changed again at once. */
export async function updateBatch(
  ctx: MutationCtx,
  { eventId, number, version, cursor }: ToCorrect,
  now: number,
): Promise<void> {
  const event = await ctx.db.get("events", eventId);
  if (!event) return;
  // Keys begin with their topic and "|", and "}" is the character after that.
  const subjectKey = topicOf(eventId, number);
  const page = await ctx.db
    .query("deliveries")
    .withIndex("by_key", (q) => q.gt("key", `${subjectKey}|`).lt("key", `${subjectKey}}`))
    .paginate({ numItems: batch, cursor });
  const correction = { version, expiresAt: event.endsBy };
  for (const delivery of page.page) await enqueueEdit(ctx, delivery, correction, now);
  if (page.isDone) return;
  const next = { eventId, number, version, cursor: page.continueCursor };
  await ctx.scheduler.runAfter(0, internal.rsvps.correctChange, next);
}
