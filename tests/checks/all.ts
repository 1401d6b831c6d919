import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Check, run } from "./run.ts";

// `npm test`: everything that can be known of the code without a network. The cheap checks come
// first, two at a time; the tests, which use both cores, last and alone. The last line counts all of
// them: "N passed, N failed, N skipped".

const cheap: Check[] = [
  { name: "format", command: ["prettier", "--check", "--log-level", "warn", "."] },
  { name: "types", command: ["tsc", "--noEmit"] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "generated code", command: ["node", "tests/checks/generated.ts"] },
  { name: "deployment bundle", command: ["node", "tests/checks/bundle.ts"] },
  { name: "structure", command: ["node", "tests/checks/structure.ts"] },
];

const folder = mkdtempSync(join(tmpdir(), "plaza-tests-"));
const report = join(folder, "report.json");
const tests: Check = {
  name: "tests",
  command: [
    "vitest",
    "run",
    "--config",
    "tests/vitest.config.ts",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ],
};

const failed: string[] = [];
const waiting = cheap.values();
await Promise.all(
  [1, 2].map(async () => {
    for (const check of waiting) if (!(await run(check))) failed.push(check.name);
  }),
);
const checks = { passed: cheap.length - failed.length, failed: failed.length };
const areTestsGreen = await run(tests);
if (!areTestsGreen) failed.push(tests.name);
const counted = countTests();
rmSync(folder, { recursive: true });

if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}`);
const passes = checks.passed + counted.passed;
const failures = checks.failed + counted.failed;
console.log(`\n${passes} passed, ${failures} failed, ${counted.skipped} skipped`);
process.exit(failed.length > 0 ? 1 : 0);

/** Reads vitest's report. A run that ends without one, or fails outside a test, counts as a failure. */
function countTests() {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, "utf8"),
  ) as Record<string, number>;
  const skipped = (numPendingTests ?? 0) + (numTodoTests ?? 0);
  const unseen = areTestsGreen ? 0 : 1;
  return { passed: numPassedTests ?? 0, failed: Math.max(numFailedTests ?? 0, unseen), skipped };
}
