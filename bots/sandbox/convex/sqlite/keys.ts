import { CommitTsPlaceholder, type JSONValue } from "convex/values";
import { checkText } from "./limits.ts";
import { shown } from "./validators.ts";
import { fromJson, type KeyPart } from "./ids.ts";

// Values as bytes that sort as Convex sorts values: undefined < null < bigint < number < boolean <
// string < bytes < array < object. Every encoded value says itself where it ends, so the encodings
// of
// an index's fields one after another sort as the tuple of the fields does, and whatever begins
// with
// some fields lies between their bytes and the same bytes followed by 0xff.

const tags = {
  undefined: 1,
  null: 2,
  bigint: 3,
  number: 4,
  false: 5,
  true: 6,
  string: 7,
  bytes: 8,
  array: 9,
  object: 10,
} as const;
/** Ends strings, bytes, arrays and objects; below every tag, so what is shorter comes first. */
const end = 0;
/** Follows a zero byte that is part of a string or of bytes; above every tag. */
const escaped = 0xff;

let scratch = Buffer.alloc(1024);
let used = 0;

/** The key of the given fields. */
export function encodeKey(parts: readonly KeyPart[]): Buffer {
  used = 0;
  for (const part of parts) write(part);
  return Buffer.from(scratch.subarray(0, used));
}

/** The first key after everything that begins with these bytes. */
export const afterAll = (prefix: Uint8Array): Buffer => Buffer.concat([prefix, afterAllByte]);
/** The first key that comes after this very one. */
export const justAfter = (key: Uint8Array): Buffer => Buffer.concat([key, justAfterByte]);

const afterAllByte = Buffer.from([0xff]);
const justAfterByte = Buffer.from([0]);

function write(value: KeyPart): void {
  if (value === undefined) return writeByte(tags.undefined);
  if (value === null) return writeByte(tags.null);
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "string") {
    checkText(value);
    writeByte(tags.string);
    return writeBytes(Buffer.from(value, "utf8"));
  }
  if (typeof value === "boolean") return writeByte(value ? tags.true : tags.false);
  if (typeof value === "bigint") return writeBigint(value);
  if (value instanceof ArrayBuffer) {
    writeByte(tags.bytes);
    return writeBytes(new Uint8Array(value));
  }
  if (Array.isArray(value)) {
    writeByte(tags.array);
    for (const element of value) write(element);
    return writeByte(end);
  }
  // Not known before the commit, and later than whatever is.
  if (value instanceof CommitTsPlaceholder) return writeBigint(2n ** 63n - 1n);
  writeByte(tags.object);
  const fields = value as Record<string, KeyPart>;
  for (const name of Object.keys(fields).sort()) {
    write(name);
    write(fields[name]);
  }
  writeByte(end);
}

function writeByte(byte: number): void {
  makeRoom(1);
  scratch[used++] = byte;
}

function writeBigint(value: bigint): void {
  writeByte(tags.bigint);
  makeRoom(8);
  // Shifted so that the least is zero.
  scratch.writeBigUInt64BE(BigInt.asUintN(64, value + 2n ** 63n), used);
  used += 8;
}

function writeNumber(value: number): void {
  writeByte(tags.number);
  makeRoom(8);
  scratch.writeDoubleBE(value, used);
  // Positive numbers sort by their bits once these follow all negative ones, whose bits run
  // backwards.
  if ((scratch[used] ?? 0) < 0x80) scratch[used] = (scratch[used] ?? 0) | 0x80;
  else for (let i = used; i < used + 8; i += 1) scratch[i] = ~(scratch[i] ?? 0);
  used += 8;
}

function writeBytes(bytes: Uint8Array): void {
  makeRoom(bytes.length * 2 + 1);
  for (const byte of bytes) {
    scratch[used++] = byte;
    if (byte === 0) scratch[used++] = escaped;
  }
  scratch[used++] = end;
}

function makeRoom(bytes: number): void {
  if (used + bytes <= scratch.length) return;
  const larger = Buffer.alloc((used + bytes) * 2);
  scratch.copy(larger, 0, 0, used);
  scratch = larger;
}

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
  // Every key ends with an id, which no query can name.
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

// What indexes hold of a document.

/** `fields` is what the key is made of: what the schema names, then creation time and id. */
export type Index = { number: number; name: string; fields: readonly string[] };

/** Part of an index: from a key up to, and without, another. */
export type Range = { index: number; from: Uint8Array; to: Uint8Array };
