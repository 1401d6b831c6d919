import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    include: ["tests/**/*.test.ts"],
    // A whole stage with its processes takes some seconds to start on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of the time goes to stages, which wait more than they work: two at once.
    maxWorkers: 2,
  },
});
