import { currentHostCall } from "./hostCall.ts";

// convex-test says nothing of its commits. Every operation of a function passes through the global
// `Convex`, so watching that tells of writes, wherever they were made: in a mutation, in one an
// action calls, in a scheduled one.

type Syscalls = {
  syscall: (op: string, args: string) => string;
  asyncSyscall: (op: string, args: string) => Promise<string>;
  jsSyscall: (op: string, args: Record<string, unknown>) => Promise<unknown>;
};

const writes = new Set([
  "1.0/insert",
  "1.0/shallowMerge",
  "1.0/replace",
  "1.0/remove",
  "1.0/schedule",
  "1.0/cancel_job",
  "1.0/actions/schedule",
  "1.0/actions/cancel_job",
  "1.0/storageDelete",
  "storage/storeBlob",
]);

let watching: Syscalls | undefined;

/** Puts the watch in front of convex-test's operations, once per process. */
export function watchSyscalls(): void {
  const runtime = globalThis as unknown as { Convex: Syscalls };
  if (runtime.Convex === watching) return;
  const original = runtime.Convex;
  watching = {
    // Read at each use: convex-test answers with those of the instance that is running.
    get syscall() {
      return original.syscall;
    },
    get asyncSyscall() {
      const run = original.asyncSyscall;
      return (op: string, args: string) =>
        op === "1.0/queryPage"
          ? paged(args, (changed) => run(op, changed))
          : watched(op, () => run(op, args), op === "1.0/insert" ? args : undefined);
    },
    get jsSyscall() {
      const run = original.jsSyscall;
      return (op: string, args: Record<string, unknown>) => {
        const call = currentHostCall();
        // convex-test would write the file into whichever transaction happens to be running.
        return op === "storage/storeBlob" && call !== undefined
          ? watched(op, () => call.storeBlob(args["blob"] as Blob))
          : watched(op, () => run(op, args));
      };
    },
  };
  runtime.Convex = watching;
}

async function watched<T>(op: string, run: () => Promise<T>, insertArgs?: string): Promise<T> {
  const call = currentHostCall();
  try {
    const result = await run();
    if (call !== undefined && op === "1.0/runUdf") call.nestedFailure = undefined;
    return result;
  } catch (error) {
    if (call !== undefined && op === "1.0/runUdf") call.nestedFailure = error;
    throw error;
  } finally {
    if (writes.has(op)) call?.wrote(insertArgs === undefined ? undefined : tableOf(insertArgs));
  }
}

type Page = { continueCursor: string; isDone: boolean; pageStatus: string | null };

/** Reads a page to where it ended the last time, where the caller knows that. */
async function paged(args: string, run: (args: string) => Promise<string>): Promise<string> {
  const call = currentHostCall();
  if (call?.page === undefined) return await run(args);
  const request = JSON.parse(args) as { endCursor?: string | null };
  const endCursor = request.endCursor ?? call.page.end;
  const page = JSON.parse(await run(JSON.stringify({ ...request, endCursor }))) as Page;
  if (endCursor !== null && page.pageStatus !== "SplitRequired") {
    // Where the document at its end is gone, convex-test says that nothing follows the page.
    page.continueCursor = endCursor;
    page.isDone = endCursor === "_end_cursor";
  }
  // It was for this page only: another one, of a query that was called, begins elsewhere.
  call.page = { end: null, ended: page.continueCursor };
  return JSON.stringify(page);
}

const tableOf = (insertArgs: string): string | undefined =>
  (JSON.parse(insertArgs) as { table?: string }).table;
