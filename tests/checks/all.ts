import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
// What the bots and the emulators said to each other, as each end-to-end test counted it.
const traffic = join(folder, "traffic");
process.env["PLAZA_TRAFFIC"] = traffic;
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
console.log(`\n${describeTraffic()}`);
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

/** One line on how much of the traffic was compared with the platforms' own descriptions. */
function describeTraffic(): string {
  const totals = new Map<string, { requests: number; answers: number; invalid: number }>();
  for (const file of existsSync(traffic) ? readdirSync(traffic) : []) {
    const counts = JSON.parse(readFileSync(join(traffic, file), "utf8")) as Record<
      string,
      { requests: number; answers: number; invalid: number }
    >;
    for (const [platform, { requests, answers, invalid }] of Object.entries(counts)) {
      const before = totals.get(platform) ?? { requests: 0, answers: 0, invalid: 0 };
      totals.set(platform, {
        requests: before.requests + requests,
        answers: before.answers + answers,
        invalid: before.invalid + invalid,
      });
    }
  }
  if (totals.size === 0)
    return "Traffic: not validated, because the platforms' descriptions are not in ../shared/specs";
  const said = [...totals].map(
    ([platform, { requests, answers, invalid }]) =>
      `${platform} ${requests} requests and ${answers} answers, ${invalid} invalid`,
  );
  return `Traffic by the platforms' descriptions: ${said.join("; ")}`;
}
