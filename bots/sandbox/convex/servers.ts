import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** The only address ever listened on: what runs here is for this machine. */
const loopback = "127.0.0.1";

type Handlers = {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

type LoopbackServer = {
  url: string;
  serve(handlers: Handlers): void;
  close(): Promise<void>;
};

/** Listens on loopback. Requests that come before `serve` wait for it. */
export async function listenOnLoopback(
  port: number,
  onError: (path: string, error: unknown) => void,
): Promise<LoopbackServer> {
  const ready = Promise.withResolvers<Handlers>();

  const listener: RequestListener = (request, response) => {
    if (!isForThisMachine(request)) {
      return sendProblem(response, 421, { code: "BadHost", message: "Not served at this name" });
    }
    void ready.promise
      .then((handlers) => handlers.request(request, response))
      .catch((error: unknown) => {
        onError(request.url ?? "", error);
        if (response.headersSent) response.destroy();
        else sendProblem(response, 500, internalServerError);
      });
  };

  const server = createServer(listener);
  // Closed early, a connection could go just as the next request comes on it.
  server.keepAliveTimeout = 120_000;
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const refuse = () => void socket.destroy();
    if (!isForThisMachine(request)) refuse();
    else void ready.promise.then(({ upgrade = refuse }) => upgrade(request, socket, head));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, loopback, () => resolve());
  });
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    serve: ready.resolve,
    close: () => closeServer(server),
  };
}

const internalServerError = {
  code: "InternalServerError",
  message: "Your request couldn't be completed. Try again later.",
};

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

// Shared by the servers of both addresses: the Host and Origin guards, and how bodies are read.

const loopbackNames = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** False for a name some web page had resolved to this machine. */
function isForThisMachine(request: IncomingMessage): boolean {
  const host = request.headers.host;
  return host !== undefined && loopbackNames.has(hostname(`http://${host}`));
}

/** False for a page of another site, which has no business with the API. */
export function isFromThisMachine(request: IncomingMessage): boolean {
  const { origin } = request.headers;
  return origin === undefined || loopbackNames.has(hostname(origin));
}

const hostname = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : "");

/** Reads a whole body, or null where it is longer than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

/** An error in Convex's form for requests that reached no function. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  problem: { code: string; message: string },
): void {
  sendJson(response, status, { code: problem.code, message: problem.message });
}
