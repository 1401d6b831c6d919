import { internal } from "../../_generated/api.js";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { chatSubject } from "../../../shared/identity.ts";
import { accountsOf } from "../callers/chatAccounts.ts";
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

// RSVPs, reminders and calendar links whose owner changes: a chat account is linked to a user, two
// users are merged, a user or a bare chat account is deleted, a user is blocked. Done in batches.

const batch = 40;

/** Moves one batch of the rows of `from` to a user; the next batch is scheduled. */
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
  // A deleted or blocked user keeps no seats, including those of an account linked to them later.
  if (!user || !event || user.deletedAt !== undefined || isBlocked(user.accountStatus))
    return await removeRsvp(ctx, row, now);
  const other = await rsvpOf(ctx, { userId: to }, row.eventId);
  if (other) await fold(ctx, event, row, other, now);
  else await ctx.db.patch("rsvps", row._id, { userId: to });
}

const maxHalves = 5;

/**
 * Brings a user's RSVP for an event together before they answer it: after linking or merging, rows of a
 * chat account or of the merged user can still wait for their batch, and would be a second seat.
 */
export async function gatherRsvps(
  ctx: MutationCtx,
  userId: Id<"users">,
  eventId: Id<"events">,
  now: number,
): Promise<void> {
  if (await rsvpOf(ctx, { userId }, eventId)) return;
  const accounts = await accountsOf(ctx, userId);
  const halves = await ctx.db
    .query("users")
    .withIndex("by_merged_into", (q) => q.eq("mergedInto", userId))
    .take(maxHalves);
  const owners: Owner[] = [
    ...accounts.map(({ platform, platformUserId }) => ({
      account: chatSubject(platform, platformUserId),
    })),
    ...halves.map(({ _id }) => ({ userId: _id })),
  ];
  for (const owner of owners) {
    const row = await rsvpOf(ctx, owner, eventId);
    if (row) await moveRsvp(ctx, row, userId, now);
  }
}

/** Merges two RSVPs of one person for one event. The newer answer and its chat account are kept. */
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

/** Frees the seats of a blocked or deleted owner; a deleted owner's rows are deleted. */
export async function releaseRsvps(
  ctx: MutationCtx,
  owner: Owner,
  isGone: boolean,
  now: number,
): Promise<void> {
  const rsvps = await newestRsvps(ctx, owner, batch);
  for (const row of rsvps) await removeRsvp(ctx, row, now);
  const reminders = isGone ? await newestReminders(ctx, owner, batch) : [];
  for (const { _id } of reminders) await ctx.db.delete("reminders", _id);
  if (isGone) for (const { _id } of await feedsOf(ctx, owner)) await ctx.db.delete("feeds", _id);
  if (rsvps.length === batch || reminders.length === batch)
    await ctx.scheduler.runAfter(0, internal.rsvps.releaseMore, { owner, isGone });
}
