import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isInUse, openData } from "../../bots/sandbox/server/data.ts";

// What a sandbox keeps between two starts.

const folder = join(mkdtempSync(join(tmpdir(), "sandbox-data-")), "kept");
afterAll(() => rmSync(dirname(folder), { recursive: true }));

test("the keys and the clock are the same at the next start", async () => {
  const first = await openData(folder);
  first.keepOffset(7_200_000);
  first.close();
  const second = await openData(folder);
  expect(second.keys).toEqual(first.keys);
  expect(second.offset).toBe(7_200_000);
  expect(second.file).toBe(first.file);
  second.close();
});

test("nobody else can read the keys", () => {
  expect(statSync(folder).mode & 0o077).toBe(0);
  expect(statSync(join(folder, "keys.json")).mode & 0o077).toBe(0);
});

test("a folder that others could read is closed to them, and so are its files", async () => {
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "convex.sqlite"), "");
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
  (await openData(folder)).close();
  const modes = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  expect(modes.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
});

test("a folder is in use while a sandbox has it, and not after it was killed", async () => {
  expect(isInUse(folder)).toBe(false);
  const data = await openData(folder);
  expect(isInUse(folder)).toBe(true);
  data.close();
  expect(isInUse(folder)).toBe(false);
});

test("without a folder nothing is left", async () => {
  const data = await openData();
  expect(readdirSync(dirname(data.file))).toContain("keys.json");
  data.close();
  expect(existsSync(dirname(data.file))).toBe(false);
});
