import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { JSONValue } from "convex/values";
import type { Engine, FunctionKind } from "../engine.ts";
import type { Admit } from "./caller.ts";
import type { Functions, Reply } from "./functions.ts";
import { readBody, sendJson, sendProblem, sendText } from "../servers.ts";
import { encodeTimestamp } from "./syncMessages.ts";

const endpoints: Record<string, FunctionKind | "any"> = {
  "/api/query": "query",
  // The past is not kept: a query "at" a moment runs now, which is after it.
  "/api/query_at_ts": "query",
  "/api/mutation": "mutation",
  "/api/action": "action",
  "/api/function": "any",
};

const maxBodyBytes = 20 * 1024 * 1024;

const json = z.record(z.string(), z.unknown());
const functionCall = z.object({
  path: z.string().min(1),
  // One object, in a list or, as the command line sends it, without.
  args: z.union([z.tuple([json]).transform(([args]) => args), json]),
  format: z.enum(["convex_encoded_json", "convex_json", "json"]).optional(),
});

/** The status of a function's own error, which the official client reads the body of. */
const functionFailed = 560;

/** Answers what ConvexHttpClient and the command line ask; false where the path is not theirs. */
export function createHttpApi(options: { engine: Engine; functions: Functions; admit: Admit }) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "GET" && path === "/version") {
      sendText(response, 200, "unknown");
    } else if (request.method === "GET" && path === "/instance_name") {
      sendText(response, 200, "local");
    } else if (request.method === "POST" && path === "/api/query_ts") {
      const { ts } = await options.engine.queries([]);
      sendJson(response, 200, { ts: encodeTimestamp(ts) });
    } else if (request.method === "POST" && Object.hasOwn(endpoints, path)) {
      await callFunction(endpoints[path] ?? "any", request, response);
    } else {
      return false;
    }
    return true;
  };

  async function callFunction(
    kind: FunctionKind | "any",
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const admission = await options.admit.header(request.headers.authorization);
    if (!admission.ok) return sendProblem(response, 401, admission);
    const body = await readBody(request, maxBodyBytes);
    if (body === null) {
      return sendProblem(response, 413, { code: "RequestTooLarge", message: "Request too large" });
    }
    const call = functionCall.safeParse(parsed(body));
    if (!call.success) {
      const message = call.error.issues.map((issue) => issue.message).join("; ");
      return sendProblem(response, 400, { code: "BadJsonBody", message });
    }
    const { path, args } = call.data;
    const wanted = { kind, path, args: args as JSONValue, caller: admission.caller };
    sendReply(response, await options.functions.run(wanted));
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function sendReply(response: ServerResponse, reply: Reply): void {
  if (reply.ok) {
    sendJson(response, 200, { status: "success", value: reply.value, logLines: reply.logLines });
    return;
  }
  const { errorMessage, errorData, logLines } = reply;
  sendJson(response, functionFailed, { status: "error", errorMessage, errorData, logLines });
}

const prefix = "/api/storage/";
const maxFileBytes = 100 * 1024 * 1024;

/**
 * Serves stored files, and takes uploads, at the addresses that functions hand out: whoever has one
 * may use it. False where the path is no such address, or the engine has no files.
 */
export function createFilesApi(engine: Engine) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const { files } = engine;
    if (files === undefined || !pathname.startsWith(prefix)) return false;
    const id = pathname.slice(prefix.length);
    if (request.method === "POST" && id === "upload") {
      await upload(files, searchParams.get("token") ?? "", request, response);
    } else if (request.method === "GET" || request.method === "HEAD") {
      await serve(files, id, request, response);
    } else {
      return false;
    }
    return true;
  };
}

type Files = NonNullable<Engine["files"]>;

async function serve(
  files: Files,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = await files.read(id);
  if (file === null) {
    return sendProblem(response, 404, { code: "NotFound", message: "File not found" });
  }
  response.writeHead(200, {
    "content-type": file.contentType ?? "application/octet-stream",
    "content-length": file.bytes.length,
    // Anybody may have uploaded it: it is not to be taken for anything else.
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
  });
  response.end(request.method === "HEAD" ? undefined : file.bytes);
}

async function upload(
  files: Files,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await readBody(request, maxFileBytes);
  if (bytes === null) {
    return sendProblem(response, 413, { code: "FileTooLarge", message: "File too large" });
  }
  const contentType = request.headers["content-type"] ?? null;
  const storageId = await files.upload(token, { bytes, contentType });
  if (storageId === null) {
    return sendProblem(response, 401, { code: "Unauthorized", message: "Upload URL not valid" });
  }
  sendJson(response, 200, { storageId });
}

/** What the host does for its owner, beyond what Convex has. */
type LocalHost = { state(): Promise<unknown>; runCron(name: string): Promise<void> };

const cronRequest = z.object({ name: z.string() });
const maxCronBodyBytes = 10_000;

/** Endpoints for the holder of the admin key; false where the path is not one of them. */
export function createLocalApi(host: LocalHost, admit: Admit) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (!pathname.startsWith("/api/local/")) return false;
    const admission = await admit.header(request.headers.authorization);
    if (!admission.ok) sendProblem(response, 401, admission);
    else if (!admission.caller.admin) {
      sendProblem(response, 403, { code: "AdminKeyRequired", message: "Needs the admin key" });
    } else if (request.method === "GET" && pathname === "/api/local/state") {
      sendJson(response, 200, await host.state());
    } else if (request.method === "POST" && pathname === "/api/local/cron") {
      await runCron(request, response);
    } else {
      return false;
    }
    return true;
  };

  async function runCron(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, maxCronBodyBytes);
    const wanted = cronRequest.safeParse(parsedRequest(body));
    if (!wanted.success) {
      return sendProblem(response, 400, { code: "BadJsonBody", message: "Expected a name" });
    }
    try {
      await host.runCron(wanted.data.name);
      sendJson(response, 200, { ok: true });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      sendProblem(response, 422, { code: "CronFailed", message });
    }
  }
}

function parsedRequest(body: Buffer | null): unknown {
  try {
    return JSON.parse(body?.toString("utf8") ?? "");
  } catch {
    return undefined;
  }
}
