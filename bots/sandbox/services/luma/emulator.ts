import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { notFound, type LumaAnswer } from "./answer.ts";
import { readAsk } from "./asks.ts";
import { makeCalendars, SANDBOX_CALENDAR } from "./calendars.ts";
import { answerFault, makeFaults } from "./faults.ts";
import { fromDirectory } from "./fromDirectory.ts";
import { fromMemory } from "./fromMemory.ts";
import type { LumaRequestSeen, LumaEmulator, LumaEmulatorOptions } from "./types.ts";

/** The official API's key on the sandbox. */
export const SANDBOX_API_KEY = "luma-sandbox-key";

const MAX_SEEN = 500;

/** Starts a Luma on loopback that serves what is put into it, in all four of Luma's forms. */
export async function startLumaEmulator(options: LumaEmulatorOptions = {}): Promise<LumaEmulator> {
  const now = options.now ?? Date.now;
  const calendars = makeCalendars();
  const faults = makeFaults();
  const listeners = new Set<() => void>();
  const seen: LumaRequestSeen[] = [];

  const answer = async (request: IncomingMessage, url: URL): Promise<LumaAnswer> => {
    const key = request.headers["x-luma-api-key"];
    const ask = readAsk(url, Array.isArray(key) ? key[0] : key);
    if (ask === undefined || request.method !== "GET") return notFound();
    if ("key" in ask && ask.key !== SANDBOX_API_KEY) {
      return { status: 401, body: '{"message":"Invalid API key"}' };
    }
    if (options.directory !== undefined) {
      return await fromDirectory(options.directory, ask, url.searchParams);
    }
    return fromMemory(ask, url.searchParams, calendars, now());
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    // Only a page that names this address itself may talk to it (DNS rebinding).
    const isOwnName = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "");
    if (!isOwnName) {
      response.writeHead(421).end();
      return;
    }
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const reply = await answer(request, url);
    const fault = faults.take();
    const status =
      fault === undefined ? send(response, reply) : answerFault(fault, response, reply.body);
    seen.push({ at: now(), method: request.method ?? "", path: url.pathname, status });
    seen.splice(0, seen.length - MAX_SEEN);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const changed = () => {
    for (const listener of listeners) listener();
  };

  return {
    url: `http://127.0.0.1:${port}`,
    put(event, calendar = SANDBOX_CALENDAR) {
      calendars.put(event, calendar);
      changed();
    },
    remove(slug, calendar = SANDBOX_CALENDAR) {
      calendars.remove(slug, calendar);
      changed();
    },
    events: (calendar = SANDBOX_CALENDAR) => calendars.events(calendar),
    fault: (fault) => faults.add(fault),
    faults: () => faults.list(),
    requests: () => [...seen],
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, { status, type, body, location }: LumaAnswer): number {
  response.writeHead(status, {
    ...(type === undefined ? {} : { "content-type": type }),
    ...(location === undefined ? {} : { location }),
  });
  response.end(body);
  return status;
}
