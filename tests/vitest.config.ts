import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    include: ["tests/**/*.test.ts"],
    // Only for tests that fail anyway: what is slow on a busy machine is not wrong.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Most of the time goes to stages, which wait more than they work: two at once.
    maxWorkers: 2,
  },
});
