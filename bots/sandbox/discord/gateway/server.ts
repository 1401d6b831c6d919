import {
  GatewayCloseCodes as Close,
  GatewayDispatchEvents,
  GatewayOpcodes as Op,
} from "discord-api-types/v10";
import type { WebSocket } from "ws";
import { guildCreate } from "../guild.ts";
import { botUser } from "../people.ts";
import type { World } from "../world.ts";
import { ALL_INTENTS } from "./intents.ts";
import { openSession, replay, sendEvent, type Session } from "./sessions.ts";

const HEARTBEAT_MS = 41_250;

type Payload = { op?: unknown; d?: unknown };
type Line = { world: World; socket: WebSocket; session?: Session };

/** Speaks the gateway's protocol on a fresh socket. */
export function greet(world: World, socket: WebSocket, url: URL): void {
  const line: Line = { world, socket };
  if (url.searchParams.get("v") !== "10") return socket.close(Close.InvalidAPIVersion);
  socket.on("error", () => socket.terminate());
  socket.on("message", (data, binary) => {
    if (binary) return socket.close(Close.DecodeError);
    let payload: Payload | null;
    try {
      payload = JSON.parse((data as Buffer).toString("utf8")) as Payload | null;
    } catch {
      return socket.close(Close.DecodeError);
    }
    receive(line, payload ?? {});
  });
  socket.on("close", (code) => {
    const { session } = line;
    if (!session || session.socket !== socket) return;
    session.socket = undefined;
    // A client that closes with 1000 or 1001 says that it will not resume.
    if (code === 1000 || code === 1001) world.sessions.delete(session.id);
  });
  send(socket, Op.Hello, { heartbeat_interval: HEARTBEAT_MS, _trace: [] });
}

function send(socket: WebSocket, op: Op, d: unknown): void {
  socket.send(JSON.stringify({ op, d, s: null, t: null }));
}

function receive(line: Line, { op, d }: Payload): void {
  const { socket, session } = line;
  if (op === Op.Heartbeat) return send(socket, Op.HeartbeatAck, null);
  if (op === Op.Identify) return identify(line, fields(d));
  if (op === Op.Resume) return resume(line, fields(d));
  if (op === Op.PresenceUpdate || op === Op.VoiceStateUpdate || op === Op.RequestGuildMembers) {
    if (!session) socket.close(Close.NotAuthenticated);
    return;
  }
  socket.close(Close.UnknownOpcode);
}

function fields(d: unknown): Record<string, unknown> {
  return typeof d === "object" && d !== null ? (d as Record<string, unknown>) : {};
}

function holdsToken(world: World, token: unknown): boolean {
  return typeof token === "string" && token.replace(/^Bot /, "") === world.token;
}

function identify(line: Line, d: Record<string, unknown>): void {
  const { world, socket } = line;
  if (line.session) return socket.close(Close.AlreadyAuthenticated);
  if (!holdsToken(world, d["token"])) return socket.close(Close.AuthenticationFailed);
  const intents = d["intents"];
  if (typeof intents !== "number" || (intents & ~ALL_INTENTS) !== 0) {
    return socket.close(Close.InvalidIntents);
  }
  const session = openSession(world, socket, intents);
  line.session = session;
  const ready = {
    v: 10,
    user: botUser(world),
    guilds: world.inGuild ? [{ id: world.guildId, unavailable: true }] : [],
    session_id: session.id,
    resume_gateway_url: gatewayUrl(world),
    shard: d["shard"] ?? [0, 1],
    application: { id: world.botId, flags: 0 },
    private_channels: [],
    _trace: [],
  };
  sendEvent(session, GatewayDispatchEvents.Ready, JSON.stringify(ready));
  // Without the Guilds intent the guild stays unavailable, as at Discord.
  if (world.inGuild && (intents & 1) !== 0)
    sendEvent(session, "GUILD_CREATE", JSON.stringify(guildCreate(world)));
}

function resume(line: Line, d: Record<string, unknown>): void {
  const { world, socket } = line;
  if (line.session) return socket.close(Close.AlreadyAuthenticated);
  if (!holdsToken(world, d["token"])) return socket.close(Close.AuthenticationFailed);
  const session = world.sessions.get(String(d["session_id"]));
  const seq = d["seq"];
  if (!session || typeof seq !== "number") return send(socket, Op.InvalidSession, false);
  if (seq > session.seq) return socket.close(Close.InvalidSeq);
  session.socket?.close(Close.SessionTimedOut);
  session.socket = socket;
  if (!replay(session, seq)) {
    session.socket = undefined;
    world.sessions.delete(session.id);
    return send(socket, Op.InvalidSession, false);
  }
  line.session = session;
  sendEvent(session, GatewayDispatchEvents.Resumed, '{"_trace":[]}');
}

export function gatewayUrl(world: World): string {
  return world.base.replace("http:", "ws:") + "/gateway";
}

/** What the tests and the page can do to the bot's connection. */
export type GatewayFaults = {
  /** Asks every client to reconnect and resume (op 7). */
  reconnect(): void;
  /** Ends every session (op 9); a resumable one may be taken up again. */
  invalidate(resumable?: boolean): void;
  /** Cuts the sockets without a word; sessions can be resumed. */
  drop(): void;
  /** How many clients are connected and identified. */
  connected(): number;
};

export function gatewayFaults(world: World): GatewayFaults {
  const live = () => [...world.sessions.values()].filter((one) => one.socket !== undefined);
  return {
    reconnect: () => {
      for (const { socket } of live()) if (socket) send(socket, Op.Reconnect, null);
    },
    invalidate: (resumable = false) => {
      for (const session of live()) {
        if (!resumable) world.sessions.delete(session.id);
        if (session.socket) send(session.socket, Op.InvalidSession, resumable);
      }
    },
    drop: () => {
      for (const { socket } of live()) socket?.terminate();
    },
    connected: () => live().length,
  };
}
