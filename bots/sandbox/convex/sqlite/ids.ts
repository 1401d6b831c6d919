import { CommitTsPlaceholder, jsonToConvex, type JSONValue, type Value } from "convex/values";

// An id is base32 of the table's number, 16 random bytes and a two-byte checksum.
// That makes 32 letters and digits for the tables of a deployment.

const digits = "0123456789abcdefghjkmnpqrstvwxyz";
const values = new Map(Array.from(digits, (digit, value) => [digit, value]));
const randomBytes = 16;

type DecodedId = { tableNumber: number };

export function encodeId(tableNumber: number, random: Uint8Array): string {
  const number = variableLength(tableNumber);
  const bytes = new Uint8Array(number.length + randomBytes + 2);
  bytes.set(number);
  bytes.set(random, number.length);
  bytes.set(checksum(bytes.subarray(0, -2)), bytes.length - 2);
  return toBase32(bytes);
}

/** Null for text that no table could have given out. */
export function decodeId(id: string): DecodedId | null {
  const bytes = fromBase32(id);
  if (bytes === null || bytes.length < randomBytes + 3) return null;
  const [low, high] = checksum(bytes.subarray(0, -2));
  if (bytes.at(-2) !== low || bytes.at(-1) !== high) return null;
  let tableNumber = 0;
  const length = bytes.length - randomBytes - 2;
  for (let i = 0; i < length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80 !== i < length - 1) return null;
    tableNumber += (byte & 0x7f) * 128 ** i;
  }
  return { tableNumber };
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function variableLength(number: number): number[] {
  const bytes: number[] = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/** Fletcher's, of 16 bits. */
function checksum(bytes: Uint8Array): [number, number] {
  let low = 0;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 255;
    high = (high + low) % 255;
  }
  return [low, high];
}

function toBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let waiting = 0;
  for (const byte of bytes) {
    waiting = (waiting << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += digits[(waiting >>> (bits - 5)) & 31] ?? "";
    waiting &= 31;
  }
  return bits === 0 ? text : text + (digits[(waiting << (5 - bits)) & 31] ?? "");
}

function fromBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let at = 0;
  let bits = 0;
  let waiting = 0;
  for (const digit of text) {
    const value = values.get(digit);
    if (value === undefined) return null;
    waiting = (waiting << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (waiting >>> bits) & 0xff;
    waiting &= (1 << bits) - 1;
  }
  // Another last digit, or one more, would be another id for the same bytes.
  return waiting === 0 && bits < 5 ? bytes : null;
}

// What several parts need to know of Convex's values and documents.

export type Fields = Record<string, Value>;
export type Document = Fields & { _id: string; _creationTime: number };

export const parseDocument = (json: string): Document =>
  jsonToConvex(JSON.parse(json) as JSONValue) as Document;

/** A value of a query or a patch, where `undefined` has an encoding. */
export const fromJson = (json: JSONValue): KeyPart =>
  typeof json === "object" && json !== null && "$undefined" in json
    ? undefined
    : jsonToConvex(json);

export const isFields = (value: KeyPart): value is Fields =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof ArrayBuffer) &&
  !(value instanceof CommitTsPlaceholder);

/** The value at "a.b", or undefined where there is none. */
export function fieldAt(value: KeyPart, path: string): KeyPart {
  let at = value;
  for (const name of path.split(".")) {
    if (!isFields(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

export function withoutSystemFields(document: Document): Fields {
  const { _id, _creationTime, ...fields } = document;
  return fields;
}

/** What an index key is made of; unlike a field, a key may be missing a value. */
export type KeyPart = Value | undefined;
