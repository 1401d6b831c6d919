import type { ServerResponse } from "node:http";
import type { PrivyFault } from "./types.ts";

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
