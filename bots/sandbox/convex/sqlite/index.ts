import { randomUUID } from "node:crypto";
import type { JSONValue } from "convex/values";
import { captureConsole } from "../consoleCapture.ts";
import { readCrons } from "../crons.ts";
import type { Auth, Call, Engine, Outcome } from "../engine.ts";
import { importNamed, type Router, routerOf } from "../functionsDirectory.ts";
import { createCalls, failureOf, type Notes, onceOnly, type Wanted } from "./calls.ts";
import {
  callOperations,
  createOperations,
  metaOperations,
  scheduleOperations,
} from "./operations.ts";
import { type Catalog, createCatalog } from "./catalog.ts";
import { currentLog, inFrame, installRuntime, type Log, outsideFrames } from "./runtime.ts";
import { createClock } from "./clock.ts";
import { createCommits } from "./commits.ts";
import { createCronTimes, createJobs } from "./jobs.ts";
import { databaseOperations } from "./databaseOperations.ts";
import { openDatabase, type Database } from "./database.ts";
import { createDocuments } from "./documents.ts";
import { createRestore } from "./restore.ts";
import { createFiles, storageOperations } from "./files.ts";
import { createFunctions } from "./functions.ts";
import { createJobRunner } from "./jobRunner.ts";
import { readSchema, type Schema } from "./schema.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { vectorOperations } from "./vectorSearch.ts";

export type SqliteEngineOptions = {
  /** Where everything is kept; ":memory:" keeps it as long as the engine lives. */
  file: string;
  /** The clock of functions, creation times and schedules. */
  now?: () => number;
  /** Makes ids and random numbers the same in every run. */
  seed?: string;
  /** Called for scheduled functions that failed. */
  onError?: (where: string, error: unknown) => void;
};

/**
 * The functions of a directory on one SQLite file: acknowledged writes survive the end of the
 * process.
 */
export async function createSqliteEngine(
  functionsDirectory: string,
  options: SqliteEngineOptions,
): Promise<Engine> {
  const { file, seed, onError = printError } = options;
  // Inside a function `Date.now` is the function's frozen clock; the engine needs the real one.
  const now = (): number => outsideFrames(options.now ?? Date.now);
  installRuntime();
  captureConsole(currentLog);

  const schema = readSchema((await importNamed(functionsDirectory, "schema"))?.["default"]);
  const crons = readCrons((await importNamed(functionsDirectory, "crons"))?.["default"]);
  // Imported with the first request: what http.ts imports takes as long as all the rest.
  let router: Promise<Router | null> | undefined;
  const loadRouter = async () =>
    routerOf(await outsideFrames(() => importNamed(functionsDirectory, "http")));

  const database = openDatabase(file);
  const clock = createClock(database, now);
  const catalog = broughtTo(schema, database);
  const documents = createDocuments(database, catalog, clock);
  const sources = { database, catalog, documents };
  const commits = createCommits({ database, catalog, documents, clock, seed });
  const functions = createFunctions(functionsDirectory, catalog.tableOf);
  const files = createFiles(database, catalog, documents, now);
  const jobs = createJobs(database, catalog, documents);
  const calls = createCalls({
    commits,
    documents,
    functions,
    clock: now,
    perform: () => operations,
  });
  const onDatabase = databaseOperations(sources);
  const onMeta = metaOperations();
  const onStorage = storageOperations(files, commits);
  const operations = createOperations({
    sync: { ...onDatabase.sync, ...onMeta.sync },
    async: {
      ...onDatabase.async,
      ...onMeta.async,
      ...onStorage.async,
      ...callOperations(calls),
      ...scheduleOperations(jobs, functions, commits),
      ...vectorOperations(sources, commits),
    },
    js: onStorage.js,
  });
  const runner = createJobRunner({ jobs, calls, commits, functions, now, onError });

  const subscriptions = createSubscriptions();
  const writeListeners = new Set<() => void>();
  commits.onCommit((writes) => {
    subscriptions.forget(writes);
    for (const listener of writeListeners) listener();
  });

  /** Runs a call outside the frame of the function that may have caused it. */
  const answer = (
    call: Call,
    run: (wanted: Wanted, notes: Notes) => Promise<JSONValue>,
    notes: Notes = {},
  ): Promise<Outcome> =>
    outsideFrames(async () => {
      const log: Log = { logLines: [], open: true };
      const request = { requestId: randomUUID(), scheduledFunctionId: null };
      const { path, args, auth, journal = null } = call;
      const wanted = { path, args, auth, log, request, journal };
      const result = await run(wanted, notes).then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) => ({ ok: false as const, failure: failureOf(error) }),
      );
      log.open = false;
      const { metrics, journal: ended = null } = notes;
      return {
        ...result,
        logLines: log.logLines,
        ...(metrics && { metrics }),
        ...(ended !== null && { journal: ended }),
      };
    });

  await runner.start();
  return {
    version: "sqlite",
    describe: (path) => functions.describe(path),
    query: (call) => answer(call, (wanted, notes) => calls.query(wanted, notes)),

    queries: (wanted) =>
      commits.hold(async (read) => {
        const outcomes: Outcome[] = [];
        for (const call of wanted) {
          const known = subscriptions.find(call);
          if (known !== undefined) {
            outcomes.push(known);
            continue;
          }
          const notes: Notes = {};
          const outcome = await answer(call, (one) => calls.queryIn(read, one, notes), notes);
          // Without its reads it would never be forgotten.
          if (notes.reads !== undefined) subscriptions.keep(call, outcome, notes.reads);
          outcomes.push(outcome);
        }
        return { ts: clock.committed(), outcomes };
      }),

    async mutation(call) {
      let ts = clock.committed();
      const around = call.once && onceOnly(database, call.once);
      const outcome = await answer(call, async (wanted, notes) => {
        const done = await calls.mutation(wanted, notes, around);
        ts = done.ts;
        return done.value;
      });
      return { ...outcome, ts };
    },

    action: (call) => answer(call, (wanted) => calls.action(wanted)),

    async http(request: Request, auth: Auth): Promise<Response> {
      router ??= loadRouter();
      const routes = await router;
      if (routes === null) {
        return new Response("This Convex deployment does not have HTTP actions enabled.", {
          status: 404,
        });
      }
      const route = routes.lookup(new URL(request.url).pathname, request.method);
      if (route === null) return new Response("No matching routes found", { status: 404 });
      const handler = route[0] as { invokeHttpAction(request: Request): Promise<Response> };
      // Log lines of an http action are not sent to its client.
      const log = { logLines: [], open: false };
      const info = { requestId: randomUUID(), scheduledFunctionId: null };
      const frame = calls.frameOf({ path: "http", auth, log, request: info }, "httpAction");
      return await inFrame(frame, () => handler.invokeHttpAction(request));
    },

    onWrite(listener) {
      writeListeners.add(listener);
      return () => void writeListeners.delete(listener);
    },
    tables: () => commits.hold(async () => documents.counts()),
    restore: createRestore({ database, catalog, documents, commits }),
    crons,
    cronTimes: createCronTimes(database, commits),
    files: {
      read: (id) => commits.read(async (transaction) => files.read(transaction, id)),
      async upload(token, uploaded) {
        if (!files.mayUpload(token)) return null;
        const stored = await commits.write(async (transaction) =>
          files.store(transaction, uploaded),
        );
        return stored.value;
      },
    },

    async close() {
      await runner.stop();
      await commits.hold(async () => database.close());
    },
  };
}

/** A database that does not fit the schema is left as it was, for another start. */
function broughtTo(schema: Schema, database: Database): Catalog {
  try {
    return createCatalog(database, schema);
  } catch (error) {
    database.close();
    throw error;
  }
}

function printError(where: string, error: unknown): void {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${where}: ${told}\n`);
}
