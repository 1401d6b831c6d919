import type {
  ExpressionOrValue,
  FilterBuilder,
  GenericDataModel,
  GenericQueryCtx,
  NamedTableInfo,
  OrderedQuery,
  PaginationResult,
  QueryInitializer,
} from "convex/server";
import type { Value } from "convex/values";
import type { Filter, Range, ReadStep, Which } from "./step.ts";

type Ctx = GenericQueryCtx<GenericDataModel>;
type Info = NamedTableInfo<GenericDataModel, string>;
type Document = Record<string, Value | undefined>;

/** What a step sees. Ids stay as they are: whoever compares knows them. */
export async function read(
  ctx: Ctx,
  step: ReadStep,
  idOf: (which: Which) => string,
): Promise<unknown> {
  switch (step.do) {
    case "get":
      return shown(await ctx.db.get(idOf(step.id) as never));
    case "normalize":
      return ctx.db.normalizeId(step.table, idOf(step.id));
    case "range":
      return await ended(ranged(ctx, step.range), step.end);
    case "take":
      return (await ranged(ctx, step.range).take(step.most)).map(shown);
    case "page": {
      const { cursor, size: numItems } = step;
      const page = await ranged(ctx, step.range).paginate({ cursor, numItems });
      const { isDone, continueCursor }: PaginationResult<Document> = page;
      return { page: page.page.map(shown), isDone, continueCursor };
    }
    case "search": {
      const found = await ctx.db
        .query("texts")
        .withSearchIndex("by_text", (q) => {
          const search = q.search("text", step.words);
          return step.tag === undefined ? search : search.eq("tag", step.tag);
        })
        .collect();
      return { found: found.map(({ _id }) => _id) };
    }
    case "jobs": {
      const jobs = await ctx.db.system.query("_scheduled_functions").collect();
      // convex-test keeps no completedTime.
      return jobs.map(({ _id, name, args, state }) => ({
        _id,
        name: name.replace(".js:", ":"),
        args: args as Value[],
        state: state.kind,
      }));
    }
  }
}

async function ended(
  query: OrderedQuery<Info>,
  end: "collect" | "first" | "unique",
): Promise<unknown> {
  if (end === "collect") return (await query.collect()).map(shown);
  return shown(end === "first" ? await query.first() : await query.unique());
}

function ranged({ db }: Ctx, range: Range): OrderedQuery<Info> {
  const from: QueryInitializer<Info> = db.query(range.table);
  const { index, eq, bounds, filter } = range;
  const source =
    index === undefined
      ? from
      : from.withIndex(index, (start) => {
          // The builder's types follow one declared index; here it is any.
          let q = start as unknown as Record<string, (field: string, value: unknown) => typeof q>;
          for (const { field, value } of eq) q = q["eq"]?.(field, value[0]) ?? q;
          for (const { op, field, value } of bounds) q = q[op]?.(field, value[0]) ?? q;
          return q as never;
        });
  const ordered = source.order(range.order);
  return filter === undefined ? ordered : ordered.filter((q) => condition(q, filter));
}

function condition(q: FilterBuilder<Info>, filter: Filter): ExpressionOrValue<boolean> {
  switch (filter.op) {
    case "and":
    case "or":
      return q[filter.op](...filter.of.map((part) => condition(q, part)));
    case "not":
      return q.not(condition(q, filter.of));
    case "arithmetic": {
      const field = q.field(filter.field) as ExpressionOrValue<number>;
      return q.gt(q.add(q.mul(field, 2), filter.by), q.sub(q.div(field, 4), 1));
    }
    default: {
      // One call for all of them: their overloads differ only in which values they take.
      const compare = q[filter.op] as (l: unknown, r: unknown) => ExpressionOrValue<boolean>;
      return compare(q.field(filter.field), filter.value);
    }
  }
}

/** Times of creation differ from engine to engine; that there is one does not. */
function shown(document: Document | null): unknown {
  if (document === null) return null;
  const { _creationTime, ...rest } = document;
  return { ...rest, hasTime: typeof _creationTime === "number" };
}
