import { vi } from "vitest";
import { makeWorld } from "../access/world.ts";
import { everything, undo } from "../convex/plaza.ts";

/** One world, mended after each act; a new one where a row cannot come back. What is scheduled waits. */
export async function startMendedWorld() {
  let world = await makeWorld();
  let before = await everything(world.t);
  return {
    get world() {
      return world;
    },
    async mend() {
      if (await undo(world.t, before)) return;
      const now = Date.now();
      world = await makeWorld();
      // A new world begins at the hour of the first one, and the bot's clock does not go back.
      vi.setSystemTime(now);
      before = await everything(world.t);
    },
  };
}
