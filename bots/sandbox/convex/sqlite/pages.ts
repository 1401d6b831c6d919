import { createHash } from "node:crypto";
import { openSource, passes, type Query, type Sources } from "./queries.ts";
import type { Transaction } from "./transactions.ts";
import { parseDocument } from "./ids.ts";

/** What `.paginate()` asks for. */
export type PageRequest = {
  query: Query;
  cursor: string | null;
  endCursor: string | null;
  pageSize: number;
  maximumRowsRead: number | null;
  maximumBytesRead?: number | null;
};

/** `documents` are encoded JSON. */
export type Page = {
  documents: string[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRecommended" | "SplitRequired" | null;
};

/** A place between two documents of a query: right after a key, at its start, or at its end. */
type Place = { key: Uint8Array } | "start" | "end";

/**
 * A page begins right after the document its cursor names, there or not, so writes skip nothing.
 */
export function readPage(sources: Sources, transaction: Transaction, request: PageRequest): Page {
  const { query, pageSize } = request;
  const filters = query.operators.flatMap((operator) =>
    "filter" in operator ? [operator.filter] : [],
  );
  const cursors = cursorsOf(query);
  const begin = request.cursor === null ? "start" : cursors.decode(request.cursor);
  const end = request.endCursor === null ? null : cursors.decode(request.endCursor);
  const maxRows = request.maximumRowsRead ?? Infinity;
  const maxBytes = request.maximumBytesRead ?? Infinity;

  transaction.usage.readRange();
  const documents: string[] = [];
  const keys: Uint8Array[] = [];
  let bytes = 0;
  let place: Place = begin;
  let isCutShort = false;

  if (begin !== "end" && end !== "start") {
    const source = openSource(sources, transaction, query.source, {
      after: begin === "start" ? undefined : begin.key,
      upTo: end === null || end === "end" ? undefined : end.key,
    });
    for (;;) {
      const isFull = end === null && documents.length >= pageSize;
      if (isFull && pageSize === 0) break;
      const row = source.next();
      if (row === undefined) {
        place = end ?? "end";
        break;
      }
      // Only looked at: that there is more.
      if (isFull) break;
      transaction.usage.readDocument(row.size);
      keys.push(row.key);
      bytes += row.size;
      place = { key: row.key };
      if (filters.length === 0) documents.push(row.json);
      else {
        const document = parseDocument(row.json);
        if (filters.every((filter) => passes(filter, document))) documents.push(row.json);
      }
      isCutShort = keys.length >= maxRows || bytes >= maxBytes;
      if (isCutShort) break;
    }
  }

  const middle = keys[Math.floor((keys.length - 1) / 2)];
  const isLong = keys.length > pageSize + 1;
  const split = isCutShort || isLong ? (keys.length >= 2 ? middle : undefined) : undefined;
  return {
    documents,
    isDone: place === "end",
    continueCursor: cursors.encode(place),
    splitCursor: split === undefined ? null : cursors.encode({ key: split }),
    pageStatus: isCutShort ? "SplitRequired" : isLong ? "SplitRecommended" : null,
  };
}

const fingerprintBytes = 6;
const placeTags = { start: 0, end: 1, key: 2 } as const;

/** Cursors say which query they are of: another's would point anywhere. */
function cursorsOf(query: Query) {
  const fingerprint = createHash("sha256")
    .update(JSON.stringify(query))
    .digest()
    .subarray(0, fingerprintBytes);

  return {
    encode(place: Place): string {
      const [tag, key] =
        typeof place === "string"
          ? [placeTags[place], new Uint8Array()]
          : [placeTags.key, place.key];
      return Buffer.concat([fingerprint, Buffer.from([tag]), key]).toString("base64url");
    },
    decode(cursor: string): Place {
      const bytes = Buffer.from(cursor, "base64url");
      if (!bytes.subarray(0, fingerprintBytes).equals(fingerprint)) {
        throw new Error(
          "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this " +
            "cursor is from a different query.",
        );
      }
      const tag = bytes[fingerprintBytes];
      if (tag === placeTags.key) return { key: bytes.subarray(fingerprintBytes + 1) };
      return tag === placeTags.end ? "end" : "start";
    },
  };
}
