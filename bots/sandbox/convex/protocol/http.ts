import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { JSONValue } from "convex/values";
import type { Engine, FunctionKind } from "../engine.ts";
import type { Admit } from "./caller.ts";
import type { Functions, Reply } from "./functions.ts";
import { readBody, sendJson, sendProblem, sendText } from "./requests.ts";
import { encodeTimestamp } from "./timestamps.ts";

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
