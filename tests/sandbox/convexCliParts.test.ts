import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEnvironment } from "../../bots/sandbox/convex/protocol/cli/environment.ts";
import { readImport } from "../../bots/sandbox/convex/protocol/cli/imports.ts";
import { createCallLog } from "../../bots/sandbox/convex/protocol/cli/logs.ts";
import { readZip, writeZip } from "../../bots/sandbox/convex/protocol/cli/zip.ts";

// What the command line cannot show in a moment: files that are damaged, and what outlives a host.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plaza-cli-parts-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("variables", () => {
  test("are there again for the next host, in a file nobody else may read", async () => {
    const file = join(folder, "environment.json");
    createEnvironment({ file, env: {} }).update([
      { name: "KEPT", value: "yes" },
      { name: "GONE", value: "no" },
      { name: "GONE", value: null },
    ]);
    const env: NodeJS.ProcessEnv = {};
    expect(createEnvironment({ file, env }).list()).toEqual([{ name: "KEPT", value: "yes" }]);
    expect(env).toEqual({ KEPT: "yes" });
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  test("change all together or not at all", () => {
    const env: NodeJS.ProcessEnv = {};
    const environment = createEnvironment({ env });
    const changes = [
      { name: "FINE", value: "x" },
      { name: "not fine", value: "x" },
    ];
    expect(() => environment.update(changes)).toThrow("not fine");
    expect(env).toEqual({});
  });

  test("are not begun with where their file is damaged", async () => {
    const file = join(folder, "damaged.json");
    await writeFile(file, "{");
    expect(() => createEnvironment({ file, env: {} })).toThrow(SyntaxError);
    expect(await readFile(file, "utf8")).toBe("{");
  });
});

describe("an archive", () => {
  const entries = [
    { path: "_tables/documents.jsonl", data: Buffer.from("") },
    { path: "things/documents.jsonl", data: Buffer.from('{"é": 1}\n'.repeat(100)) },
  ];

  test("comes back as it was written", () => {
    expect(readZip(writeZip(entries))).toEqual(entries);
  });

  test("that is damaged, or none, is refused", () => {
    const damaged = writeZip(entries);
    // Of the content's checksum in the list at the end.
    const list = damaged.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    damaged[list + 16] = (damaged[list + 16] ?? 0) ^ 1;
    expect(() => readZip(damaged)).toThrow("damaged");
    expect(() => readZip(Buffer.from("no archive"))).toThrow("Not a ZIP file");
  });
});

describe("a file to import", () => {
  const data = (text: string) => Buffer.from(text);

  test("is one document a line, or an array of them", () => {
    const documents = [{ a: 1 }, { a: { $integer: "AQAAAAAAAAA=" } }];
    const lines = documents.map((document) => JSON.stringify(document)).join("\n\n");
    const wanted = [{ table: "t", documents }];
    expect(readImport(data(lines), { format: "jsonLines", tableName: "t" })).toEqual(wanted);
    const array = JSON.stringify(documents);
    expect(readImport(data(array), { format: "jsonArray", tableName: "t" })).toEqual(wanted);
  });

  test.each([
    ["csv", "a,b", "does not import csv"],
    ["jsonLines", "7", "expected record"],
    ["jsonLines", '{"a":', "JSON"],
    ["jsonArray", "{}", "expected array"],
    ["zip", "PK", "Not a ZIP file"],
  ])("of %s that cannot be read is refused", (format, text, message) => {
    expect(() => readImport(data(text), { format, tableName: "t" })).toThrow(message);
  });
});

test("logs are given from a cursor on, waited for, and given up on", async () => {
  const log = createCallLog(() => 1_000);
  const record = { kind: "query", path: "a:b", requestId: "r", logLines: [] } as const;
  const note = (path: string) => log.note({ ...record, path, logLines: [] });
  const never = new AbortController().signal;
  const pathsAfter = async (cursor: number, giveUp = never) => {
    const { entries, newCursor } = (await log.after(cursor, giveUp)) as {
      entries: { identifier: string }[];
      newCursor: number;
    };
    return { paths: entries.map(({ identifier }) => identifier), newCursor };
  };
  note("a:first");
  note("a:second");
  const { paths, newCursor } = await pathsAfter(0);
  expect(paths).toEqual(["a:first", "a:second"]);
  const waiting = pathsAfter(newCursor);
  note("a:third");
  expect((await waiting).paths).toEqual(["a:third"]);
  const late = await pathsAfter((await pathsAfter(newCursor)).newCursor, AbortSignal.abort());
  expect(late.paths).toEqual([]);
});
