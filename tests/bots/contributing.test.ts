import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// Does what CONTRIBUTING.md says, to the letter, in a copy of the project.

const sections = readFileSync("CONTRIBUTING.md", "utf8").split(/^## /m);

type Step = { path: string } & ({ content: string } | { diff: string[] });

/** The files that a section creates and changes, in its order. */
function stepsOf(title: string): Step[] {
  const section = sections.find((one) => one.startsWith(`${title}\n`)) ?? "";
  const block = /(?:Create|Change)\s+`([^`]+)`:|```(\w+)\n([\s\S]*?)```/g;
  const steps: Step[] = [];
  let path = "";
  for (const [, named, language, content = ""] of section.matchAll(block)) {
    if (named !== undefined) path = named;
    else if (language === "ts") steps.push({ path, content });
    else if (language === "diff") steps.push({ path, diff: content.trimEnd().split("\n") });
  }
  return steps;
}

/** Inserts the lines that begin with "+" behind the line before them, which must stand there once. */
function applied(text: string, diff: string[]): string {
  const context = diff.filter((line) => !line.startsWith("+")).map((line) => line.slice(1));
  const added = diff.filter((line) => line.startsWith("+")).map((line) => line.slice(1));
  const before = `${context.join("\n")}\n`;
  const count = `\n${text}`.split(`\n${before}`).length - 1;
  expect({ before, count }).toEqual({ before, count: 1 });
  return text.replace(before, () => `${before}${added.join("\n")}\n`);
}

let copy = "";

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "plaza-contributing-"));
  for (const name of ["bots", "convex", "shared", "tests", "package.json", "tsconfig.json"])
    cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(realpathSync("node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true }));

function run(program: string, ...args: string[]): string {
  const options = { cwd: copy, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
  try {
    return execFileSync(join(copy, "node_modules/.bin", program), args, options);
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error });
  }
}

function carryOut(title: string): Step[] {
  const steps = stepsOf(title);
  for (const step of steps) {
    const file = join(copy, step.path);
    expect({ file, isThere: existsSync(file) }).toEqual({ file, isThere: "diff" in step });
    mkdirSync(dirname(file), { recursive: true });
    const text = "diff" in step ? applied(readFileSync(file, "utf8"), step.diff) : step.content;
    writeFileSync(file, text);
  }
  return steps;
}

const sourcesOf = (steps: Step[]) => [
  ...new Set(steps.map(({ path }) => path).filter((path) => !/^tests\/|\/texts\//.test(path))),
];
const testsOf = (steps: Step[]) =>
  steps.map(({ path }) => path).filter((path) => path.endsWith(".test.ts"));

describe("CONTRIBUTING.md", () => {
  const steps: Step[] = [];

  test("adds a command in one file and one list", () => {
    const command = carryOut("Add a command");
    expect(sourcesOf(command)).toHaveLength(2);
    steps.push(...command);
  });

  test("adds a delivery kind in at most four files", () => {
    const kind = carryOut("Add a delivery kind");
    expect(sourcesOf(kind)).toHaveLength(4);
    steps.push(...kind);
  });

  test("what it adds has the right types, and its tests and the tables of access pass", () => {
    expect(testsOf(steps)).toHaveLength(2);
    run("tsc", "--noEmit");
    const files = [...testsOf(steps), "tests/convex/accessCommands.test.ts"];
    const config = ["--config", "tests/vitest.config.ts"];
    const printed = run("vitest", "run", ...config, ...files, "-t", "table|hello|anniversary");
    expect(printed).toMatch(/Test Files +3 passed/);
  });
});
