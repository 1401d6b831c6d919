import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { isForThisMachine, sendProblem } from "./protocol/requests.ts";

/** The only address ever listened on: what runs here is for this machine. */
const loopback = "127.0.0.1";

export type Handlers = {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

export type LoopbackServer = {
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
