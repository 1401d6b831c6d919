import type { Engine } from "./engine.ts";
import { createTokenVerifier } from "./identity.ts";
import { createFilesApi, createHttpApi, createLocalApi } from "./protocol/http.ts";
import { createAdmit } from "./protocol/caller.ts";
import { createEnvironment } from "./protocol/cli/environment.ts";
import { createCli } from "./protocol/cli/index.ts";
import { createCallLog } from "./protocol/cli/logs.ts";
import { withSystemQueries } from "./protocol/cli/systemEngine.ts";
import { createFunctions, type CallRecord } from "./protocol/functions.ts";
import { createMutationsOnce } from "./protocol/syncState.ts";
import { isFromThisMachine, listenOnLoopback, sendProblem } from "./servers.ts";
import { createSite } from "./protocol/site.ts";
import { createSyncServer } from "./protocol/sync.ts";
import { createReplaceableEngine } from "./replaceableEngine.ts";
import { createScheduler, type CronState } from "./crons.ts";
import { createSqliteEngine } from "./sqlite/index.ts";

export type { CallRecord } from "./protocol/functions.ts";

export type ConvexHostOptions = {
  /** What a Convex project calls `convex/`. */
  functionsDir: string;
  adminKey: string;
  /** 0, the default, takes any free port. */
  port?: number;
  sitePort?: number;
  /** For tokens and crons. Functions read the real clock. */
  now?: () => number;
  /** How keys of identity providers are fetched. */
  fetch?: typeof globalThis.fetch;
  /** What callers learn of errors: as in production (the default), or everything. */
  errors?: "production" | "development";
  /** Where everything is kept; without a file it ends with the host. */
  dataFile?: string | undefined;
  /** Another engine than the one on SQLite. */
  createEngine?: (functionsDir: string) => Promise<Engine>;
  /** Where the variables set by `convex env` are kept; without it, they end with the process. */
  environmentFile?: string;
  /** Called for every query, mutation and action, with its real error and its cost. */
  observe?: (record: CallRecord) => void;
  /** Called with the addresses as soon as connections to them are accepted. */
  onListening?: (addresses: { url: string; siteUrl: string }) => void;
  /** Called for errors outside any function. */
  onError?: (where: string, error: unknown) => void;
};

export type HostState = { tables: Record<string, number>; crons: CronState[]; version: string };

export type ConvexHost = {
  url: string;
  siteUrl: string;
  runCron(name: string): Promise<void>;
  state(): Promise<HostState>;
  /** Breaks every client's socket, as a failing network would. */
  dropSockets(): void;
  close(): Promise<void>;
};

/** Runs a directory of Convex functions on this machine, for the official clients to connect to. */
export async function startConvexHost(options: ConvexHostOptions): Promise<ConvexHost> {
  const { functionsDir, adminKey, now = Date.now, onError = printError } = options;
  const api = await listenOnLoopback(options.port ?? 0, onError);
  const site = await listenOnLoopback(options.sitePort ?? 0, onError);
  options.onListening?.({ url: api.url, siteUrl: site.url });
  // Functions and auth.config.ts find their own addresses here, so before anything is imported.
  process.env["CONVEX_CLOUD_URL"] = api.url;
  process.env["CONVEX_SITE_URL"] = site.url;

  const environment = createEnvironment({ file: options.environmentFile });

  const replaceable = await createReplaceableEngine(
    options.createEngine ?? engineOn(options.dataFile),
    functionsDir,
  );
  const verifierOf = async (functionsDirectory: string) =>
    await createTokenVerifier({
      functionsDirectory,
      now,
      fetch: options.fetch ?? globalThis.fetch,
    });
  let verify = await verifierOf(functionsDir);
  const admit = createAdmit(async (token) => await verify(token), adminKey);
  const callLog = createCallLog(now);
  const cli = createCli({
    engine: replaceable.engine,
    admit,
    functionsDirectory: () => replaceable.directory(),
    deploy,
    url: api.url,
    siteUrl: site.url,
    environment,
    callLog,
  });
  const engine = withSystemQueries(replaceable.engine, cli.queries);
  const redact = options.errors !== "development";
  const observe = (record: CallRecord): void => {
    if (!record.path.startsWith("_system/")) callLog.note(record);
    (options.observe ?? printCall)(record);
  };
  const functions = createFunctions({ engine, redact, observe });
  const sync = createSyncServer({ engine, functions, admit, once: createMutationsOnce(), now });

  const schedule = () =>
    createScheduler({
      crons: replaceable.engine.crons,
      now,
      times: replaceable.engine.cronTimes,
      async run({ path, args }) {
        const caller = { admin: true, auth: { kind: "none" } } as const;
        const reply = await functions.run({ kind: "any", path, args, caller });
        if (!reply.ok) throw new Error(reply.errorMessage);
      },
    });
  let scheduler = schedule();

  /** Goes on with other functions: their crons and identity providers too. */
  async function deploy(directory: string): Promise<void> {
    const nextVerify = await verifierOf(directory);
    await replaceable.replace(directory);
    verify = nextVerify;
    scheduler.stop();
    scheduler = schedule();
    scheduler.start();
  }

  const runCron = (name: string) => scheduler.runNow(name);
  const state = async (): Promise<HostState> => ({
    tables: await engine.tables(),
    crons: scheduler.state(),
    version: engine.version,
  });
  const httpApi = createHttpApi({ engine, functions, admit });
  const filesApi = createFilesApi(engine);
  const localApi = createLocalApi({ state, runCron }, admit);

  api.serve({
    async request(request, response) {
      if (!isFromThisMachine(request)) {
        return sendProblem(response, 403, { code: "BadOrigin", message: "Not for other sites" });
      }
      for (const serve of [localApi, httpApi, cli.serve, filesApi]) {
        if (await serve(request, response)) return;
      }
      sendProblem(response, 404, { code: "NotFound", message: "Not found" });
    },
    upgrade(request, socket, head) {
      if (isFromThisMachine(request)) sync.upgrade(request, socket, head);
      else socket.destroy();
    },
  });
  site.serve({ request: createSite({ engine, admit, siteUrl: site.url, onError }) });
  scheduler.start();

  return {
    url: api.url,
    siteUrl: site.url,
    runCron,
    state,
    dropSockets: () => sync.drop(),
    async close() {
      scheduler.stop();
      sync.close();
      await Promise.all([api.close(), site.close()]);
      await engine.close();
      await cli.close();
    },
  };
}

function engineOn(file = ":memory:") {
  return async (directory: string) => await createSqliteEngine(directory, { file });
}

function printCall({ path, requestId, error, logLines }: CallRecord): void {
  for (const line of logLines) process.stderr.write(`${path}: ${line}\n`);
  // A ConvexError is an answer that the function chose, not a failure of it.
  if (error?.startsWith("ConvexError:")) return;
  if (error !== undefined) process.stderr.write(`[Request ID: ${requestId}] ${path}: ${error}\n`);
}

function printError(where: string, error: unknown): void {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${where}: ${told}\n`);
}
