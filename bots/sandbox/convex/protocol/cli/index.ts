import type { IncomingMessage, ServerResponse } from "node:http";
import { brotliDecompressSync } from "node:zlib";
import { z } from "zod";
import type { JSONValue } from "convex/values";
import type { Engine } from "../../engine.ts";
import type { Admit } from "../caller.ts";
import { readBody, sendJson, sendProblem } from "../../servers.ts";
import { apiSpec, type SystemQuery } from "./systemEngine.ts";
import type { Environment } from "./environment.ts";
import { createExports } from "./exports.ts";
import { createImports } from "./imports.ts";
import type { createCallLog } from "./logs.ts";
import { createPush } from "./push.ts";

type Options = {
  engine: Engine;
  admit: Admit;
  /** The directory in use: a push puts another in its place. */
  functionsDirectory: () => string;
  deploy: (directory: string) => Promise<void>;
  url: string;
  siteUrl: string;
  environment: Environment;
  callLog: ReturnType<typeof createCallLog>;
};

type Exchange = { request: IncomingMessage; response: ServerResponse; url: URL };

const maxBodyBytes = 64 * 1024 * 1024;
const logWaitMs = 10_000;

const changes = z.object({
  changes: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
});

/** What the official command line asks of a deployment beyond calling functions. */
export function createCli({
  engine,
  admit,
  functionsDirectory,
  deploy,
  url,
  siteUrl,
  environment,
  callLog,
}: Options) {
  const exports = createExports(engine);
  const imports = createImports(engine);
  const push = createPush({ functionsDirectory: functionsDirectory(), deploy });

  const queries: Record<string, SystemQuery> = {
    "_system/cli/tables:default": async () => ({
      page: Object.keys(await engine.tables()).map((name) => ({ name })),
      isDone: true,
      continueCursor: "",
    }),
    "_system/cli/queryEnvironmentVariables:default": async () => environment.list(),
    "_system/cli/queryEnvironmentVariables:get": async ({ name }) => environment.get(text(name)),
    "_system/cli/modules:apiSpec": async () => await apiSpec(functionsDirectory()),
    "_system/cli/convexUrl:cloudUrl": async () => url,
    "_system/cli/exports:getLatest": async () => exports.state(),
    "_system/cli/queryImport:list": async () => imports.list(),
    "_system/cli/queryImport:default": async ({ importId }) => imports.state(text(importId)),
    "_system/frontend/components:list": async () => [],
  };

  const endpoints: Record<string, (exchange: Exchange) => Promise<void>> = {
    "GET /api/v1/get_canonical_urls": async ({ response }) =>
      sendJson(response, 200, { convexCloudUrl: url, convexSiteUrl: siteUrl }),
    // No hashes: every push brings all of the modules.
    "POST /api/get_config_hashes": async ({ response }) =>
      sendJson(response, 200, {
        config: { functions: "convex/" },
        moduleHashes: [],
        udfServerVersion: "",
      }),
    // For warnings of slow changes to large tables, which are none here.
    "POST /api/deploy2/evaluate_schema": async ({ response }) =>
      sendJson(response, 200, { componentSchemaEvaluations: {}, newComponentDefinitions: [] }),
    "POST /api/deploy2/start_push": async ({ request, response }) =>
      sendJson(response, 200, await push.start(await jsonBody(request))),
    "POST /api/deploy2/wait_for_schema": async ({ response }) =>
      sendJson(response, 200, { type: "complete" }),
    "POST /api/deploy2/finish_push": async ({ request, response }) =>
      sendJson(response, 200, await push.finish(await jsonBody(request))),
    "POST /api/deploy2/report_push_completed": async ({ response }) =>
      sendJson(response, 200, null),
    "POST /api/update_environment_variables": async ({ request, response }) => {
      environment.update(changes.parse(await jsonBody(request)).changes);
      sendJson(response, 200, null);
    },
    "GET /api/stream_function_logs": async ({ response, url }) => {
      const giveUp = AbortSignal.timeout(logWaitMs);
      const cursor = Number(url.searchParams.get("cursor"));
      sendJson(response, 200, await callLog.after(cursor, giveUp));
    },
    "POST /api/export/request/zip": async ({ response, url }) => {
      await exports.run(url.searchParams.get("includeStorage") === "true");
      sendJson(response, 200, null);
    },
    "POST /api/import/start_upload": async ({ response }) =>
      sendJson(response, 200, { uploadToken: imports.start() }),
    "POST /api/import/upload_part": async ({ request, response, url }) => {
      const token = url.searchParams.get("uploadToken") ?? "";
      const part = Number(url.searchParams.get("partNumber"));
      sendJson(response, 200, imports.addPart(token, part, await wholeBody(request)));
    },
    "POST /api/import/finish_upload": async ({ request, response }) =>
      sendJson(response, 200, { importId: await imports.finish(await jsonBody(request)) }),
    "POST /api/perform_import": async ({ request, response }) => {
      const { importId } = z.object({ importId: z.string() }).parse(await jsonBody(request));
      await imports.perform(importId);
      sendJson(response, 200, null);
    },
  };

  /** False where the path is not one of the command line's. */
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const address = new URL(request.url ?? "/", "http://localhost");
    const zip = /^\/api\/export\/zip\/(\d+)$/.exec(address.pathname)?.[1];
    const endpoint = endpoints[`${request.method} ${address.pathname}`];
    if (endpoint === undefined && zip === undefined) return false;
    const admission = await admit.header(request.headers.authorization);
    if (!admission.ok) sendProblem(response, 401, admission);
    else if (!admission.caller.admin) {
      sendProblem(response, 403, { code: "AdminKeyRequired", message: "Needs the admin key" });
    } else if (endpoint === undefined) {
      sendZip(response, exports.zip(zip ?? ""));
    } else {
      await endpoint({ request, response, url: address }).catch((error: unknown) =>
        sendProblem(response, 400, { code: "BadRequest", message: messageOf(error) }),
      );
    }
    return true;
  }

  return { queries, serve, close: push.close };
}

function sendZip(response: ServerResponse, zip: Buffer | undefined): void {
  if (zip === undefined) {
    return sendProblem(response, 404, { code: "ExportNotFound", message: "No such export" });
  }
  response.writeHead(200, { "content-type": "application/zip" }).end(zip);
}

async function wholeBody(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request, maxBodyBytes);
  if (body === null) throw new Error("The request is too large");
  const isPacked = request.headers["content-encoding"] === "br";
  return isPacked ? brotliDecompressSync(body, { maxOutputLength: maxBodyBytes }) : body;
}

const text = (value: JSONValue | undefined): string => (typeof value === "string" ? value : "");

const jsonBody = async (request: IncomingMessage): Promise<JSONValue> =>
  JSON.parse((await wholeBody(request)).toString("utf8")) as JSONValue;

const messageOf = (error: unknown): string =>
  error instanceof z.ZodError
    ? z.prettifyError(error)
    : error instanceof Error
      ? error.message
      : String(error);
