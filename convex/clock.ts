import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import * as clock from "./model/consequences/clock.ts";
import { notifyDue } from "./model/events/myReminders.ts";

// Functions of the crons that depend on time. Each schedules itself for what exceeds one batch.

const batch = 50;

/** Updates the status of events that begin or end: it depends on the clock, not on the sync. */
export const updateStatuses = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await clock.updateStatuses(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.clock.updateStatuses, {});
    return null;
  },
});

/** Sends due reminders, of channels and of people. */
export const remind = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    if (await clock.announceReminders(ctx, now))
      await ctx.scheduler.runAfter(0, internal.clock.remind, {});
    if (await notifyDue(ctx, batch, now))
      await ctx.scheduler.runAfter(0, internal.reminders.tell, {});
    return null;
  },
});

/** Announces due agendas. */
export const sendAgendas = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await clock.sendAgendas(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.clock.sendAgendas, {});
    return null;
  },
});
