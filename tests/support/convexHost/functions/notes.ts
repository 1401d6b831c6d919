import {
  actionGeneric,
  internalMutationGeneric,
  internalQueryGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { ConvexError, v } from "convex/values";

const addNote = makeFunctionReference<"mutation">("notes:add");

export const list = queryGeneric({
  args: { author: v.string() },
  handler: async (ctx, { author }) => {
    console.log("listing", author);
    const notes = await ctx.db
      .query("notes")
      .withIndex("by_author", (q) => q.eq("author", author))
      .collect();
    return notes.map((note) => note["text"] as string);
  },
});

export const add = mutationGeneric({
  args: { author: v.string(), text: v.string() },
  handler: async (ctx, note) => {
    await ctx.db.insert("notes", note);
    return note.text;
  },
});

/** Writes first and refuses after: nothing of it may stay. */
export const addThenRefuse = mutationGeneric({
  args: { author: v.string(), refuse: v.boolean() },
  handler: async (ctx, { author, refuse }) => {
    await ctx.db.insert("notes", { author, text: "never seen" });
    if (refuse) throw new ConvexError({ code: "no", count: 3n });
    throw new Error("the database password is hunter2");
  },
});

export const badReturn = mutationGeneric({
  args: { author: v.string() },
  returns: v.number(),
  handler: async (ctx, { author }) => {
    await ctx.db.insert("notes", { author, text: "wrong return" });
    return "not a number" as unknown as number;
  },
});

/** Calls a mutation from an action, as clients cannot tell. */
export const addByAction = actionGeneric({
  args: { author: v.string(), texts: v.array(v.string()) },
  handler: async (ctx, { author, texts }) =>
    await Promise.all(texts.map((text) => ctx.runMutation(addNote, { author, text }))),
});

export const addLater = mutationGeneric({
  args: { author: v.string(), text: v.string(), inMs: v.number() },
  handler: async (ctx, { author, text, inMs }) => {
    await ctx.scheduler.runAfter(inMs, addNote, { author, text });
  },
});

/** Reads, lets others run, and writes what it read plus one: lost unless transactions are whole. */
export const appendCount = mutationGeneric({
  args: { author: v.string() },
  handler: async (ctx, { author }) => {
    const before = await ctx.db
      .query("notes")
      .withIndex("by_author", (q) => q.eq("author", author))
      .collect();
    await Promise.resolve();
    await ctx.db.insert("notes", { author, text: String(before.length) });
  },
});

export const countAll = internalQueryGeneric({
  args: {},
  handler: async (ctx) => (await ctx.db.query("notes").collect()).length,
});

export const nightly = internalMutationGeneric({
  args: { author: v.string() },
  handler: async (ctx, { author }) => {
    await ctx.db.insert("notes", { author, text: "from a cron" });
  },
});
