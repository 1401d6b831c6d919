import { compareValues, type JSONValue } from "convex/values";
import type { KeyPart } from "./keys.ts";
import { fieldAt, fromJson, type Document } from "./values.ts";

/** What `q.eq(q.field("a"), 1)` and its like are written as: one operator and its operands. */
export type Expression = { [operator: string]: JSONValue };

/** Whether the document passes the filter. */
export const passes = (filter: Expression, document: Document): boolean =>
  isTrue(evaluate(filter, document));

/** As JavaScript sees it, since filters are written in it. */
const isTrue = (value: KeyPart): boolean => Boolean(value);

function evaluate(expression: Expression, document: Document): KeyPart {
  const [operator = "", operand = null] = Object.entries(expression)[0] ?? [];
  const one = (inner: JSONValue | undefined): KeyPart => evaluate(inner as Expression, document);
  const both = (): [KeyPart, KeyPart] => {
    const [left, right] = operand as JSONValue[];
    return [one(left), one(right)];
  };
  const order = (): number => compareValues(...both());

  switch (operator) {
    case "$field":
      return fieldAt(document, operand as string);
    case "$literal":
      return fromJson(operand);
    case "$eq":
      return order() === 0;
    case "$neq":
      return order() !== 0;
    case "$lt":
      return order() < 0;
    case "$lte":
      return order() <= 0;
    case "$gt":
      return order() > 0;
    case "$gte":
      return order() >= 0;
    case "$and":
      return (operand as JSONValue[]).every((inner) => isTrue(one(inner)));
    case "$or":
      return (operand as JSONValue[]).some((inner) => isTrue(one(inner)));
    case "$not":
      return !isTrue(one(operand));
    case "$neg":
      return arithmetic("$mul", one(operand), -1);
    default:
      return arithmetic(operator, ...both());
  }
}

const onNumbers: Record<string, (a: number, b: number) => number> = {
  $add: (a, b) => a + b,
  $sub: (a, b) => a - b,
  $mul: (a, b) => a * b,
  $div: (a, b) => a / b,
  $mod: (a, b) => a % b,
};
const onBigints: Record<string, (a: bigint, b: bigint) => bigint> = {
  $add: (a, b) => a + b,
  $sub: (a, b) => a - b,
  $mul: (a, b) => a * b,
  $div: (a, b) => a / b,
  $mod: (a, b) => a % b,
};

function arithmetic(operator: string, left: KeyPart, right: KeyPart): KeyPart {
  const numbers = onNumbers[operator];
  if (numbers === undefined) throw new Error(`Filters have no operator "${operator}" here`);
  if (typeof left === "number" && typeof right === "number") return numbers(left, right);
  const bigints = onBigints[operator];
  if (typeof left === "bigint" && typeof right === "bigint" && bigints !== undefined) {
    return BigInt.asIntN(64, bigints(left, right));
  }
  if (typeof left === "bigint" && right === -1) return BigInt.asIntN(64, -left);
  throw new Error(`"${operator}" in a filter takes two numbers of one kind`);
}
