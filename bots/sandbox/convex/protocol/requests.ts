import type { IncomingMessage, ServerResponse } from "node:http";

// What the servers of both addresses have in common: whom they answer, and how bodies are read.

const loopbackNames = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** False for a name some web page had resolved to this machine. */
export function isForThisMachine(request: IncomingMessage): boolean {
  const host = request.headers.host;
  return host !== undefined && loopbackNames.has(hostname(`http://${host}`));
}

/** False for a page of another site, which has no business with the API. */
export function isFromThisMachine(request: IncomingMessage): boolean {
  const { origin } = request.headers;
  return origin === undefined || loopbackNames.has(hostname(origin));
}

const hostname = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : "");

/** Reads a whole body, or null where it is longer than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

/** An error in Convex's form for requests that reached no function. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  problem: { code: string; message: string },
): void {
  sendJson(response, status, { code: problem.code, message: problem.message });
}
