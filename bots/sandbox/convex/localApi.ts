import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Admit } from "./protocol/caller.ts";
import { readBody, sendJson, sendProblem } from "./protocol/requests.ts";

/** What the host does for its owner, beyond what Convex has. */
export type LocalHost = { state(): Promise<unknown>; runCron(name: string): Promise<void> };

const cronRequest = z.object({ name: z.string() });
const maxBodyBytes = 10_000;

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
    const body = await readBody(request, maxBodyBytes);
    const wanted = cronRequest.safeParse(parsed(body));
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

function parsed(body: Buffer | null): unknown {
  try {
    return JSON.parse(body?.toString("utf8") ?? "");
  } catch {
    return undefined;
  }
}
