import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalMutation } from "./_generated/server.js";
import * as clock from "./model/consequences/clock.ts";
import { notifyDue } from "./model/events/myReminders.ts";

// What crons run because time passes. Each schedules itself for what does not fit into one batch.

const batch = 50;

/** Events begin and end: their status follows the clock, not the sync. */
export const updateStatuses = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await clock.updateStatuses(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.clock.updateStatuses, {});
    return null;
  },
});

/** Reminders that have come due, channels' and people's own. */
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

/** Agendas whose local hour has come. */
export const sendAgendas = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await clock.sendAgendas(ctx, Date.now()))
      await ctx.scheduler.runAfter(0, internal.clock.sendAgendas, {});
    return null;
  },
});
