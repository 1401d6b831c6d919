import { sendJson } from "../http/bodies.ts";
import { listenOnLoopback } from "../http/server.ts";

/** A source of needs whose answer can be changed: valid rows, invalid ones, or no rows at all. */
export type NeedsEmulator = {
  /** What `NEEDS_ORIGIN` is set to. */
  url: string;
  /** What it answers, as JSON; at first no need. */
  answer: () => unknown;
  say(answer: unknown): void;
  /** How often it was asked. */
  asked: () => number;
  close(): Promise<void>;
};

/** Starts a source of needs on loopback; every path answers the same. */
export async function startNeedsEmulator({ port = 0 } = {}): Promise<NeedsEmulator> {
  let answer: unknown = [];
  let asked = 0;
  const server = await listenOnLoopback({ name: "needs", port });
  server.serve({
    request(_request, response) {
      asked += 1;
      sendJson(response, 200, answer);
    },
  });
  return {
    url: server.url,
    answer: () => answer,
    say(wanted) {
      answer = wanted;
    },
    asked: () => asked,
    close: server.close,
  };
}
