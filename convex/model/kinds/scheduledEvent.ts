import { type Infer, v } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type {
  Addressee,
  Chat,
  DeliveryTask,
  Obsolete,
  Sent,
  SentMessage,
} from "../deliveries/kind.ts";
import * as scheduledEvents from "../events/scheduledEvents.ts";
import type { DeliveryOf } from "./defaults.ts";

// Discord: brings one scheduled event of a server in line with its event.
// https://discord.com/developers/docs/resources/guild-scheduled-event

export const task = v.object({
  kind: v.literal("scheduledEvent"),
  scheduledEventId: v.id("scheduledEvents"),
});

export const payload = v.object({
  kind: v.literal("scheduledEvent"),
  scheduledEvent: scheduledEvents.scheduledEventView,
});

type Reading = Pick<QueryCtx, "db">;
type ScheduledDelivery = DeliveryOf<"scheduledEvent">;

/** A server reads no message: the language and the zone are never used. */
export async function addressee(
  ctx: MutationCtx,
  { task }: ScheduledDelivery,
): Promise<Addressee | Obsolete> {
  const row = await ctx.db.get("scheduledEvents", task.scheduledEventId);
  return row
    ? { chatId: row.guildId, isPerson: false, locale: "en", timezone: "UTC" }
    : { state: "cancelled", reason: "the channel is off" };
}

/** Discord limits the changes of a whole server. */
export async function rateLimitedChat(
  ctx: Reading,
  { task }: ScheduledDelivery,
): Promise<Chat | null> {
  const row = await ctx.db.get("scheduledEvents", task.scheduledEventId);
  return row && { platform: "discord", chatId: row.guildId };
}

export async function load(
  ctx: MutationCtx,
  { task }: ScheduledDelivery,
): Promise<Infer<typeof payload> | Obsolete> {
  const view = await scheduledEvents.scheduledEventViewOf(ctx, task.scheduledEventId);
  return "state" in view ? view : { kind: "scheduledEvent", scheduledEvent: view };
}

export async function edited(ctx: MutationCtx, { task }: ScheduledDelivery): Promise<SentMessage> {
  const row = await ctx.db.get("scheduledEvents", task.scheduledEventId);
  return row?.fingerprint === undefined ? {} : { fingerprint: row.fingerprint };
}

export async function leased(ctx: MutationCtx, { task }: ScheduledDelivery): Promise<DeliveryTask> {
  const read = { isOutdated: false, wasTried: true };
  await ctx.db.patch("scheduledEvents", task.scheduledEventId, read);
  return task;
}

export async function sent(
  ctx: MutationCtx,
  { task }: ScheduledDelivery,
  { messageId: discordEventId, fingerprint }: Sent,
): Promise<void> {
  const shown = { discordEventId, fingerprint };
  await scheduledEvents.scheduledEventSynced(ctx, task.scheduledEventId, shown);
}

export async function messageDeleted(ctx: MutationCtx, { task }: ScheduledDelivery): Promise<void> {
  await scheduledEvents.scheduledEventDeleted(ctx, task.scheduledEventId);
}

/** The bot may not change the server's events: its organizations stop, with the reason. */
export async function destinationGone(
  ctx: MutationCtx,
  { task }: ScheduledDelivery,
  reason: string,
): Promise<void> {
  await scheduledEvents.stopScheduledEvents(ctx, task.scheduledEventId, reason);
}

/** What has changed since the bot read the event is enqueued. */
export async function completed(
  ctx: MutationCtx,
  { task }: ScheduledDelivery,
  now: number,
): Promise<void> {
  await scheduledEvents.scheduledEventCompleted(ctx, task.scheduledEventId, now);
}

export async function title(ctx: QueryCtx, { task }: ScheduledDelivery): Promise<string> {
  const row = await ctx.db.get("scheduledEvents", task.scheduledEventId);
  return (row && (await ctx.db.get("events", row.eventId))?.title) ?? "";
}

export async function destinationName(ctx: QueryCtx, { task }: ScheduledDelivery): Promise<string> {
  const row = await ctx.db.get("scheduledEvents", task.scheduledEventId);
  return row ? ((await scheduledEvents.organizationsAt(ctx, row.guildId))[0]?.name ?? "") : "";
}
