import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../../convex/servers.ts";
import { type Answer, notFound, refused } from "./answer.ts";
import { corsHeaders } from "./cors.ts";
import type { Faults } from "../../faults.ts";
import { answerFault } from "./faults.ts";
import { publicRoute } from "./publicRoutes.ts";
import { serverRoute } from "./serverRoutes.ts";
import { signInRoute } from "./signInRoutes.ts";
import type { PrivyFault } from "./types.ts";
import type { Asked, World } from "./world.ts";

const longestBody = 100_000;

/** Answers one request of a server, a browser, or a person who looks for a mail. */
export async function serve(
  world: World,
  faults: Faults<PrivyFault>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", headers } = request;
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const isApi = url.pathname.startsWith("/api/");
  const cors = isApi ? corsHeaders(headers.origin, world.origins) : {};
  if (isApi && method === "OPTIONS") {
    response.writeHead(204, cors).end();
    return;
  }
  const fault = isApi ? faults.take(url.pathname) : undefined;
  if (fault) return answerFault(fault, response);

  const body = await readJson(request);
  const asked = { method, path: url.pathname, query: url.searchParams, headers, body };
  const answer = body === undefined ? refused(400, "Invalid JSON") : await route(world, asked);
  send(response, answer, cors);
}

async function route(world: World, asked: Asked): Promise<Answer> {
  const open = publicRoute(world, asked) ?? (await signInRoute(world, asked));
  return open ?? serverRoute(world, asked) ?? notFound;
}

/** Undefined for what is no JSON or too long; null for no body. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(request, longestBody);
  if (bytes === null) return undefined;
  try {
    return bytes.length === 0 ? null : (JSON.parse(bytes.toString()) as unknown);
  } catch {
    return undefined;
  }
}

function send(
  response: ServerResponse,
  { status, body, type }: Answer,
  cors: Record<string, string>,
): void {
  const isPage = type === "html";
  response.writeHead(status, {
    ...cors,
    "content-type": isPage ? "text/html; charset=utf-8" : "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(isPage && { "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'" }),
  });
  response.end(status === 204 ? undefined : isPage ? String(body) : JSON.stringify(body));
}
