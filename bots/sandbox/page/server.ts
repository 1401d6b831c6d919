import type { ActAnswer, Platform, TranscriptMessage } from "../contract.ts";
import type { ControlRequest, ControlPanel, PersonAction, Sandbox, Seat } from "./sandbox.ts";

/** The one doorway to the sandbox's server. */

type Changed = Platform | "control";
type Done = { ok: true } | { ok: false; error: string };

export const readSandbox = () => get<Sandbox>("/api/sandbox");
export const readControlPanel = () => get<ControlPanel>("/api/control");

export function readTranscript(platform: Platform, seat: Seat): Promise<TranscriptMessage[]> {
  return get(`/api/transcript?${queryOf(platform, seat)}`);
}

export async function readTyping(platform: Platform, seat: Seat): Promise<boolean> {
  const { typing } = await get<{ typing: boolean }>(`/api/typing?${queryOf(platform, seat)}`);
  return typing;
}

/** Resolves once the bot has answered, or has had its time. Never rejects. */
export function act(platform: Platform, seat: Seat, action: PersonAction): Promise<ActAnswer> {
  return post<ActAnswer>("/api/act", { platform, ...seat, ...action });
}

/** Never rejects. */
export function doControlAction(action: ControlRequest): Promise<Done> {
  return post<Done>("/api/control", action);
}

type Watcher = {
  onChange: (what: Changed) => void;
  /** The stream is there, or there again: anything may have changed. */
  onOpen: () => void;
  onTrouble: () => void;
};

/** Tells whenever something visible changed; finds back by itself after a break. */
export function watch({ onChange, onOpen, onTrouble }: Watcher): void {
  const stream = new EventSource("/api/stream");
  stream.addEventListener("change", ({ data }: MessageEvent<string>) => {
    onChange((JSON.parse(data) as { platform: Changed }).platform);
  });
  stream.addEventListener("error", onTrouble);
  stream.addEventListener("open", onOpen);
}

function queryOf(platform: Platform, seat: Seat): string {
  return new URLSearchParams({ platform, in: seat.in, as: seat.as }).toString();
}

async function get<Answer>(path: string): Promise<Answer> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as Answer;
}

async function post<Answer>(path: string, body: unknown): Promise<Answer | Refused> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as Answer;
  } catch {
    return { ok: false, error: "The sandbox does not answer." };
  }
}

type Refused = { ok: false; error: string };

/**
 * Many calls, one run: at most one per frame (or gap) and one at a time, and always one after the
 * last call. A run that fails is dropped; the next change brings another.
 */
export function soon(run: () => Promise<void>, gapMs = 0): () => void {
  let isPlanned = false;
  let isRunning = false;
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    if (!isRunning) requestAnimationFrame(() => void go());
  };
  const go = async () => {
    isPlanned = false;
    isRunning = true;
    await run().catch(() => undefined);
    if (gapMs > 0) await new Promise((wake) => setTimeout(wake, gapMs));
    isRunning = false;
    if (isPlanned) requestAnimationFrame(() => void go());
  };
  return plan;
}
