import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Picture } from "../../shared/messages/picture.ts";
import type { Locale } from "../../shared/texts/index.ts";

// Pictures are drawn in a thread beside the bots', one after another: people are answered meanwhile.
// The library that draws holds megabytes for each picture until somebody cleans up, and a map needs
// the whole world; all that goes with the thread.

export type Task = { picture: Picture; locale: Locale };

/** After so many pictures a new thread takes over. */
const mostDrawn = 24;
/** A thread that has nothing to draw goes. */
const idleMs = 20_000;
/** No picture takes so long. */
const longestMs = 10_000;

let worker: Worker | undefined;
let drawn = 0;
let idle: NodeJS.Timeout | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Draws a picture as PNG. */
export async function drawInThread(task: Task): Promise<Buffer> {
  const before = last;
  const mine = before.then(async () => await drawNext(task));
  // Who comes next does not mind that this one failed.
  last = mine.catch(() => undefined);
  return await mine;
}

async function drawNext(task: Task): Promise<Buffer> {
  clearTimeout(idle);
  worker ??= start();
  worker.ref();
  try {
    const answer = once(worker, "message", { signal: AbortSignal.timeout(longestMs) });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    worker.postMessage(task);
    const [png] = (await answer) as [Uint8Array<ArrayBuffer>];
    worker.unref();
    if (++drawn >= mostDrawn) stop();
    else idle = setTimeout(stop, idleMs).unref();
    return Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  } catch (error) {
    stop();
    throw error;
  }
}

function start(): Worker {
  drawn = 0;
  return new Worker(new URL("./worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 2 },
    // It needs none of the process's settings, and no secret.
    env: {},
    execArgv: [],
  });
}

function stop(): void {
  // What it still has to say is of no use to anybody.
  worker?.on("error", () => undefined);
  void worker?.terminate();
  worker = undefined;
}
