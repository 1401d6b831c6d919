import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { readMessage } from "./syncMessages.ts";
import { createSyncConnection, type SyncOptions } from "./syncConnection.ts";

const syncPath = /^\/api\/[^/]+\/sync$/;
const maxMessageBytes = 20 * 1024 * 1024;
/** The client gives up on a server that was silent for a minute. */
const pingEveryMs = 15_000;
const policyViolation = 1008;

/** Serves ConvexClient: each socket is a connection of its own; a write refreshes them all. */
export function createSyncServer(options: SyncOptions) {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const connections = new Map<WebSocket, ReturnType<typeof createSyncConnection>>();

  function accept(socket: WebSocket): void {
    const connection = createSyncConnection(options, {
      send: (message) => socket.send(JSON.stringify(message)),
      close: (reason) => socket.close(policyViolation, reason),
    });
    connections.set(socket, connection);
    let received = Promise.resolve();
    socket.on("message", (data, isBinary) => {
      const message = isBinary ? null : readMessage(textOf(data));
      received = received
        .then(() =>
          message === null
            ? connection.fatal("Received an invalid message")
            : connection.receive(message),
        )
        .catch(() => connection.fatal("InternalServerError"));
    });
    // A broken socket is followed by its close; without a listener it would end the process.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      connection.closed();
      connections.delete(socket);
    });
  }

  const stopListening = options.engine.onWrite(() => {
    for (const connection of connections.values()) connection.refresh();
  });
  const pings = setInterval(() => {
    for (const connection of connections.values()) connection.ping();
  }, pingEveryMs);

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      if (!syncPath.test(path)) {
        socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    /** Ends every socket without a farewell, as a failing network does; clients come back. */
    drop(): void {
      for (const socket of connections.keys()) socket.terminate();
    },
    close(): void {
      stopListening();
      clearInterval(pings);
      for (const socket of connections.keys()) socket.terminate();
      server.close();
    },
  };
}

const textOf = (data: Buffer | ArrayBuffer | Buffer[]): string =>
  (Array.isArray(data)
    ? Buffer.concat(data)
    : Buffer.isBuffer(data)
      ? data
      : Buffer.from(data)
  ).toString("utf8");
