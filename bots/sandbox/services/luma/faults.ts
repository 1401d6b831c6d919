import type { ServerResponse } from "node:http";

import type { LumaFault } from "./types.ts";

export type Faults = {
  add(fault: LumaFault): void;
  list(): LumaFault[];
  /** The fault this request meets, counted down. */
  take(): LumaFault | undefined;
};

export function makeFaults(): Faults {
  let waiting: LumaFault[] = [];
  return {
    add(fault) {
      waiting.push({ ...fault });
    },
    list: () => waiting.map((fault) => ({ ...fault })),
    take() {
      const fault = waiting[0];
      if (fault === undefined) return undefined;
      fault.count -= 1;
      waiting = waiting.filter(({ count }) => count > 0);
      return fault;
    },
  };
}

/** What Luma sends when it throttles its pages: status 200 and no data. */
const RATE_LIMIT_PAGE =
  '<!DOCTYPE html><html lang="en"><head><title>Rate Limit Hit · Luma</title></head>' +
  "<body><h1>Rate Limit Hit</h1></body></html>";

/** Answers with the fault; returns the status, 0 for a dropped connection. */
export function answerFault(fault: LumaFault, response: ServerResponse, body: string): number {
  switch (fault.kind) {
    case "429":
      return send(response, 429, '{"message":"Too many requests"}', {
        "retry-after": String(fault.retryAfter ?? 60),
      });
    case "rate-limit-page":
      return send(response, 200, RATE_LIMIT_PAGE, { "content-type": "text/html; charset=utf-8" });
    case "broken":
      return send(response, 200, body.slice(0, Math.floor(body.length / 2)), {});
    case "500":
      return send(response, 500, "Internal Server Error", {});
    case "drop":
      break;
  }
  response.socket?.destroy();
  return 0;
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string>,
): number {
  response.writeHead(status, headers).end(body);
  return status;
}
