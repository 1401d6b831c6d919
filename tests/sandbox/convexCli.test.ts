import { readFile, writeFile } from "node:fs/promises";
import { makeFunctionReference } from "convex/server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readZip } from "../../bots/sandbox/convex/protocol/cli/zip.ts";
import { startProject } from "../support/convexHost/cli.ts";
import { add, httpClient, list } from "../support/convexHost/host.ts";
import { host, runOn } from "../support/convexHost/running.ts";
import { createMemoryEngine } from "../support/convexHost/engines.ts";

// The official command line, unmodified, in a process of its own.

runOn({ createEngine: createMemoryEngine });

// Processes one after another: a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000 });

let project: Awaited<ReturnType<typeof startProject>>;
const convex: typeof project.convex = async (words, options) =>
  await project.convex(words, options);

beforeAll(async () => {
  project = await startProject(host.url);
});
afterAll(async () => {
  await project.close();
});

describe("convex run", () => {
  test("runs functions, internal ones too, and prints what they return and log", async () => {
    const added = await convex(["run", "notes:add", '{"author": "run", "text": "by hand"}']);
    expect(added).toMatchObject({ code: 0, out: '"by hand"\n' });
    const listed = await convex(["run", "notes:list", '{"author": "run"}']);
    expect(JSON.parse(listed.out)).toEqual(["by hand"]);
    expect(listed.err).toContain("'listing' 'run'");
    expect((await convex(["run", "notes:countAll"])).out).toMatch(/^\d+\n$/);
  });

  test("acts as somebody", async () => {
    const identity = ["--identity", '{"subject": "ana", "issuer": "https://people.example"}'];
    const { out } = await convex(["run", "pages:whoami", ...identity]);
    expect(JSON.parse(out)).toMatchObject({ subject: "ana" });
  });

  test("watches a query", async () => {
    const watching = convex(["run", "notes:list", '{"author": "watched"}', "--watch"], {
      goesOn: (printed) => !printed.includes("seen live"),
    });
    await httpClient(host).mutation(add, { author: "watched", text: "seen live" });
    expect((await watching).out).toContain("seen live");
  });

  test("says why a function failed, and which there are when it is none of them", async () => {
    const [refused, missing] = await Promise.all([
      convex(["run", "notes:addThenRefuse", '{"author":"x","refuse":false}']),
      convex(["run", "notes:missing"]),
    ]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("hunter2");
    expect(missing.code).toBe(1);
    expect(missing.err).toContain("• notes:list");
  });

  test("is not served with a wrong key", async () => {
    const { code, err } = await convex(["run", "notes:countAll"], { key: "another key" });
    expect(code).toBe(1);
    expect(err).toContain("deploy key was invalid");
  });
});

describe("convex data", () => {
  test("lists the tables, and a table's documents", async () => {
    await httpClient(host).mutation(add, { author: "data", text: "the last" });
    const [tables, notes, visits] = await Promise.all([
      convex(["data"]),
      convex(["data", "notes", "--limit", "1", "--format", "jsonl"]),
      convex(["data", "visits"]),
    ]);
    expect(tables.out).toBe("notes\nvisits\n");
    expect(notes.out).toMatch(/"author": "data", "text": "the last"/);
    expect(visits.err).toContain("no documents");
  });
});

describe("convex env", () => {
  test("sets, gets, lists and removes variables", async () => {
    await convex(["env", "set", "GREETING", "good day"]);
    expect(process.env["GREETING"]).toBe("good day");
    expect((await convex(["env", "get", "GREETING"])).out).toBe("good day\n");
    expect((await convex(["env", "list"])).out).toBe("GREETING=good day\n");
    await convex(["env", "remove", "GREETING"]);
    expect((await convex(["env", "get", "GREETING"])).err).toContain("not found");
    expect(process.env["GREETING"]).toBeUndefined();
  });

  test("does not touch what the host sets itself, nor take names that are none", async () => {
    const names = ["CONVEX_SITE_URL", "1ST", "with-dash"];
    const set = await Promise.all(names.map((name) => convex(["env", "set", name, "x"])));
    expect(set.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(process.env["CONVEX_SITE_URL"]).toBe(host.siteUrl);
  });
});

test("convex function-spec describes every function and route", async () => {
  const spec = JSON.parse((await convex(["function-spec"])).out) as {
    url: string;
    functions: object[];
  };
  expect(spec.url).toBe(host.url);
  expect(spec.functions).toContainEqual({
    identifier: "notes.js:list",
    functionType: "Query",
    visibility: { kind: "public" },
    args: {
      type: "object",
      value: { author: { fieldType: { type: "string" }, optional: false } },
    },
    returns: { type: "any" },
  });
  expect(spec.functions).toContainEqual({
    functionType: "HttpAction",
    method: "POST",
    path: "/mirror",
  });
});

test("convex logs shows what ran before, and what runs then", async () => {
  await httpClient(host).query(list, { author: "ran before" });
  let asked = false;
  const { out } = await convex(["logs", "--history", "1"], {
    goesOn(printed) {
      if (!asked) void httpClient(host).query(list, { author: "runs then" });
      asked = true;
      return !printed.includes("runs then");
    },
  });
  expect(out).toContain("[CONVEX Q(notes:list)] [LOG] 'listing' 'ran before'");
  expect(out).toContain("[CONVEX Q(notes:list)] [LOG] 'listing' 'runs then'");
});

describe("convex import", () => {
  test("adds documents to a table, or puts them in the place of those there", async () => {
    const file = project.file("pages.jsonl");
    await writeFile(file, '{"page": "/one"}\n{"page": "/two"}\n');
    const first = await convex(["import", "--table", "visits", file]);
    expect(first.err).toContain("Added 2 documents");
    const refused = await convex(["import", "--table", "visits", file]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("already exists")]);
    await convex(["import", "--table", "visits", "--append", file, "-y"]);
    expect((await host.state()).tables["visits"]).toBe(4);
    await convex(["import", "--table", "visits", "--replace", file, "-y"]);
    expect((await host.state()).tables["visits"]).toBe(2);
  });

  test("adds nothing where a document does not fit the schema", async () => {
    const before = (await host.state()).tables["visits"];
    const file = project.file("wrong.json");
    await writeFile(file, '[{"page": "/fits"}, {"page": 7}]');
    const { code, err } = await convex(["import", "--table", "visits", "--append", file, "-y"]);
    expect([code, err]).toEqual([1, expect.stringContaining("failed")]);
    expect((await host.state()).tables["visits"]).toBe(before);
  });
});

describe("convex export", () => {
  test("keeps all documents of all tables, and import brings them back as they were", async () => {
    await httpClient(host).mutation(add, { author: "kept", text: "for good" });
    const kept = await documentsOf("notes");
    const path = project.file("snapshot.zip");
    const { code, err } = await convex(["export", "--path", path]);
    expect([code, err]).toEqual([0, expect.stringContaining("Downloaded snapshot export")]);
    await httpClient(host).mutation(add, { author: "kept", text: "not for good" });
    expect((await convex(["import", "--replace", path, "-y"])).err).toContain("Added");
    expect(await documentsOf("notes")).toEqual(kept);
    expect((await convex(["import", path])).err).toContain("already exists");
  });
});

test("convex export --include-file-storage keeps what is stored as well", async () => {
  const storeFiles = makeFunctionReference<"action", { texts: string[] }>("pages:storeFiles");
  await httpClient(host).action(storeFiles, { texts: ["the stored text"] });
  const path = project.file("with-files.zip");
  expect((await convex(["export", "--include-file-storage", "--path", path])).code).toBe(0);
  const files = readZip(await readFile(path));
  const contents = files.filter((file) => /^_storage\/\w+$/.test(file.path));
  expect(contents.map(({ data }) => data.toString())).toEqual(["the stored text"]);
});

/** With their ids and the times they were created. */
const documentsOf = async (table: string): Promise<string> =>
  (await convex(["data", table, "--limit", "1000", "--format", "jsonl"])).out;
