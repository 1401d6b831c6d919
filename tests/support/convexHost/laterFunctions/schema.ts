import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

// What becomes of the schema beside this directory with the next version of the app.
export default defineSchema({
  items: defineTable({ name: v.string(), n: v.number(), tag: v.optional(v.string()) }).index(
    "by_tag",
    ["tag"],
  ),
  strictLater: defineTable({ kept: v.number() }),
});
