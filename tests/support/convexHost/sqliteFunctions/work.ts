import {
  actionGeneric,
  internalActionGeneric,
  internalMutationGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";

const runReference = makeFunctionReference<"mutation">("work:run");
const lingerReference = makeFunctionReference<"action">("work:linger");

/** Writes, and schedules something that is to run exactly once. */
export const put = mutationGeneric({
  args: { name: v.string(), inMs: v.optional(v.number()) },
  handler: async (ctx, { name, inMs }) => {
    await ctx.db.insert("items", { name, n: 0 });
    if (inMs !== undefined) await ctx.scheduler.runAfter(inMs, runReference, { key: name });
  },
});

export const run = internalMutationGeneric({
  args: { key: v.string() },
  handler: async (ctx, { key }) => {
    await ctx.db.insert("runs", { key });
  },
});

/** Says that it has begun, and again that it has ended, some time later. */
export const lingerLater = mutationGeneric({
  args: { key: v.string() },
  handler: async (ctx, { key }) => await ctx.scheduler.runAfter(0, lingerReference, { key }),
});

export const linger = internalActionGeneric({
  args: { key: v.string() },
  handler: async (ctx, { key }) => {
    await ctx.runMutation(runReference, { key: `${key} begun` });
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    await ctx.runMutation(runReference, { key: `${key} ended` });
  },
});

export const names = queryGeneric({
  args: {},
  handler: async (ctx) => (await ctx.db.query("items").collect()).map(({ name }) => name as string),
});

export const keys = queryGeneric({
  args: {},
  handler: async (ctx) => (await ctx.db.query("runs").collect()).map(({ key }) => key as string),
});

export const jobs = queryGeneric({
  args: {},
  handler: async (ctx) => {
    const all = await ctx.db.system.query("_scheduled_functions").collect();
    return all.map(({ name, state }) => ({ name, state: state.kind }));
  },
});

export const storeFile = actionGeneric({
  args: { text: v.string() },
  handler: async (ctx, { text }) => await ctx.storage.store(new Blob([text], { type: "text/x" })),
});

export const readFile = actionGeneric({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => (await (await ctx.storage.get(id))?.text()) ?? null,
});
