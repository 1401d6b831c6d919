import { mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";

/** As events are: some hundred bytes. */
const text = "What happens, who comes and what to bring. ".repeat(6);

/** The first of a group, in order. */
export const first = queryGeneric({
  args: { group: v.string() },
  handler: async ({ db }, { group }) => {
    const entries = await db
      .query("entries")
      .withIndex("by_group_and_rank", (q) => q.eq("group", group))
      .take(20);
    return entries.map((entry) => entry["rank"] as number);
  },
});

/** One read by the index and one document written. */
export const add = mutationGeneric({
  args: { group: v.string(), rank: v.number() },
  handler: async ({ db }, { group, rank }) => {
    const before = await db
      .query("entries")
      .withIndex("by_group_and_rank", (q) => q.eq("group", group))
      .first();
    await db.insert("entries", { group, rank, text });
    return before === null;
  },
});

export const fill = mutationGeneric({
  args: { from: v.number(), to: v.number(), groups: v.number() },
  handler: async ({ db }, { from, to, groups }) => {
    for (let index = from; index < to; index += 1) {
      await db.insert("entries", { group: `group ${index % groups}`, rank: index, text });
    }
  },
});
