import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { isBlocked } from "../people/accountStatus.ts";
import type { Owner } from "../people/actors.ts";
import {
  joined,
  placed,
  promote,
  recount,
  removeRsvp,
  roomFor,
  rsvpOf,
  sinceFor,
} from "./rsvps.ts";
import { newestRsvps } from "./rsvpViews.ts";
import { feedsOf } from "./feeds.ts";
import { newestReminders, remindersOf } from "./myReminders.ts";

// Answers, reminders and calendar links change hands: a chat account gets its user, two users turn
// out to be one person, somebody leaves or is blocked. In batches, because there may be many.

const batch = 40;

/** Moves a batch of everything that `from` has said to a user; what is left follows at once. */
export async function moveRsvps(
  ctx: MutationCtx,
  from: Owner,
  to: Id<"users">,
  now: number,
): Promise<void> {
  const rsvps = await newestRsvps(ctx, from, batch);
  const reminders = await newestReminders(ctx, from, batch);
  for (const row of rsvps) await moveRsvp(ctx, row, to, now);
  for (const row of reminders) await moveReminder(ctx, row, to);
  for (const { _id } of await feedsOf(ctx, from)) await ctx.db.patch("feeds", _id, { userId: to });
  if (rsvps.length === batch || reminders.length === batch)
    await ctx.scheduler.runAfter(0, internal.rsvps.moveMore, { from, to });
}

async function moveRsvp(
  ctx: MutationCtx,
  row: Doc<"rsvps">,
  to: Id<"users">,
  now: number,
): Promise<void> {
  const [user, event] = [await ctx.db.get("users", to), await ctx.db.get("events", row.eventId)];
  // Who is gone or barred has no seats: not those of an account that comes to them, either.
  if (!user || !event || user.deletedAt !== undefined || isBlocked(user.accountStatus))
    return await removeRsvp(ctx, row, now);
  const other = await rsvpOf(ctx, { userId: to }, row.eventId);
  if (other) await fold(ctx, event, row, other, now);
  else await ctx.db.patch("rsvps", row._id, { userId: to });
}

/** Two answers of one person for one event become one: what they said last, from where they are. */
async function fold(
  ctx: MutationCtx,
  event: Doc<"events">,
  row: Doc<"rsvps">,
  other: Doc<"rsvps">,
  now: number,
): Promise<void> {
  const later = row.answeredAt > other.answeredAt ? row : other;
  const { answer, guests, account, locale, answeredAt } = later;
  const held = joined(row, other, later);
  const room = await roomFor(ctx, event, [row, other]);
  const next = placed(held, { answer, guests }, room, await sinceFor(ctx, event._id, now));
  await ctx.db.delete("rsvps", row._id);
  await ctx.db.patch("rsvps", other._id, { ...next, account, locale, answeredAt });
  await recount(ctx, event._id, [row, other], [next], now);
  await promote(ctx, event, now);
}

async function moveReminder(ctx: MutationCtx, row: Doc<"reminders">, to: Id<"users">) {
  const known = await remindersOf(ctx, { userId: to }, row.eventId);
  if (known.some(({ minutesBefore }) => minutesBefore === row.minutesBefore))
    await ctx.db.delete("reminders", row._id);
  else await ctx.db.patch("reminders", row._id, { userId: to });
}

/** Frees the seats of somebody who may not come any more, or has gone for good with all they said. */
export async function releaseRsvps(
  ctx: MutationCtx,
  userId: Id<"users">,
  isGone: boolean,
  now: number,
): Promise<void> {
  const rsvps = await newestRsvps(ctx, { userId }, batch);
  for (const row of rsvps) await removeRsvp(ctx, row, now);
  const reminders = isGone ? await newestReminders(ctx, { userId }, batch) : [];
  for (const { _id } of reminders) await ctx.db.delete("reminders", _id);
  if (isGone)
    for (const { _id } of await feedsOf(ctx, { userId })) await ctx.db.delete("feeds", _id);
  if (rsvps.length === batch || reminders.length === batch)
    await ctx.scheduler.runAfter(0, internal.rsvps.releaseMore, { userId, isGone });
}
