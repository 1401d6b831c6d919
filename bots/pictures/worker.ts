import { sceneOf, toPng } from "./png.ts";
import type { Task } from "./drawing.ts";

// Runs in a process of its own: see `drawing.ts`. An error ends it, which rejects the drawing.

async function draw({ picture, locale }: Task): Promise<void> {
  process.send?.(toPng(await sceneOf(picture, { locale })));
}

process.on("message", (task: Task) => void draw(task));
// The bots are gone, however they went.
process.on("disconnect", () => process.exit());
