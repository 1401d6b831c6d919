import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

export type Seen = { path: string; query: URLSearchParams; headers: IncomingMessage["headers"] };
type Handler = (seen: Seen, response: ServerResponse) => void;

/** A server for one test, for what the emulator never does; its address and what it was asked. */
export async function serve(handler: Handler): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const one = { path: url.pathname, query: url.searchParams, headers: request.headers };
    seen.push(one);
    handler(one, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, seen };
}
