import { compareValues, type Value } from "convex/values";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeId, encodeId } from "../../bots/sandbox/convex/sqlite/ids.ts";
import { afterAll, encodeKey, justAfter } from "../../bots/sandbox/convex/sqlite/keys.ts";

const { array, assert, constant, constantFrom, property, tuple } = fc;
const text = fc.string({ unit: "binary" });
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    constant(null),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.double(),
    constantFrom(0, -0, 1, -1, Infinity, -Infinity, NaN, Number.MIN_VALUE),
    fc.boolean(),
    text,
    constantFrom("", "\0", "a", "a\0", "a\u0001", "ä", "\u{1f600}", "\uffff"),
    fc.uint8Array().map((bytes) => new Uint8Array(bytes).buffer),
    array(tie("value"), { maxLength: 3 }),
    fc.dictionary(constantFrom("a", "b", "aa", "B"), tie("value"), { maxKeys: 3 }),
  ),
}));
const part: fc.Arbitrary<Value | undefined> = fc.oneof(constant(undefined), value);

const tuples = tuple(array(part, { maxLength: 3 }), array(part, { maxLength: 3 }));

/** Field by field; of two that begin alike, the shorter is first. */
function compareTuples(a: (Value | undefined)[], b: (Value | undefined)[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return Math.sign(order);
  }
  return Math.sign(a.length - b.length);
}

test("keys sort as the values they are made of", () => {
  assert(
    property(tuples, ([a, b]) => {
      expect(Buffer.compare(encodeKey(a), encodeKey(b))).toBe(compareTuples(a, b));
    }),
    { numRuns: 5000 },
  );
});

test("what begins with some fields lies between their key and the end of it", () => {
  assert(
    property(tuples, ([a, b]) => {
      const prefix = encodeKey(a);
      const key = encodeKey([...a, ...b]);
      expect(Buffer.compare(prefix, key)).toBeLessThanOrEqual(0);
      expect(Buffer.compare(key, afterAll(prefix))).toBeLessThan(0);
    }),
    { numRuns: 2000 },
  );
});

test("a key of another value is never within those that begin with this one", () => {
  assert(
    property(part, part, part, (a, b, rest) => {
      const order = compareValues(a, b);
      const key = encodeKey([b, rest]);
      const isBelow = Buffer.compare(key, encodeKey([a])) < 0;
      const isAbove = Buffer.compare(key, afterAll(encodeKey([a]))) >= 0;
      expect([isBelow, isAbove]).toEqual([order > 0, order < 0]);
      expect(Buffer.compare(justAfter(key), key)).toBe(1);
    }),
    { numRuns: 3000 },
  );
});

test("an id tells its table, and a mistyped one nothing", () => {
  const id = encodeId(10_001, new Uint8Array(16).fill(7));
  expect(id).toMatch(/^[0-9a-z]{32}$/);
  expect(decodeId(id)).toEqual({ tableNumber: 10_001 });
  for (const wrong of ["", "none", id.slice(1), `${id}0`, id.toUpperCase(), `1${id.slice(1)}`]) {
    expect(decodeId(wrong)).toBeNull();
  }
});
