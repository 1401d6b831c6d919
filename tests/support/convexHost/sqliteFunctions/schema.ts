import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  items: defineTable({ name: v.string(), n: v.number(), tag: v.optional(v.string()) })
    .index("by_name", ["name"])
    .index("by_n", ["n"])
    .searchIndex("search_name", { searchField: "name", filterFields: ["tag"] })
    .searchIndex("search_tag", { searchField: "tag" }),
  // One for each time that something ran.
  runs: defineTable({ key: v.string() }).index("by_key", ["key"]),
  stamps: defineTable({ at: v.commitTs() }),
  vectors: defineTable({ name: v.string(), at: v.array(v.float64()) }).vectorIndex("by_at", {
    vectorField: "at",
    dimensions: 2,
  }),
  pairs: defineTable({ a: v.number(), b: v.number() }).index("by_a_and_b", ["a", "b"]),
  loose: defineTable(v.any()),
});
