import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Health = { port: number; close(): Promise<void> };

/**
 * `/healthz`: the process runs. `/readyz`: every part says it can work (200), or which cannot (503).
 * Nothing else is served.
 */
export async function serveHealth(
  { host, port }: { host: string; port: number },
  parts: () => Record<string, boolean>,
): Promise<Health> {
  const server = createServer((request, response) => {
    const states = request.url === "/readyz" ? parts() : {};
    const isKnown = request.url === "/healthz" || request.url === "/readyz";
    const isWell = Object.values(states).every(Boolean);
    response.writeHead(isKnown ? (isWell ? 200 : 503) : 404, {
      "Content-Type": "application/json",
    });
    response.end(JSON.stringify(isKnown ? { ok: isWell, ...states } : {}));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
