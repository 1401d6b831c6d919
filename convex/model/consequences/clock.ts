import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { announceAgenda, announceReminder, maxNamed } from "../events/announcements.ts";
import { openEvents } from "../events/lookup.ts";
import { agendaSpan, liveReminder, nextAgenda, nextReminder } from "../events/schedules.ts";
import { statusAt } from "../fields/eventStatus.ts";
import { changeEvent, updateListings } from "./events.ts";

// What happens because time passes. Each takes a bounded batch and says whether there may be more.

const batch = 50;
const maxCounted = 100;

/** Events begin and end: their status follows the clock, not the sync. */
export async function updateStatuses(ctx: MutationCtx, now: number): Promise<boolean> {
  const beginning = await ctx.db
    .query("events")
    .withIndex("by_status", (q) => q.eq("status", "upcoming").lte("startDate", now))
    .take(batch);
  const ending = await ctx.db
    .query("events")
    .withIndex("by_status_and_end", (q) => q.eq("status", "live").lte("endsBy", now))
    .take(batch);
  for (const event of [...beginning, ...ending]) {
    await changeEvent(ctx, event, { status: statusAt(event, now) }, now);
    await updateListings(ctx, event._id, now);
  }
  return beginning.length === batch || ending.length === batch;
}

/** Channels' reminders that have come due; one that is too late is not sent any more. */
export async function announceReminders(ctx: MutationCtx, now: number): Promise<boolean> {
  const due = await ctx.db
    .query("listings")
    .withIndex("by_next_reminder", (q) => q.gt("nextReminderAt", 0).lte("nextReminderAt", now))
    .take(batch);
  for (const listing of due) {
    const event = await ctx.db.get("events", listing.eventId);
    const minutes = liveReminder(listing.startDate, now);
    if (event && minutes !== undefined)
      await announceReminder(ctx, listing.orgId, event, minutes, now);
    await ctx.db.patch("listings", listing._id, {
      nextReminderAt: nextReminder(listing.startDate, now),
    });
  }
  return due.length === batch;
}

/** Agendas whose local hour has come. After a downtime the last one is sent, not each of them. */
export async function sendAgendas(ctx: MutationCtx, now: number): Promise<boolean> {
  const due = await ctx.db
    .query("channels")
    .withIndex("by_next_agenda", (q) => q.gt("nextAgendaAt", 0).lte("nextAgendaAt", now))
    .take(batch);
  for (const channel of due) await sendAgenda(ctx, channel, now);
  return due.length === batch;
}

async function sendAgenda(ctx: MutationCtx, channel: Doc<"channels">, now: number): Promise<void> {
  const { agenda, nextAgendaAt } = channel;
  if (!agenda || nextAgendaAt === undefined) return;
  const next = nextAgenda(agenda, channel.timezone, now);
  await ctx.db.patch("channels", channel._id, { nextAgendaAt: next });
  if (!channel.isOn || !channel.kinds.includes("agenda")) return;
  const to = nextAgendaAt + agendaSpan(agenda);
  const events = await openEvents(ctx, { orgId: channel.orgId, from: now, to }, maxCounted);
  const [first] = events;
  if (!first) return;
  const listed = { events: events.slice(0, maxNamed), total: events.length, due: nextAgendaAt };
  await announceAgenda(ctx, channel, channel.orgId ?? first.orgId, listed, now);
}
