import {
  GatewayCloseCodes as Close,
  GatewayDispatchEvents,
  GatewayIntentBits,
  GatewayIntentBits as Bit,
  GatewayOpcodes as Op,
} from "discord-api-types/v10";
import type { WebSocket } from "ws";
import { randomBytes } from "node:crypto";
import { guildCreate } from "./guild.ts";
import { botSees, botUser } from "./people.ts";
import type { Channel, Message, Session, World } from "./world.ts";
import { KEEP } from "./limits.ts";

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
  /** Cuts the sockets without a close frame; sessions can be resumed. */
  drop(): void;
  /** Closes every connection for good with this code, such as 4004 "Authentication failed". */
  close(code: number): void;
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
    close: (code) => {
      for (const session of live()) {
        world.sessions.delete(session.id);
        session.socket?.close(code);
      }
    },
    connected: () => live().length,
  };
}

function openSession(world: World, socket: WebSocket, intents: number): Session {
  const id = randomBytes(16).toString("hex");
  const session: Session = { id, socket, intents, seq: 0, sent: [] };
  world.sessions.set(id, session);
  forgetAbandoned(world);
  return session;
}

function forgetAbandoned(world: World): void {
  const left = [...world.sessions.values()].filter((one) => !one.socket);
  for (const { id } of left.slice(0, -KEEP.sessions)) world.sessions.delete(id);
}

/** Numbers, keeps and sends one event; `data` is JSON already. */
function sendEvent(session: Session, event: string, data: string): void {
  session.seq += 1;
  const text = `{"op":0,"t":"${event}","s":${session.seq},"d":${data}}`;
  session.sent[session.seq % KEEP.events] = text;
  session.socket?.send(text);
}

/** Sends again what came after `seq`; false where that is no longer kept. */
function replay(session: Session, seq: number): boolean {
  if (seq > session.seq || session.seq - seq > KEEP.events) return false;
  for (let s = seq + 1; s <= session.seq; s++) {
    const text = session.sent[s % KEEP.events];
    if (text !== undefined) session.socket?.send(text);
  }
  return true;
}

/** Sends an event to every session that asked for its kind; says how many that were. */
export function dispatch(world: World, event: string, data: unknown, guild = true): number {
  // A bot outside the guild gets no guild events; interactions are dispatched elsewhere.
  if (guild && !world.inGuild && event !== "INTERACTION_CREATE") return 0;
  const needed = intentFor(event, guild);
  let json: string | undefined;
  let reached = 0;
  for (const session of world.sessions.values()) {
    if (needed !== 0 && (session.intents & needed) === 0) continue;
    json ??= JSON.stringify(data);
    sendEvent(session, event, json);
    reached += 1;
  }
  return reached;
}

/** The same for something in one channel: a channel the bot cannot see sends nothing. */
export function dispatchIn(world: World, channel: Channel, event: string, data: object): number {
  if (channel.person) return dispatch(world, event, data, false);
  if (!botSees(world, channel)) return 0;
  return dispatch(world, event, { ...data, guild_id: world.guildId });
}

/** A message event, whose content is blanked for sessions that may not read it. */
export function dispatchMessage(
  world: World,
  channel: Channel,
  event: string,
  message: Message,
  more: object = {},
): number {
  const guild = channel.person === undefined;
  if (!botSees(world, channel)) return 0;
  const needed = intentFor(event, guild);
  const place = guild ? { guild_id: world.guildId } : {};
  const whole = { ...message, ...more, channel_type: channel.type, ...place };
  const open = !guild || isForBot(world, message);
  let full: string | undefined;
  let blank: string | undefined;
  let reached = 0;
  for (const session of world.sessions.values()) {
    if ((session.intents & needed) === 0) continue;
    const reads = open || (session.intents & GatewayIntentBits.MessageContent) !== 0;
    if (reads) sendEvent(session, event, (full ??= JSON.stringify(whole)));
    else sendEvent(session, event, (blank ??= JSON.stringify({ ...whole, ...BLANK })));
    reached += 1;
  }
  return reached;
}

const BLANK = { content: "", embeds: [], attachments: [], components: [] };

function isForBot(world: World, message: Message): boolean {
  const mine = message.author.id === world.botId;
  return mine || message.mentions.some((user) => user.id === world.botId);
}

/** Which intent lets an event through: in a guild, and in direct messages. 0 means always. */
const NEEDED: Record<string, { guild: number; dm: number }> = {
  MESSAGE: { guild: Bit.GuildMessages, dm: Bit.DirectMessages },
  TYPING: { guild: Bit.GuildMessageTyping, dm: Bit.DirectMessageTyping },
  GUILD_MEMBER: { guild: Bit.GuildMembers, dm: 0 },
  GUILD_SCHEDULED_EVENT: { guild: Bit.GuildScheduledEvents, dm: 0 },
  GUILD: { guild: Bit.Guilds, dm: 0 },
  CHANNEL: { guild: Bit.Guilds, dm: Bit.DirectMessages },
  THREAD: { guild: Bit.Guilds, dm: 0 },
  INTERACTION: { guild: 0, dm: 0 },
};

/** The intent that a session must have asked for to receive this event. */
function intentFor(event: string, guild: boolean): number {
  let longest = "";
  for (const start in NEEDED) {
    if (event.startsWith(start) && start.length > longest.length) longest = start;
  }
  const needed = NEEDED[longest];
  if (!needed) throw new Error(`No intent is known for ${event}`);
  return guild ? needed.guild : needed.dm;
}

/** All intents there are; anything beyond is an invalid intent. */
const ALL_INTENTS = Object.values(Bit)
  .filter((bit) => typeof bit === "number")
  .reduce((all: number, bit) => all | bit, 0);
