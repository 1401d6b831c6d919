import {
  CommitTsPlaceholder,
  compareValues,
  jsonToConvex,
  type JSONValue,
  type Value,
} from "convex/values";
import { type Fields, isFields } from "./ids.ts";

/** What `v` exports of itself. */
export type ValidatorJson =
  | { type: "null" | "number" | "bigint" | "boolean" | "string" | "bytes" | "any" | "commitTs" }
  | { type: "literal"; value: JSONValue }
  | { type: "id"; tableName: string }
  | { type: "array"; value: ValidatorJson }
  | { type: "record"; keys: ValidatorJson; values: { fieldType: ValidatorJson } }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "object"; value: Record<string, { fieldType: ValidatorJson; optional: boolean }> };

/** The name of the table an id belongs to; null where it is no id. */
export type TableOf = (id: string) => string | null;

/** Convex's error message for a value that does not match the validator; null where it matches. */
export function mismatch(
  validator: ValidatorJson,
  value: Value,
  tableOf: TableOf,
  path = "",
): string | null {
  const inside = (inner: ValidatorJson, one: Value, step: string) =>
    mismatch(inner, one, tableOf, path + step);

  switch (validator.type) {
    case "array":
      if (!Array.isArray(value)) break;
      return first(value, (one, i) => inside(validator.value, one, `[${i}]`));
    case "record":
      if (!isFields(value)) break;
      return first(
        present(value),
        ([name, one]) =>
          inside(validator.keys, name, `.${name}`) ??
          inside(validator.values.fieldType, one, `.${name}`),
      );
    case "object":
      if (!isFields(value)) break;
      return objectMismatch(validator, value, path, inside);
    case "union": {
      if (validator.value.some((one) => mismatch(one, value, tableOf) === null)) return null;
      break;
    }
    case "id": {
      if (typeof value !== "string") break;
      const table = tableOf(value);
      if (table === validator.tableName) return null;
      if (table === null) break;
      return (
        `Found ID "${value}" from table \`${table}\`, which does not match the table name in ` +
        `validator \`${described(validator)}\`.${at(path)}`
      );
    }
    default:
      if (isPrimitive(validator, value)) return null;
  }
  return (
    `Value does not match validator.${at(path)}\nValue: ${shown(value)}\n` +
    `Validator: ${described(validator)}`
  );
}

type Inside = (inner: ValidatorJson, value: Value, step: string) => string | null;

function objectMismatch(
  validator: ValidatorJson & { type: "object" },
  value: Fields,
  path: string,
  inside: Inside,
): string | null {
  const whole = () => `${at(path)}\n\nObject: ${shown(value)}\nValidator: ${described(validator)}`;
  for (const [name, { fieldType, optional }] of Object.entries(validator.value)) {
    const one = value[name];
    if (one !== undefined) {
      const wrong = inside(fieldType, one, `.${name}`);
      if (wrong !== null) return wrong;
    } else if (!optional) {
      return (
        `Object is missing the required field \`${name}\`. Consider wrapping the field validator ` +
        `in \`v.optional(...)\` if this is expected.${whole()}`
      );
    }
  }
  const extra = present(value).find(([name]) => !Object.hasOwn(validator.value, name));
  if (extra === undefined) return null;
  return `Object contains extra field \`${extra[0]}\` that is not in the validator.${whole()}`;
}

function isPrimitive(validator: ValidatorJson, value: Value): boolean {
  switch (validator.type) {
    case "any":
      return true;
    case "null":
      return value === null;
    case "number":
    case "boolean":
    case "string":
      return typeof value === validator.type;
    case "bigint":
    case "commitTs":
      // The placeholder becomes an integer with the commit.
      return typeof value === "bigint" || value instanceof CommitTsPlaceholder;
    case "bytes":
      return value instanceof ArrayBuffer;
    case "literal":
      return compareValues(value, jsonToConvex(validator.value)) === 0;
    default:
      return false;
  }
}

function first<T>(all: readonly T[], wrong: (one: T, i: number) => string | null): string | null {
  for (const [i, one] of all.entries()) {
    const found = wrong(one, i);
    if (found !== null) return found;
  }
  return null;
}

const present = (fields: Fields): [string, Value][] =>
  Object.entries(fields).filter(([, value]) => value !== undefined);

const at = (path: string): string => (path === "" ? "" : `\nPath: ${path}`);

// Values and validators as Convex writes them in its errors.

const maxShownLength = 2000;

export function shown(value: Value): string {
  const text = written(value);
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
}

function written(value: Value): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (value instanceof ArrayBuffer) return `bytes of length ${value.byteLength}`;
  if (value instanceof CommitTsPlaceholder) return "the time of the commit";
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  const fields = Object.entries(value).flatMap(([name, one]) =>
    one === undefined ? [] : [`${nameText(name)}: ${written(one)}`],
  );
  return `{${fields.join(", ")}}`;
}

/** A whole number shows that it is a float, as an int64 does not. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

const nameText = (name: string): string =>
  /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);

/** As it is written in a schema. */
function described(validator: ValidatorJson): string {
  switch (validator.type) {
    case "number":
      return "v.float64()";
    case "bigint":
      return "v.int64()";
    case "literal":
      return `v.literal(${written(jsonToConvex(validator.value))})`;
    case "id":
      return `v.id("${validator.tableName}")`;
    case "array":
      return `v.array(${described(validator.value)})`;
    case "record":
      return `v.record(${described(validator.keys)}, ${described(validator.values.fieldType)})`;
    case "union":
      return `v.union(${validator.value.map(described).join(", ")})`;
    case "object": {
      const fields = Object.entries(validator.value).map(([name, { fieldType, optional }]) => {
        const one = described(fieldType);
        return `${nameText(name)}: ${optional ? `v.optional(${one})` : one}`;
      });
      return `v.object({${fields.join(", ")}})`;
    }
    default:
      return `v.${validator.type}()`;
  }
}
