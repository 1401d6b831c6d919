import type { JSONValue } from "convex/values";
import type { Index } from "./indexing.ts";
import { afterAll, encodeKey, type KeyPart } from "./keys.ts";
import type { Range } from "./transaction.ts";
import { shown } from "./validatorText.ts";
import { fromJson } from "./values.ts";

/** One step of `q.eq(...).gt(...).lt(...)`. */
export type RangeStep = {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: JSONValue;
};

type Bounds = { equal: Map<string, KeyPart>; lower?: RangeStep; upper?: RangeStep };

/**
 * What part of the index the steps ask for: equalities on its first fields, then at most one lower
 * and one upper bound on the next. `name` is the index's in errors, which are Convex's.
 */
export function rangeOf(index: Index, name: string, steps: readonly RangeStep[]): Range {
  const { equal, lower, upper } = boundsOf(name, steps);
  const between = lower?.fieldPath ?? upper?.fieldPath;
  const used = checkFields(index, name, [...equal.keys()], between);

  const values = used.slice(0, equal.size).map((field) => equal.get(field));
  const prefix = encodeKey(values);
  const bound = ({ value }: RangeStep) => encodeKey([...values, fromJson(value)]);
  return {
    index: index.number,
    from:
      lower === undefined ? prefix : lower.type === "Gt" ? afterAll(bound(lower)) : bound(lower),
    to:
      upper === undefined
        ? afterAll(prefix)
        : upper.type === "Lte"
          ? afterAll(bound(upper))
          : bound(upper),
  };
}

function boundsOf(name: string, steps: readonly RangeStep[]): Bounds {
  const bounds: Bounds = { equal: new Map() };
  for (const step of steps) {
    if (step.type === "Eq") {
      if (bounds.equal.has(step.fieldPath)) throw new Error(definedTwice("equality", step));
      bounds.equal.set(step.fieldPath, fromJson(step.value));
      continue;
    }
    const side = step.type.startsWith("G") ? "lower" : "upper";
    if (bounds[side] !== undefined) throw new Error(definedTwice(side, step));
    const other = bounds.lower ?? bounds.upper;
    if (other !== undefined && other.fieldPath !== step.fieldPath) {
      throw new Error(
        "Upper and lower bounds in `range` can only be applied to a single index field. This query " +
          `against index ${name} attempted to set a range bound on both "${other.fieldPath}" and ` +
          `"${step.fieldPath}". Consider using \`filter\` instead. ${more}`,
      );
    }
    bounds[side] = step;
  }
  const bound = bounds.lower ?? bounds.upper;
  if (bound !== undefined && bounds.equal.has(bound.fieldPath)) {
    throw new Error(definedTwice("inequality", bound));
  }
  return bounds;
}

/** The fields used, in the index's order, of which they have to be the first. */
function checkFields(
  { fields }: Index,
  name: string,
  equal: readonly string[],
  between: string | undefined,
): string[] {
  const place = (field: string) => fields.indexOf(field);
  const used = equal.toSorted((a, b) => place(a) - place(b));
  if (between !== undefined) used.push(between);
  // Every key ends with an id, which is nobody's to name.
  const indexed = fields.length > 1 ? fields.filter((field) => field !== "_id") : fields;
  for (const field of used) {
    if (place(field) >= 0) continue;
    throw new Error(
      `The index range included a comparison with "${field}", but ${name} with fields ` +
        `${list(indexed)} doesn't index this field. For more information see ${docs}.`,
    );
  }
  const wrong = used.find((field, i) => field !== fields[i]);
  if (wrong === undefined) return used;
  throw new Error(
    `Tried to query index ${name} but the query didn't use the index fields in order.\n` +
      `Index fields: ${list(indexed)}\nQuery fields: ${list(used)}\n` +
      `First incorrect field: "${wrong}"\nFor more information see ${docs}.`,
  );
}

const docs = "https://docs.convex.dev/using/indexes";
const more = `See ${docs} for more info.`;
const comparators = { Eq: "==", Gt: ">", Gte: ">=", Lt: "<", Lte: "<=" };

function definedTwice(what: string, { type, fieldPath, value }: RangeStep): string {
  const given = fromJson(value);
  return (
    `Already defined ${what} bound in index range. Can't add "${fieldPath}" ${comparators[type]} ` +
    `${given === undefined ? "undefined" : shown(given)}.`
  );
}

const list = (fields: readonly string[]): string =>
  `[${fields.map((field) => `"${field}"`).join(", ")}]`;
