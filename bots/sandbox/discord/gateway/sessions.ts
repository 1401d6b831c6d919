import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import { KEEP } from "../limits.ts";
import type { World } from "../world.ts";

/** One identified client. It outlives its socket so that RESUME can replay what was missed. */
export type Session = {
  id: string;
  socket: WebSocket | undefined;
  intents: number;
  seq: number;
  /** The last events, by `seq % KEEP.events`. */
  sent: string[];
};

export function openSession(world: World, socket: WebSocket, intents: number): Session {
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
export function sendEvent(session: Session, event: string, data: string): void {
  session.seq += 1;
  const text = `{"op":0,"t":"${event}","s":${session.seq},"d":${data}}`;
  session.sent[session.seq % KEEP.events] = text;
  session.socket?.send(text);
}

/** Sends again what came after `seq`; false where that is no longer kept. */
export function replay(session: Session, seq: number): boolean {
  if (seq > session.seq || session.seq - seq > KEEP.events) return false;
  for (let s = seq + 1; s <= session.seq; s++) {
    const text = session.sent[s % KEEP.events];
    if (text !== undefined) session.socket?.send(text);
  }
  return true;
}
