import { CommitTsPlaceholder, jsonToConvex, type Value } from "convex/values";
import type { ValidatorJson } from "./validators.ts";

// Values and validators as Convex writes them in its errors.

const longestShown = 2000;

export function shown(value: Value): string {
  const text = written(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
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
export function described(validator: ValidatorJson): string {
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
