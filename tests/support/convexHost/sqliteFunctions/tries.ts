import {
  actionGeneric,
  createFunctionHandle,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { ConvexError, v } from "convex/values";

const addReference = makeFunctionReference<"mutation">("tries:add");
const countReference = makeFunctionReference<"query">("tries:count");

export const add = mutationGeneric({
  args: { name: v.string(), n: v.optional(v.number()), tag: v.optional(v.string()) },
  returns: v.id("items"),
  handler: async (ctx, { name, n = 0, tag }) => {
    const id = await ctx.db.insert("items", { name, n, ...(tag === undefined ? {} : { tag }) });
    if (name === "refused") throw new ConvexError({ code: "refused", big: 5n });
    return id as never;
  },
});

export const count = queryGeneric({
  args: { name: v.string() },
  handler: async (ctx, { name }) => {
    const all = await ctx.db
      .query("items")
      .withIndex("by_name", (q) => q.eq("name", name))
      .collect();
    return all.length;
  },
});

export const get = queryGeneric({
  args: { id: v.id("items") },
  handler: async (ctx, { id }) => await ctx.db.get("items", id),
});

/** The first of a range: what comes after it was not looked at. */
export const firstFrom = queryGeneric({
  args: { n: v.number() },
  handler: async (ctx, { n }) => {
    const first = await ctx.db
      .query("items")
      .withIndex("by_n", (q) => q.gte("n", n))
      .first();
    return first?.["n"] ?? null;
  },
});

/** Reads the clock and random numbers, with other work between. */
export const surroundings = mutationGeneric({
  args: {},
  handler: async (ctx) => {
    const before = [Date.now(), new Date().getTime()];
    const id = await ctx.db.insert("items", { name: "clock", n: 0 });
    const kept = await ctx.db.get("items", id);
    const randoms = [Math.random(), Math.random()];
    return { before, after: Date.now(), created: kept?._creationTime, randoms, id };
  },
});

export const refuses = mutationGeneric({
  args: { what: v.union(v.literal("fetch"), v.literal("setTimeout"), v.literal("setInterval")) },
  handler: async (_ctx, { what }) => {
    if (what === "fetch") await fetch("http://127.0.0.1:1");
    else globalThis[what](() => undefined, 1);
  },
});

export const waits = actionGeneric({
  args: {},
  handler: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return Date.now();
  },
});

export const insertAny = mutationGeneric({
  args: { table: v.string(), value: v.any() },
  handler: async (ctx, { table, value }) => await ctx.db.insert(table, value as never),
});

/** Calls one that fails, beside one that does not and a write of its own. */
export const nests = mutationGeneric({
  args: {},
  handler: async (ctx) => {
    const [failed] = await Promise.allSettled([
      ctx.runMutation(addReference, { name: "refused" }),
      ctx.runMutation(addReference, { name: "nested" }),
      ctx.db.insert("items", { name: "beside", n: 0 }),
    ]);
    const reason: unknown = failed.status === "rejected" ? failed.reason : undefined;
    return {
      data: reason instanceof ConvexError ? (reason.data as unknown) : null,
      refused: await ctx.runQuery(countReference, { name: "refused" }),
      nested: await ctx.runQuery(countReference, { name: "nested" }),
      beside: await ctx.runQuery(countReference, { name: "beside" }),
    };
  },
});

/** Goes on writing when it has answered. */
export const leaves = mutationGeneric({
  args: {},
  handler: async (ctx) => {
    void (async () => {
      await new Promise(setImmediate);
      await ctx.db.insert("items", { name: "left", n: 0 });
    })();
  },
});

/** What is seen of its own write: now, and as of before. */
export const looksBack = mutationGeneric({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("items", { name: "new", n: 0 });
    const options = { useStaleSnapshot: true };
    const stale = ctx.runQuery as (f: unknown, args: object, options: object) => Promise<number>;
    const before = await stale(countReference, { name: "new" }, options);
    return [before, await ctx.runQuery(countReference, { name: "new" })];
  },
});

export const stamp = mutationGeneric({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("stamps", { at: ctx.db.vars.commitTs });
    return ctx.db.vars.commitTs;
  },
});
export const stamps = queryGeneric({
  args: {},
  handler: async (ctx) => (await ctx.db.query("stamps").collect()).map(({ at }) => at as bigint),
});

export const search = queryGeneric({
  args: { text: v.string(), tag: v.optional(v.string()) },
  handler: async (ctx, { text, tag }) => {
    const found = await ctx.db
      .query("items")
      .withSearchIndex("search_name", (q) => {
        const by = q.search("name", text);
        return tag === undefined ? by : by.eq("tag", tag);
      })
      .collect();
    return found.map(({ name }) => name as string);
  },
});

export const searchPage = queryGeneric({
  args: { text: v.string(), cursor: v.union(v.string(), v.null()) },
  handler: async (ctx, { text, cursor }) =>
    await ctx.db
      .query("items")
      .withSearchIndex("search_name", (q) => q.search("name", text))
      .paginate({ cursor, numItems: 2 }),
});

export const nearest = actionGeneric({
  args: { vector: v.array(v.float64()) },
  handler: async (ctx, { vector }) => {
    const found = await ctx.vectorSearch("vectors", "by_at", { vector, limit: 2 });
    return found.map(({ _score }) => Math.round(_score * 100) / 100);
  },
});

export const change = mutationGeneric({
  args: { id: v.string(), to: v.any(), how: v.union(v.literal("patch"), v.literal("replace")) },
  handler: async (ctx, { id, to, how }) => {
    if (how === "patch") await ctx.db.patch("items", id as never, to as never);
    else await ctx.db.replace("items", id as never, to as never);
  },
});

export const handle = actionGeneric({
  args: { name: v.string() },
  handler: async (ctx, { name }) => {
    const made = await createFunctionHandle(addReference);
    await ctx.runMutation(made, { name });
    return (await ctx.runQuery(countReference, { name })) as number;
  },
});

export const signs = mutationGeneric({
  args: {},
  handler: async (ctx) => await ctx.auth.signJwt({ expiresInSeconds: 60 }),
});

export const metrics = mutationGeneric({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("items", { name: "measured", n: 0 });
    const { documentsWritten, documentsRead } = await ctx.meta.getTransactionMetrics();
    return [documentsWritten, documentsRead];
  },
});

export const readsTooMuch = queryGeneric({
  args: {},
  handler: async (ctx) => {
    for (let i = 0; i < 5000; i += 1) await ctx.db.query("items").first();
  },
});

export const upload = mutationGeneric({
  args: {},
  handler: async (ctx) => await ctx.storage.generateUploadUrl(),
});
export const metadata = queryGeneric({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => await ctx.db.system.get("_storage", id),
});

export const later = mutationGeneric({
  args: { inMs: v.number() },
  handler: async (ctx, { inMs }) =>
    await ctx.scheduler.runAfter(inMs, addReference, { name: "later" }),
});
export const cancel = mutationGeneric({
  args: { id: v.id("_scheduled_functions") },
  handler: async (ctx, { id }) => {
    await ctx.scheduler.cancel(id);
  },
});

export const address = queryGeneric({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => await ctx.storage.getUrl(id),
});

/** The second numbers of pairs in a range; its steps as they come. */
export const ranged = queryGeneric({
  args: { steps: v.array(v.array(v.union(v.string(), v.number()))) },
  handler: async (ctx, { steps }) => {
    const found = await ctx.db
      .query("pairs")
      .withIndex("by_a_and_b", (start) => {
        // The builder's types allow only what is right.
        let q = start as unknown as Record<string, (field: unknown, value: unknown) => typeof q>;
        for (const [op, field, value] of steps) q = q[String(op)]?.(field, value) ?? q;
        return q as never;
      })
      .collect();
    return found.map(({ b }) => b as number);
  },
});
