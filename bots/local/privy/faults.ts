import type { ServerResponse } from "node:http";
import type { PrivyFault } from "./types.ts";

export type Faults = {
  add: (fault: PrivyFault) => void;
  list: () => PrivyFault[];
  /** The fault that a request for this path meets, counted down. */
  take(path: string): PrivyFault | undefined;
};

export function makeFaults(): Faults {
  let waiting: PrivyFault[] = [];
  return {
    add(fault) {
      waiting.push({ ...fault });
    },
    list: () => waiting.map((fault) => ({ ...fault })),
    take(path) {
      const fault = waiting.find(({ only }) => only === undefined || path.includes(only));
      if (fault === undefined) return undefined;
      fault.count -= 1;
      waiting = waiting.filter(({ count }) => count > 0);
      return fault;
    },
  };
}

/** Answers with the fault. */
export function answerFault({ kind }: PrivyFault, response: ServerResponse): void {
  const json = { "content-type": "application/json" };
  switch (kind) {
    case "429":
      response.writeHead(429, json);
      response.end('{"error":"Too many requests","code":"too_many_requests"}');
      return;
    case "500":
      response.writeHead(500, { "content-type": "text/plain" }).end("Internal Server Error");
      return;
    case "broken":
      response.writeHead(200, json).end('{"id":"did:privy:');
      return;
    case "drop":
      response.socket?.destroy();
  }
}
