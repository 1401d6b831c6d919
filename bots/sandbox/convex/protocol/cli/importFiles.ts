import { z } from "zod";
import type { JSONValue } from "convex/values";
import { readZip } from "./zip.ts";

export type Documents = { table: string; documents: Record<string, JSONValue>[] };

const document = z.record(z.string(), z.json());

/** The documents of an uploaded file, by table; throws on what cannot be imported here. */
export function readImport(
  data: Buffer,
  { format, tableName }: { format: string; tableName?: string | undefined },
): Documents[] {
  if (format === "zip") return readSnapshot(data);
  const table = tableName ?? "";
  const text = data.toString("utf8");
  if (format === "jsonLines") return [{ table, documents: readLines(text) }];
  if (format === "jsonArray") {
    return [{ table, documents: checked(z.array(document).parse(JSON.parse(text))) }];
  }
  throw new Error(`The embedded host does not import ${format}: use JSON lines or a JSON array`);
}

function readSnapshot(data: Buffer): Documents[] {
  const found: Documents[] = [];
  for (const { path, data: content } of readZip(data)) {
    const [, table] = /^([^/]+)\/documents\.jsonl$/.exec(path) ?? [];
    if (table === undefined || table === "_tables") continue;
    const documents = readLines(content.toString("utf8"));
    if (table.startsWith("_") && documents.length > 0) {
      throw new Error(`The embedded host does not import ${table}`);
    }
    if (!table.startsWith("_")) found.push({ table, documents });
  }
  return found;
}

const readLines = (text: string): Record<string, JSONValue>[] =>
  checked(
    text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => document.parse(JSON.parse(line))),
  );

const checked = (documents: Record<string, unknown>[]): Record<string, JSONValue>[] =>
  documents as Record<string, JSONValue>[];
