import { randomBytes } from "node:crypto";
import { parseJson, readBody } from "../../http/bodies.ts";
import { makeListeners } from "../../http/observing.ts";
import { type AppContext, handlersOf, listenOnLoopback, makeApp } from "../../http/server.ts";
import {
  type ModelRequest,
  type OpenaiEmulator,
  type OpenaiMode,
  problem,
  readAsked,
  type Reply,
  respond,
} from "./model.ts";

export { type OpenaiEmulator, openaiModes } from "./model.ts";

const maxBodyBytes = 200_000;
const maxKeptRequests = 100;

/** Starts an OpenAI on loopback that writes texts of a given form, well or badly. */
export async function startOpenaiEmulator({ port = 0 } = {}): Promise<OpenaiEmulator> {
  const apiKey = `sk-sandbox-${randomBytes(18).toString("hex")}`;
  const listeners = makeListeners();
  const kept: ModelRequest[] = [];
  const held = new Set<() => void>();
  let mode: OpenaiMode = "answers";
  const special = new Map<string, OpenaiMode>();
  const modeFor = ({ input }: ModelRequest): OpenaiMode =>
    [...special].find(([text]) => input.includes(text))?.[1] ?? mode;
  let calls = 0;

  /** Waits while answers are slow: until the mode changes, or the client gives up. */
  const whileSlow = async ({ env }: AppContext, asked: ModelRequest) => {
    if (modeFor(asked) !== "slow") return;
    await new Promise<void>((resolve) => {
      const release = () => {
        if (!held.delete(release)) return;
        listeners.notify();
        resolve();
      };
      held.add(release);
      env.outgoing.once("close", release);
      listeners.notify();
    });
  };

  const server = await listenOnLoopback({ name: "openai", port });
  const app = makeApp();
  const send = (c: AppContext, { status, body }: Reply) => c.json(body, status);
  app.post("/v1/responses", async (c) => {
    if (c.req.header("authorization") !== `Bearer ${apiKey}`)
      return send(c, problem(401, "Incorrect API key provided."));
    const bytes = await readBody(c.env.incoming, maxBodyBytes);
    const asked = readAsked(bytes && parseJson(bytes.toString()));
    if (typeof asked === "string") return send(c, problem(400, asked));
    const call = ++calls;
    kept.unshift(asked);
    kept.splice(maxKeptRequests);
    listeners.notify();
    await whileSlow(c, asked);
    const now = modeFor(asked);
    // A client that gave up while answers are slow hears nothing of this one.
    return send(c, respond(asked, now === "slow" ? "broken" : now, call));
  });
  app.notFound((c) => send(c, problem(404, "Unknown request URL.")));
  server.serve(handlersOf(app));

  return {
    url: `${server.url}/v1`,
    apiKey,
    mode: () => mode,
    behave(wanted, about) {
      if (about !== undefined) {
        special.set(about, wanted);
        return;
      }
      mode = wanted;
      if (mode !== "slow") for (const release of held) release();
      listeners.notify();
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
    close: server.close,
  };
}
