import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { Auth, Engine } from "../engine.ts";
import type { Admit } from "./caller.ts";
import { sendJson } from "../servers.ts";

/** Serves the http actions of convex/http.ts: the body goes in and comes out byte for byte. */
export function createSite(options: {
  engine: Engine;
  admit: Admit;
  siteUrl: string;
  onError: (path: string, error: unknown) => void;
}) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = toRequest(incoming, options.siteUrl);
    let response: Response;
    try {
      const auth = await authOf(options.admit, incoming.headers.authorization);
      response = await options.engine.http(request, auth);
    } catch (error) {
      options.onError(new URL(request.url).pathname, error);
      sendJson(outgoing, 500, { code: "InternalServerError", message: "Server Error" });
      return;
    }
    outgoing.writeHead(response.status, headerList(response.headers));
    if (response.body === null || incoming.method === "HEAD") outgoing.end();
    else await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
  };
}

/**
 * The header may hold something of the action's own, such as a webhook's secret. The action then
 * runs, but asking who is calling fails.
 */
async function authOf(admit: Admit, header: string | undefined): Promise<Auth> {
  const admission = await admit.header(header);
  return admission.ok
    ? admission.caller.auth
    : { kind: "unverified", reason: `${admission.code}: ${admission.message}` };
}

function toRequest(incoming: IncomingMessage, siteUrl: string): Request {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
  }
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(new URL(incoming.url ?? "/", siteUrl), {
    method,
    headers,
    // A streamed body has to be announced as one that cannot be sent twice.
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
  } as RequestInit);
}

/** Several cookies stay several headers. */
function headerList(headers: Headers): string[] {
  const list: string[] = [];
  for (const [name, value] of headers) {
    if (name !== "set-cookie") list.push(name, value);
  }
  for (const cookie of headers.getSetCookie()) list.push("set-cookie", cookie);
  return list;
}
