import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "../../contract.ts";
import { badRequest, Refusal, unauthorized, unknownRoute } from "../refusal.ts";
import type { Seen, World } from "../world.ts";
import { asHtml, sendJson } from "../../http/bodies.ts";
import { type Body, readBody } from "./body.ts";
import { countRequest } from "../limits.ts";
import { type Call, type Match, type Reply, router, type Routes } from "./router.ts";
import { accountRoutes } from "../routes/account.ts";
import { channelRoutes, guildRoutes } from "../routes/guild.ts";
import { commandRoutes, interactionRoutes, webhookRoutes } from "../routes/interactions.ts";
import { eventRoutes } from "../routes/events.ts";
import { messageRoutes, pinRoutes } from "../routes/messages.ts";

/** Routes that need the bot's token in the header. */
const closedRoutes: Routes = {
  ...accountRoutes,
  ...channelRoutes,
  ...commandRoutes,
  ...eventRoutes,
  ...guildRoutes,
  ...messageRoutes,
  ...pinRoutes,
};

/** Routes whose path carries a token of its own. */
const openRoutes: Routes = { ...interactionRoutes, ...webhookRoutes };

const find = router(closedRoutes, openRoutes);

type Answer = Reply & { headers?: Record<string, string>; html?: string };

/** Answers a request of the REST API, or for a file under /attachments. */
export async function serveRest(world: World, request: IncomingMessage, response: ServerResponse) {
  const { method = "GET", url = "/" } = request;
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  if (path.startsWith("/attachments/")) return serveFile(world, path, response);

  const route = path.replace(/^\/api\/v10(?=\/)/, "");
  const match = route === path ? undefined : find(method, route);
  const seen: Seen = { at: world.now(), method: match?.name ?? `${method} ${route}`, status: 0 };
  world.requests.add(seen);
  const fault = world.faults.take(`${method} ${route}`);
  if (fault?.kind === "drop-before") return void request.socket.destroy();

  const limit =
    fault?.kind === "429"
      ? refusedFor(fault)
      : fault?.kind === "refuse"
        ? inTheWordsOf(fault)
        : undefined;
  const search = new URLSearchParams(query < 0 ? "" : url.slice(query + 1));
  const read: Partial<Body> = {};
  const answer = limit ?? (await handle(world, request, match, search, seen, read));
  const observed = async (status: number, body?: unknown) => {
    if (!world.onExchange) return;
    // What was refused early was not read.
    if (!read.uploads) Object.assign(read, await readBody(request).catch(() => ({})));
    world.onExchange({
      method,
      path: route,
      query: Object.fromEntries(search),
      body: read.json,
      uploads: (read.uploads ?? []).map(({ index }) => `files[${index}]`),
      status,
      answer: body,
    });
  };
  if (fault?.kind === "drop-after") {
    await observed(0);
    return void request.socket.destroy();
  }
  if (fault?.kind === "slow") await pause((fault.retryAfter ?? 1) * 1000);
  const given = fault?.kind === "500-after" ? { status: 500, body: INTERNAL } : answer;
  seen.status = given.status;
  await observed(given.status, given.body);
  // The body of a request that was refused early still has to be taken off the wire.
  request.resume();
  write(response, given);
}

const INTERNAL = { message: "500: Internal Server Error", code: 0 };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

async function handle(
  world: World,
  request: IncomingMessage,
  match: Match | undefined,
  query: URLSearchParams,
  seen: Seen,
  read: Partial<Body>,
): Promise<Answer> {
  let headers: Record<string, string> | undefined;
  try {
    if (!match) throw unknownRoute();
    if (!match.open && request.headers.authorization !== `Bot ${world.token}`) throw unauthorized();
    const channel = match.name.includes(" /channels/:") ? match.ids[0] : undefined;
    if (channel !== undefined) seen.chat = channel;
    const verdict = countRequest(world.rates, seen.at, { ...match, channel });
    headers = verdict.headers;
    if (verdict.refused) {
      const { retryAfter, global } = verdict.refused;
      return { ...tooMany(retryAfter, global), headers: { ...headers, ...after(retryAfter) } };
    }
    const call: Call = { world, query, ...Object.assign(read, await readBody(request)) };
    const reply = match.handler(call, ...match.ids);
    if (call.chat !== undefined) seen.chat = call.chat;
    return { ...reply, headers };
  } catch (error) {
    const refusal =
      error instanceof Refusal
        ? error
        : // Never 500 by accident: the client would hide it by trying again.
          badRequest(0, `The emulator failed: ${String(error)}`);
    return { status: refusal.status, body: refusal.body, ...(headers && { headers }) };
  }
}

const after = (seconds: number) => ({ "Retry-After": String(Math.ceil(seconds)) });

function tooMany(retryAfter: number, global: boolean): Answer {
  const message = "You are being rate limited.";
  return { status: 429, body: { message, retry_after: retryAfter, global, code: 0 } };
}

function refusedFor({ retryAfter = 1 }: Fault): Answer {
  return {
    ...tooMany(retryAfter, false),
    // In full precision: tests ask for waits of milliseconds.
    headers: { "Retry-After": String(retryAfter), "X-RateLimit-Scope": "shared" },
  };
}

/** A refusal as Discord words it, or as Cloudflare does, in a page and without a time. */
function inTheWordsOf({ refusal }: Fault): Answer {
  const { status, description, code = 0, isHtml } = refusal ?? { status: 400, description: "" };
  if (isHtml) return { status, html: `<!DOCTYPE html><title>${asHtml(description)}</title>` };
  return { status, body: { message: description, code } };
}

function serveFile(world: World, path: string, response: ServerResponse): void {
  const file = world.files.get(path.split("/")[3] ?? "");
  if (!file) return write(response, { status: 404, body: { message: "404: Not Found", code: 0 } });
  response.writeHead(200, {
    "Content-Type": file.mime,
    "Content-Length": file.bytes.length,
    "X-Content-Type-Options": "nosniff",
  });
  response.end(file.bytes);
}

function write(response: ServerResponse, { status, body, headers, html }: Answer): void {
  if (html !== undefined) {
    response.writeHead(status, { "content-type": "text/html" }).end(html);
    return;
  }
  if (body === undefined) response.writeHead(status, headers).end();
  else sendJson(response, status, body, headers);
}
