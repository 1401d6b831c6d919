import { type Check, run } from "./run.ts";

// `npm test`: everything that can be known of the code without a network. The cheap checks come
// first, two at a time; the tests, which use both cores, last and alone.

const cheap: Check[] = [
  { name: "format", command: ["prettier", "--check", "--log-level", "warn", "."] },
  { name: "types", command: ["tsc", "--noEmit"] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "generated code", command: ["node", "tests/checks/generated.ts"] },
  { name: "deployment bundle", command: ["node", "tests/checks/bundle.ts"] },
];
const tests: Check = {
  name: "tests",
  command: ["vitest", "run", "--config", "tests/vitest.config.ts"],
};

const failed: string[] = [];
const waiting = cheap.values();
await Promise.all(
  [1, 2].map(async () => {
    for (const check of waiting) if (!(await run(check))) failed.push(check.name);
  }),
);
if (!(await run(tests))) failed.push(tests.name);

if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}`);
process.exit(failed.length > 0 ? 1 : 0);
