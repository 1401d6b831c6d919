import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  // Whatever Convex can keep, under indexes of one, two and three fields.
  things: defineTable(v.any())
    .index("by_a", ["a"])
    .index("by_a_and_b", ["a", "b"])
    .index("by_a_and_b_and_c", ["a", "b", "c.d"]),
  // What only some values fit into.
  strict: defineTable({
    kind: v.union(v.literal("one"), v.literal("two")),
    count: v.optional(v.number()),
    thing: v.optional(v.id("things")),
    list: v.array(v.union(v.string(), v.int64(), v.null())),
  }).index("by_kind", ["kind", "count"]),
  texts: defineTable({ text: v.string(), tag: v.string() }).searchIndex("by_text", {
    searchField: "text",
    filterFields: ["tag"],
  }),
});
