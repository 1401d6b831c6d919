import { fileURLToPath } from "node:url";
import type { JSONValue } from "convex/values";
import type { Auth } from "../../../bots/sandbox/convex/engine.ts";

// Plaza's functions on the durable engine, in a process that can be killed. Its clock is what it is
// told; it answers over the channel to the process that started it.

let now = Number(process.env["LINE_NOW"]);

// However far the next job is by the engine's clock, it looks again at once when that has moved.
const realSetTimeout = globalThis.setTimeout;
const soon = (work: () => void, ms = 0) => realSetTimeout(work, Math.min(ms, 3));
globalThis.setTimeout = soon as typeof globalThis.setTimeout;

// Only now: the engine takes its timers when it is imported.
const { createSqliteEngine } = await import("../../../bots/sandbox/convex/sqlite/index.ts");

const engine = await createSqliteEngine(
  fileURLToPath(new URL("../../../convex", import.meta.url)),
  {
    file: process.env["LINE_FILE"] ?? "",
    now: () => now,
  },
);

export type Asked = { id: number; now: number } & (
  | { do: "run"; kind: "query" | "mutation"; path: string; args: JSONValue; auth: Auth }
  | { do: "clock" }
);
export type Answered = { id: number } & (
  | { ok: true; value: JSONValue; read: number; written: number }
  | { ok: false; message: string; data: JSONValue }
);

process.on("message", (asked: Asked) => void answer(asked));

async function answer(asked: Asked): Promise<void> {
  const { id } = asked;
  now = asked.now;
  const said = (answered: Answered) => process.send?.(answered);
  if (asked.do === "clock") {
    said({ id, ok: true, value: null, read: 0, written: 0 });
    return;
  }
  const outcome = await engine[asked.kind](asked);
  const { documentsRead: read = 0, documentsWritten: written = 0 } = outcome.metrics ?? {};
  if (outcome.ok) said({ id, ok: true, value: outcome.value, read, written });
  else
    said({ id, ok: false, message: outcome.failure.message, data: outcome.failure.data ?? null });
}

process.on("disconnect", () => process.exit(0));
process.stdout.write("ready\n");
