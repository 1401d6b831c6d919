import { CommitTsPlaceholder, jsonToConvex, type JSONValue, type Value } from "convex/values";
import type { KeyPart } from "./keys.ts";

// What several parts need to know of Convex's values and documents.

export type Fields = Record<string, Value>;
export type Document = Fields & { _id: string; _creationTime: number };

export const parseDocument = (json: string): Document =>
  jsonToConvex(JSON.parse(json) as JSONValue) as Document;

/** A value of a query or a patch, where `undefined` has a form of its own. */
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
