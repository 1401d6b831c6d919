import { randomUUID } from "node:crypto";
import type { CallRecord } from "../functions.ts";

const kept = 1000;
const kinds = {
  query: "Query",
  mutation: "Mutation",
  action: "Action",
  httpAction: "HttpAction",
} as const;

type Entry = { at: number; record: CallRecord };

/** The last calls, for `convex logs`, which asks again and again for those after a cursor. */
export function createCallLog(now: () => number) {
  const entries: Entry[] = [];
  let last = 0;
  let more = Promise.withResolvers<void>();

  return {
    note(record: CallRecord): void {
      // The cursor is a time: no two entries may share one.
      last = Math.max(last + 0.001, now());
      entries.push({ at: last, record });
      if (entries.length > kept) entries.shift();
      more.resolve();
      more = Promise.withResolvers();
    },
    /** What came after the cursor; where that is nothing, waits for it, or for `giveUp`. */
    async after(cursor: number, giveUp: AbortSignal): Promise<object> {
      const isFirst = cursor === 0;
      if (!isFirst && !entries.some(({ at }) => at > cursor)) {
        const aborted = Promise.withResolvers<void>();
        giveUp.addEventListener("abort", () => aborted.resolve(), { once: true });
        if (!giveUp.aborted) await Promise.race([more.promise, aborted.promise]);
      }
      const found = entries.filter(({ at }) => at > cursor);
      return { entries: found.map(execution), newCursor: found.at(-1)?.at ?? (cursor || now()) };
    },
  };
}

/** In the form the command line reads, which has more fields than this host has facts. */
const execution = ({ at, record }: Entry): object => ({
  kind: "Completion",
  udfType: kinds[record.kind],
  identifier: record.path,
  logLines: record.logLines,
  timestamp: at / 1000,
  executionTime: (record.ms ?? 0) / 1000,
  executionTimestamp: at / 1000,
  success: record.error === undefined ? {} : null,
  error: record.error ?? null,
  requestId: record.requestId,
  executionId: randomUUID(),
  cachedResult: false,
  willRetry: false,
  environment: "isolate",
  identityType: "",
  caller: "",
  usageStats: {
    databaseReadBytes: record.metrics?.bytesRead ?? 0,
    databaseWriteBytes: record.metrics?.bytesWritten ?? 0,
    databaseReadDocuments: record.metrics?.documentsRead ?? 0,
  },
});
