import { getDocumentSize, type Value } from "convex/values";
import { isFields, type Document } from "./values.ts";

// What Convex allows a document to be.

const mebibyte = 2 ** 20;
const maxDocumentBytes = mebibyte;
const maxArrayLength = 8192;
const maxFields = 1024;
const maxDepth = 64;

/** The document's size; throws where it is none that Convex would keep. */
export function checkDocument(document: Document): number {
  for (const name of Object.keys(document)) {
    if (name.startsWith("_") && name !== "_id" && name !== "_creationTime") {
      throw new Error(
        `Field '${name}' starts with an underscore, which is only allowed for system fields like '_id'`,
      );
    }
  }
  checkShape(document, 1);
  const size = getDocumentSize(document);
  if (size > maxDocumentBytes) {
    const mebibytes = (size / mebibyte).toFixed(2);
    throw new Error(`Value is too large (${mebibytes} MiB > maximum size 1 MiB)`);
  }
  return size;
}

/** Half of a surrogate pair is no text: in keys, all such halves would be one and the same. */
export function checkText(text: string): void {
  if (!text.isWellFormed()) {
    throw new Error("A string is not well-formed: it contains half of a surrogate pair");
  }
}

function checkShape(value: Value, depth: number): void {
  if (depth > maxDepth) {
    throw new Error(`Value is too deeply nested (more than the maximum of ${maxDepth} levels)`);
  }
  if (typeof value === "string") checkText(value);
  if (Array.isArray(value)) {
    if (value.length > maxArrayLength) {
      const lengths = `${value.length} > maximum length ${maxArrayLength}`;
      throw new Error(`Array length is too long (${lengths})`);
    }
    for (const one of value) checkShape(one, depth + 1);
  } else if (isFields(value)) {
    const fields = Object.values(value);
    if (fields.length > maxFields) {
      const counts = `${fields.length} > maximum number ${maxFields}`;
      throw new Error(`Object has too many fields (${counts})`);
    }
    for (const one of fields) checkShape(one, depth + 1);
  }
}
