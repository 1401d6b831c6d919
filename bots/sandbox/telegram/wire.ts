import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Body, readBody } from "./body.ts";
import { methods } from "./methods/index.ts";
import { Refusal, textParam } from "./params.ts";
import { tooMany } from "./rates.ts";
import type { World } from "./world.ts";
import { sendFile } from "./files.ts";

/** Listens on loopback only. */
export async function listen(world: World, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    void serve(world, request, response);
  });
  // A library reuses its sockets; one that we close just then would look like a broken network.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

const TOKEN = /^\d+:[\w-]+$/;
// A page of another site could reach loopback under a name of its own; the Host header gives it away.
const LOOPBACK = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

async function serve(world: World, request: IncomingMessage, response: ServerResponse) {
  try {
    if (!LOOPBACK.test(request.headers.host ?? "")) throw new Refusal(403, "Forbidden");
    const [path = "", query = ""] = (request.url ?? "").split("?", 2);
    const [, first = "", second = "", ...rest] = path.split("/").map(decoded);
    if (first === "file" || first === "files") {
      sendFile(world, [first, second, ...rest], response);
    } else if (!first.startsWith("bot")) {
      throw new Refusal(404, "Not Found");
    } else if (!TOKEN.test(first.slice(3))) {
      throw new Refusal(404, "Not Found");
    } else if (first.slice(3) !== world.token) {
      throw new Refusal(401, "Unauthorized");
    } else {
      await call(world, second, new URLSearchParams(query), request, response);
    }
  } catch (error) {
    refuse(response, error);
  }
}

async function call(
  world: World,
  called: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const at = world.now();
  const method = methods.get(called.toLowerCase());
  const name = method?.name ?? called;
  let chat: string | undefined;
  const log = (status: number) =>
    world.log.add({ at, method: name, status, ...(chat === undefined ? {} : { chat }) });
  const drop = () => {
    log(0);
    request.socket.destroy();
  };

  const fault = method && world.faults.next(name);
  try {
    const body: Body = await readBody(request, query);
    chat = textParam(body.params, "chat_id");
    if (!method) throw new Refusal(404, "Not Found: method not found");
    if (fault?.kind === "429") throw tooMany(fault.retryAfter ?? 1);
    if (fault?.kind === "drop-before") return drop();

    const onClose = (listener: () => void) => void response.once("close", listener);
    const result = await method.run(world, { ...body, onClose });

    if (fault?.kind === "drop-after") return drop();
    if (fault?.kind === "slow") await pause((fault.retryAfter ?? 1) * 1000);
    if (fault?.kind === "500-after") throw new Refusal(500, "Internal Server Error");
    log(200);
    send(response, 200, { ok: true, result });
  } catch (error) {
    log(refuse(response, error));
  }
}

/** Says no. Never with a 500 of its own making: that would read as a fault somebody asked for. */
function refuse(response: ServerResponse, error: unknown): number {
  // Who has hung up needs no answer.
  if (response.destroyed) return 0;
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(400, `Bad Request: the emulator itself failed: ${String(error)}`);
  if (refusal !== error) console.error(error);
  const { code, message: description, parameters } = refusal;
  send(response, code, {
    ok: false,
    error_code: code,
    description,
    ...(parameters && { parameters }),
  });
  return code;
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  if (response.destroyed || response.headersSent) return;
  const body = JSON.stringify(answer);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
