import { parentPort } from "node:worker_threads";
import { sceneOf } from "./draw.ts";
import { toPng } from "./png.ts";
import type { Task } from "./thread.ts";

// Runs in a thread of its own: see `thread.ts`. An error ends the thread, and whoever waits hears it.

async function draw({ picture, locale }: Task): Promise<void> {
  const png = toPng(await sceneOf(picture, { locale }));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage(png);
}

parentPort?.on("message", (task: Task) => void draw(task));
