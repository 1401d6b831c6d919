import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  entries: defineTable({ group: v.string(), rank: v.number(), text: v.string() }).index(
    "by_group_and_rank",
    ["group", "rank"],
  ),
});
