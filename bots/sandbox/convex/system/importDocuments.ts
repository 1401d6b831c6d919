import { internalMutationGeneric } from "convex/server";
import { v } from "convex/values";

/** Adds documents; ids and times of creation are new. */
export default internalMutationGeneric({
  args: { table: v.string(), documents: v.array(v.record(v.string(), v.any())) },
  handler: async ({ db }, { table, documents }) => {
    for (const document of documents) await db.insert(table, document);
  },
});

/** Deletes the first documents of a table; true where that was all. */
export const clear = internalMutationGeneric({
  args: { table: v.string(), most: v.number() },
  handler: async ({ db }, { table, most }) => {
    const documents = await db.query(table).take(most);
    for (const { _id } of documents) await db.delete(_id);
    return documents.length < most;
  },
});
