import type { IncomingMessage, ServerResponse } from "node:http";
import { makeFaults, makeListeners, makeRequestLog } from "../../http/observing.ts";
import { listenOnLoopback } from "../../http/server.ts";
import {
  type LumaEmulator,
  type LumaEmulatorOptions,
  type LumaFault,
  type LumaRequestSeen,
  makeCalendars,
  SANDBOX_CALENDAR,
} from "./calendars.ts";
import { fromDirectory } from "./savedFiles.ts";
import { fromMemory, HTML, type LumaAnswer, notFound, readRequest } from "./routes.ts";

export { SANDBOX_CALENDAR, SANDBOX_CALENDAR_ID } from "./calendars.ts";
export type {
  CalendarEvent,
  EventChange,
  LumaEmulator,
  LumaEmulatorOptions,
  LumaFault,
} from "./calendars.ts";

/** The key of the official API in the sandbox. */
export const SANDBOX_API_KEY = "luma-sandbox-key";

const maxLoggedRequests = 500;

/** Starts a Luma on loopback that serves what is put into it, in all four of Luma's forms. */
export async function startLumaEmulator(options: LumaEmulatorOptions = {}): Promise<LumaEmulator> {
  const now = options.now ?? Date.now;
  const calendars = makeCalendars();
  const faults = makeFaults<LumaFault>();
  const listeners = makeListeners();
  const requests = makeRequestLog<LumaRequestSeen>(maxLoggedRequests);

  const answer = async ({ method, headers }: IncomingMessage, url: URL): Promise<LumaAnswer> => {
    const key = headers["x-luma-api-key"];
    const request = readRequest(url, Array.isArray(key) ? key[0] : key);
    if (request === undefined || method !== "GET") return notFound();
    if ("key" in request && request.key !== SANDBOX_API_KEY) {
      return { status: 401, body: '{"message":"Invalid API key"}' };
    }
    if (options.directory !== undefined) {
      return await fromDirectory(options.directory, request, url.searchParams);
    }
    return fromMemory(request, url.searchParams, calendars, now());
  };

  const server = await listenOnLoopback({ name: "luma", port: options.port });
  server.serve({
    async request(request, response) {
      const url = new URL(request.url ?? "/", server.url);
      const reply = await answer(request, url);
      const fault = faults.take(url.pathname);
      const status = fault ? answerFault(fault, response, reply.body) : send(response, reply);
      requests.add({ at: now(), method: request.method ?? "", path: url.pathname, status });
    },
  });

  return {
    url: server.url,
    put(event, calendar = SANDBOX_CALENDAR) {
      calendars.put(event, calendar);
      listeners.notify();
    },
    remove(slug, calendar = SANDBOX_CALENDAR) {
      calendars.remove(slug, calendar);
      listeners.notify();
    },
    events: (calendar = SANDBOX_CALENDAR) => calendars.events(calendar),
    fault: faults.add,
    faults: faults.list,
    requests: requests.list,
    onChange: listeners.add,
    close: server.close,
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

/** What Luma sends when it throttles its pages: status 200 and no data. */
const rateLimitPage =
  '<!DOCTYPE html><html lang="en"><head><title>Rate Limit Hit · Luma</title></head>' +
  "<body><h1>Rate Limit Hit</h1></body></html>";

/** Answers with the fault; returns the status, 0 for a dropped connection. */
function answerFault(fault: LumaFault, response: ServerResponse, body: string): number {
  const answer = (status: number, text: string, headers: Record<string, string> = {}) => {
    response.writeHead(status, headers).end(text);
    return status;
  };
  switch (fault.kind) {
    case "429": {
      const retryAfter = String(fault.retryAfter ?? 60);
      return answer(429, '{"message":"Too many requests"}', { "retry-after": retryAfter });
    }
    case "rate-limit-page":
      return answer(200, rateLimitPage, { "content-type": HTML });
    case "broken":
      return answer(200, body.slice(0, Math.floor(body.length / 2)));
    case "500":
      return answer(500, "Internal Server Error");
    case "drop":
      response.socket?.destroy();
      return 0;
  }
}
