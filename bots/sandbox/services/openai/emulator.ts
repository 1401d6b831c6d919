import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listenOnLoopback, readBody, sendJson } from "../../convex/servers.ts";
import { makeListeners } from "../identity/listeners.ts";
import { readAsked } from "./readAsked.ts";
import { problem, type Reply, respond } from "./respond.ts";
import type { Asked, OpenaiMode, OpenaiEmulator } from "./types.ts";

const longestBody = 200_000;
const mostKept = 100;

/** Starts an OpenAI on loopback that writes texts of a given form, well or badly. */
export async function startOpenaiEmulator({ port = 0 } = {}): Promise<OpenaiEmulator> {
  const apiKey = `sk-sandbox-${randomBytes(18).toString("hex")}`;
  const listeners = makeListeners();
  const kept: Asked[] = [];
  const held = new Set<() => void>();
  let mode: OpenaiMode = "answers";
  let calls = 0;

  const server = await listenOnLoopback(port, (path, error) => {
    console.error(`openai emulator: ${path}`, error);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = await check(request, apiKey);
    if ("status" in asked) return send(response, asked);
    const call = ++calls;
    kept.unshift(asked);
    kept.splice(mostKept);
    const reply = () => {
      held.delete(reply);
      if (mode !== "slow") send(response, respond(asked, mode, call));
    };
    if (mode === "slow") {
      held.add(reply);
      // Whoever asked has lost patience.
      response.once("close", () => {
        if (held.delete(reply)) listeners.tell();
      });
    } else reply();
    listeners.tell();
  };
  server.serve({ request: answer });

  return {
    url: `${server.url}/v1`,
    apiKey,
    mode: () => mode,
    behave(wanted) {
      mode = wanted;
      if (mode !== "slow") for (const reply of held) reply();
      listeners.tell();
    },
    calls: () => calls,
    waiting: () => held.size,
    asked: () => [...kept],
    called: async (times) => {
      await new Promise<void>((resolve) => {
        const look = () => {
          if (calls < times) return;
          stop();
          resolve();
        };
        const stop = listeners.add(look);
        look();
      });
    },
    onChange: listeners.add,
    close: () => server.close(),
  };
}

/** What was asked, or the answer to what may not be. */
async function check(request: IncomingMessage, apiKey: string): Promise<Asked | Reply> {
  if (request.method !== "POST" || request.url !== "/v1/responses")
    return problem(404, "Unknown request URL.");
  if (request.headers.authorization !== `Bearer ${apiKey}`)
    return problem(401, "Incorrect API key provided.");
  const bytes = await readBody(request, longestBody);
  const asked = readAsked(bytes && parsed(bytes.toString()));
  return typeof asked === "string" ? problem(400, asked) : asked;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body }: Reply): void {
  sendJson(response, status, body);
}
