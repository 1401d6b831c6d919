import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "../contract.ts";
import { parseJson, readBody, readMultipart, sendJson } from "../http/bodies.ts";
import { listenOnLoopback, type LoopbackServer } from "../http/server.ts";
import { sendFile } from "./files.ts";
import type { Body, Upload, World } from "./world.ts";
import { methods } from "./methods/index.ts";
import { badRequest, isRecord, Refusal, textParam } from "./params.ts";
import { tooMany } from "./rates.ts";

/** Serves the Bot API and the files that the bot sent. */
export async function listen(world: World, port: number | undefined): Promise<LoopbackServer> {
  const server = await listenOnLoopback({ name: "telegram", port, wrongHostStatus: 403 });
  server.serve({ request: (request, response) => serve(world, request, response) });
  return server;
}

const TOKEN = /^\d+:[\w-]+$/;

async function serve(world: World, request: IncomingMessage, response: ServerResponse) {
  try {
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
  let body: Body | undefined;
  const log = (status: number, answer?: unknown) => {
    world.log.add({ at, method: name, status, ...(chat === undefined ? {} : { chat }) });
    const { params = {}, uploads = new Map<string, Upload>() } = body ?? {};
    world.onExchange?.({
      method: name,
      body: params,
      uploads: [...uploads.keys()],
      status,
      answer,
    });
  };
  const drop = () => {
    log(0);
    request.socket.destroy();
  };

  let fault: Fault | undefined;
  try {
    body = await readCall(request, query);
    chat = textParam(body.params, "chat_id");
    fault = method && world.faults.take(name, chat);
    if (!method) throw new Refusal(404, "Not Found: method not found");
    if (fault?.kind === "429") throw tooMany(fault.retryAfter ?? 1);
    if (fault?.kind === "refuse") throw refusalOf(fault);
    if (fault?.kind === "drop-before") return drop();

    const onClose = (listener: () => void) => void response.once("close", listener);
    const result = await method.run(world, { ...body, onClose });

    if (fault?.kind === "drop-after") return drop();
    if (fault?.kind === "slow") await pause((fault.retryAfter ?? 1) * 1000);
    if (fault?.kind === "500-after") throw new Refusal(500, "Internal Server Error");
    const answer = { ok: true, result };
    log(200, answer);
    sendJson(response, 200, answer);
  } catch (error) {
    const { status, answer } = refuse(response, error);
    log(status, answer);
  }
}

function refusalOf({ refusal }: Fault): Refusal {
  const { status, description, parameters } = refusal ?? {
    status: 400,
    description: "Bad Request",
  };
  return new Refusal(status, description, parameters);
}

/**
 * Answers with the refusal. An error of the emulator itself is 400: a 500 would look like an
 * injected fault.
 */
function refuse(response: ServerResponse, error: unknown): { status: number; answer?: unknown } {
  // The client has disconnected.
  if (response.destroyed) return { status: 0 };
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(400, `Bad Request: the emulator itself failed: ${String(error)}`);
  if (refusal !== error) console.error(error);
  const { code, message: description, parameters } = refusal;
  const answer = {
    ok: false,
    error_code: code,
    description,
    ...(parameters && { parameters }),
  };
  sendJson(response, code, answer);
  return { status: code, answer };
}

// The largest file that a bot may upload, with room for the other fields.
const maxBodyBytes = 50 * 1024 * 1024;

/** Reads what a method was called with, from the address and from the body. */
async function readCall(request: IncomingMessage, query: URLSearchParams): Promise<Body> {
  const body: Body = { params: Object.fromEntries(query), uploads: new Map<string, Upload>() };
  const type = request.headers["content-type"] ?? "";
  const bytes = await readBody(request, maxBodyBytes);
  if (bytes === null) throw new Refusal(413, "Request Entity Too Large");
  if (bytes.length === 0) return body;
  if (type.startsWith("multipart/form-data")) {
    const parts = readMultipart(bytes, type);
    if (typeof parts === "string") return badRequest(parts);
    for (const { name, bytes: content, file } of parts) {
      if (file) body.uploads.set(name, { name: file.name, bytes: content });
      else body.params[name] = content.toString("utf8");
    }
    return body;
  }
  const text = bytes.toString("utf8");
  const isForm = type.startsWith("application/x-www-form-urlencoded");
  const sent = isForm ? Object.fromEntries(new URLSearchParams(text)) : parseJson(text);
  if (!isRecord(sent)) return badRequest("can't parse JSON object");
  return { ...body, params: { ...body.params, ...sent } };
}

/**
 * Whether a fault is for calls of `method`. A long poll is nearly always under way and would take
 * every fault meant for something else, so it is hit only where it is named.
 */
export function isFaultFor({ only, chat }: Fault, method: string, about?: string): boolean {
  if (chat !== undefined && chat !== about) return false;
  if (only === undefined) return method !== "getUpdates";
  return method.toLowerCase().includes(only.toLowerCase());
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
