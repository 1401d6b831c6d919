import { defineConfig } from "vitest/config";

// Only for tests that fail anyway: what is slow on a busy machine is not wrong.
const limits = { testTimeout: 900_000, hookTimeout: 900_000 };

/** What runs in the test's own process, beside other files of the same worker. */
const inProcess = ["convex", "luma", "money", "page", "pictures", "shared"];

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    // One more than the cores: tests with processes wait more than they work.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: "in process",
          ...limits,
          include: inProcess.map((folder) => `tests/${folder}/**/*.test.ts`),
          // Convex's functions are loaded once for each worker and not once for each file.
          isolate: false,
          pool: "threads",
        },
      },
      {
        extends: true,
        test: {
          name: "with processes",
          ...limits,
          include: ["tests/**/*.test.ts"],
          exclude: inProcess.map((folder) => `tests/${folder}/**`),
        },
      },
    ],
  },
});
