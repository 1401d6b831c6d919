import {
  internalQueryGeneric,
  paginationOptsValidator,
  type PaginationResult,
  type SystemTableNames,
} from "convex/server";
import { v } from "convex/values";

type Page = PaginationResult<Record<string, unknown>>;

/** Any table's documents by their time of creation: what `convex data` shows and `export` keeps. */
export default internalQueryGeneric({
  args: {
    table: v.string(),
    order: v.optional(v.union(v.literal("asc"), v.literal("desc"))),
    paginationOpts: paginationOptsValidator,
  },
  handler: async ({ db }, { table, order = "asc", paginationOpts }): Promise<Page> =>
    table.startsWith("_")
      ? await db.system
          .query(table as SystemTableNames)
          .order(order)
          .paginate(paginationOpts)
      : await db.query(table).order(order).paginate(paginationOpts),
});
