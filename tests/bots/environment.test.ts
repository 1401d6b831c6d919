import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { readEnvironment } from "../../bots/environment.ts";
import { makeKeys } from "../../bots/keys.ts";

const { PLAZA_BOT_PRIVATE_KEY } = await makeKeys();
const whole = {
  CONVEX_URL: "https://happy-otter-123.convex.cloud",
  PLAZA_BOT_PRIVATE_KEY,
  TELEGRAM_BOT_TOKEN: "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

test("one platform is enough", () => {
  expect(readEnvironment(whole)).toMatchObject({ ok: true, environment: { HEALTH_PORT: 8080 } });
});

test("every missing or malformed variable is named at once, and no value is repeated", () => {
  const secret = "not-a-token-but-secret";
  const read = readEnvironment({
    CONVEX_URL: "ftp://x",
    TELEGRAM_BOT_TOKEN: secret,
    HEALTH_PORT: "99999",
    PLAZA_BOT_PRIVATE_KEY: "",
  });
  const problems = read.ok ? [] : read.problems;
  for (const name of ["CONVEX_URL", "PLAZA_BOT_PRIVATE_KEY", "TELEGRAM_BOT_TOKEN", "HEALTH_PORT"])
    expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
  expect(problems.join("\n")).not.toContain(secret);
});

test("without any platform it says which variables would name one", () => {
  const read = readEnvironment({ ...whole, TELEGRAM_BOT_TOKEN: undefined });
  expect(read).toEqual({
    ok: false,
    problems: ["TELEGRAM_BOT_TOKEN or DISCORD_BOT_TOKEN is missing: one of them at least"],
  });
});

test("npm run bots ends with code 1 and the names of what is missing", () => {
  const run = spawnSync(process.execPath, ["bots/main.ts"], {
    env: { PATH: process.env["PATH"] },
    encoding: "utf8",
  });
  expect(run.status).toBe(1);
  for (const name of ["CONVEX_URL", "PLAZA_BOT_PRIVATE_KEY", "TELEGRAM_BOT_TOKEN"])
    expect(run.stderr).toContain(name);
});
