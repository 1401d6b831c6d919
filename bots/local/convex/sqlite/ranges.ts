import type { JSONValue } from "convex/values";
import type { Index } from "./indexing.ts";
import { afterAll, encodeKey, type KeyPart } from "./keys.ts";
import type { Range } from "./transaction.ts";
import { fromJson } from "./values.ts";

/** One step of `q.eq(...).gt(...).lt(...)`. */
export type RangeStep = {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: JSONValue;
};

/**
 * What part of the index the steps ask for: equalities on its first fields in their order, then at
 * most one lower and one upper bound on the next.
 */
export function rangeOf(index: Index, steps: readonly RangeStep[]): Range {
  const equal: KeyPart[] = [];
  let lower: RangeStep | undefined;
  let upper: RangeStep | undefined;

  for (const [i, step] of steps.entries()) {
    const isBound = step.type !== "Eq";
    const expected = index.fields[equal.length];
    if (lower !== undefined && upper !== undefined) throw new Error(tooMany(step));
    if (!isBound && (lower ?? upper) !== undefined) throw new Error(wrongOrder(step, steps[i - 1]));
    if (step.fieldPath !== expected) throw new Error(wrongField(step, expected, lower ?? upper));
    if (!isBound) {
      equal.push(fromJson(step.value));
    } else if (step.type.startsWith("G")) {
      if (lower !== undefined) throw new Error(wrongOrder(step, steps[i - 1]));
      lower = step;
    } else {
      if (upper !== undefined) throw new Error(wrongOrder(step, steps[i - 1]));
      upper = step;
    }
  }

  const prefix = encodeKey(equal);
  const bound = ({ value }: RangeStep) => encodeKey([...equal, fromJson(value)]);
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

const call = ({ type }: RangeStep): string => `.${type.toLowerCase()}`;

const tooMany = (step: RangeStep): string =>
  "Incorrect operator used in `withIndex`, cannot chain more operators after both `.gt` and `.lt` " +
  `were already used, got \`${call(step)}(${step.fieldPath}, ${JSON.stringify(step.value)})\`.`;

const wrongOrder = (step: RangeStep, before: RangeStep | undefined): string =>
  `Incorrect operator used in \`withIndex\`, cannot chain \`${call(step)}()\` after ` +
  `\`${before === undefined ? "" : call(before)}()\``;

const wrongField = (
  { fieldPath }: RangeStep,
  expected: string | undefined,
  other: RangeStep | undefined,
): string =>
  other === undefined
    ? `Incorrect field used in \`withIndex\`, expected "${expected}", got "${fieldPath}"`
    : "Incorrect field used in `withIndex`, `.gt` and `.lt` must operate on the same field, " +
      `expected "${expected}", got "${fieldPath}"`;
