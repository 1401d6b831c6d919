import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";

// How every server of the sandbox listens: on loopback only, and only to requests that name this
// machine as their host.

const loopback = "127.0.0.1";

// A web page can make a name of its own resolve to 127.0.0.1 (DNS rebinding); the Host header
// tells.
const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

// Longer than the libraries keep an idle connection, so that closing it never races a request.
const keepAliveMs = 120_000;

export type Handlers = {
  request(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

export type LoopbackServer = {
  url: string;
  /** Begins to answer; requests that came before wait for it. */
  serve: (handlers: Handlers) => void;
  /**
   * With `finishesRequests`, requests under way are answered first: a client retries what is cut.
   */
  close: (options?: { finishesRequests?: boolean }) => Promise<void>;
};

type ListenOptions = {
  /** Named in the log when a handler throws. */
  name: string;
  /** 0 or nothing: any free port. */
  port?: number | undefined;
  /** What a request for another host is answered with. */
  wrongHostStatus?: number;
};

/** Listens on loopback; answers 500 when a handler throws. */
export async function listenOnLoopback(options: ListenOptions): Promise<LoopbackServer> {
  const { name, port = 0, wrongHostStatus = 421 } = options;
  const ready = Promise.withResolvers<Handlers>();
  const underWay = new Set<Promise<void>>();

  const server = createServer((request, response) => {
    if (!namesThisMachine(request)) {
      response.writeHead(wrongHostStatus, { "content-type": "application/json" });
      response.end('{"error":"Only this machine is answered"}');
      return;
    }
    const answered = new Promise<void>((resolve) => response.once("close", resolve));
    underWay.add(answered);
    void answered.then(() => underWay.delete(answered));
    void ready.promise
      .then((handlers) => handlers.request(request, response))
      .catch((error: unknown) => {
        console.error(`${name} emulator: ${request.url}`, error);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
  });
  server.keepAliveTimeout = keepAliveMs;
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const refuse = () => void socket.destroy();
    if (!namesThisMachine(request)) refuse();
    else void ready.promise.then(({ upgrade = refuse }) => upgrade(request, socket, head));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, loopback, () => resolve());
  });

  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    serve: ready.resolve,
    async close({ finishesRequests = false } = {}) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (finishesRequests) await Promise.all(underWay);
      server.closeAllConnections();
      await closed;
    },
  };
}

function namesThisMachine({ headers }: IncomingMessage): boolean {
  return headers.host !== undefined && loopbackHost.test(headers.host);
}

type Variables = Record<string, unknown>;
type Env<V extends Variables> = { Bindings: HttpBindings; Variables: V };

/** Routes of one server. `c.env` has Node's own request and response. */
export type App<V extends Variables = Variables> = Hono<Env<V>>;
export type AppContext<V extends Variables = Variables> = Context<Env<V>>;

export function makeApp<V extends Variables = Variables>(): App<V> {
  return new Hono<Env<V>>().onError((error) => {
    throw error;
  });
}

/** Answers by an app's routes. */
export function handlersOf<V extends Variables>(app: App<V>): Handlers {
  // The globals `Request` and `Response` belong to the tests and to other libraries too.
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler(error) {
      throw error;
    },
  });
  return { request: async (request, response) => await listener(request, response) };
}

/** What a handler returns that has written to `c.env.outgoing` itself. */
export const alreadySent = RESPONSE_ALREADY_SENT;

/** Cuts the connection without an answer, as a broken network does. */
export function dropConnection({ env }: { env: HttpBindings }): Response {
  env.incoming.socket.destroy();
  return alreadySent;
}
