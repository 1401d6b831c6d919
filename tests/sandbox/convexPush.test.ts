import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createSqliteEngine } from "../../bots/sandbox/convex/sqlite/index.ts";
import { startProject } from "../support/convexHost/cli.ts";
import { add, follow, functionsDir, httpClient, list, live } from "../support/convexHost/host.ts";
import { host, runOn } from "../support/convexHost/running.ts";

// `convex dev` and `convex deploy` push to the host what they would push to any deployment.

// Processes one after another: a busy machine takes its time.
vi.setConfig({ testTimeout: 180_000 });

let project: Awaited<ReturnType<typeof startProject>>;
let data: string;

runOn({
  createEngine: async (directory) =>
    await createSqliteEngine(directory, { file: join(data, "data.sqlite") }),
});

// The host that is run opens its file in here.
data = await mkdtemp(join(tmpdir(), "plaza-push-"));

const source = (name: string): string => project.file(join("convex", name));
const push = async () =>
  await project.convex(["dev", "--once", "--typecheck", "disable", "--codegen", "enable"]);

beforeAll(async () => {
  project = await startProject(host.url);
  const packages = fileURLToPath(new URL("../../node_modules", import.meta.url));
  await symlink(packages, project.file("node_modules"));
  await mkdir(project.file("convex"));
  for (const name of ["schema.ts", "notes.ts", "pages.ts", "crons.ts", "http.ts"]) {
    await cp(join(functionsDir, name), source(name));
  }
});
afterAll(async () => {
  await project.close();
  await rm(data, { recursive: true });
});

test("what is pushed runs on the data that is there, also for who has subscribed", async () => {
  await live(host, async (client) => {
    await client.mutation(add, { author: "push", text: "before" });
    const { seen, until } = follow(client, "push");
    await until(1);
    await writeFile(
      source("notes.ts"),
      `import { query, mutation } from "./_generated/server";
       import { v } from "convex/values";
       export const list = query({ args: { author: v.string() }, handler: async (ctx, { author }) =>
         (await ctx.db.query("notes").withIndex("by_author", (q) => q.eq("author", author)).collect())
           .map((note) => note.text.toUpperCase()) });
       export const nightly = mutation({ args: { author: v.string() }, handler: async () => null });
       export const add = mutation({ args: { author: v.string(), text: v.string() },
         handler: async (ctx, note) => { await ctx.db.insert("notes", note); } });`,
    );
    const pushed = await push();
    expect([pushed.code, pushed.err]).toEqual([0, expect.stringContaining("functions ready")]);
    await until(2);
    expect(seen).toEqual([["before"], ["BEFORE"]]);
    await client.mutation(add, { author: "push", text: "after" });
    expect(seen.at(-1)).toEqual(["BEFORE", "AFTER"]);
  });
  expect((await fetch(`${host.siteUrl}/whoami/`)).status).toBe(200);
  expect((await host.state()).crons).toMatchObject([{ function: "notes:nightly" }]);
});

test("a schema that the data does not fit is refused, and the old functions go on", async () => {
  await writeFile(
    source("schema.ts"),
    `import { defineSchema, defineTable } from "convex/server";
     import { v } from "convex/values";
     export default defineSchema({ notes: defineTable({ author: v.number(), text: v.string() })
       .index("by_author", ["author"]), visits: defineTable({ page: v.string() }) });`,
  );
  const { code, err } = await push();
  expect([code, err]).toEqual([1, expect.stringContaining("Schema validation failed")]);
  expect(await httpClient(host).query(list, { author: "push" })).toEqual(["BEFORE", "AFTER"]);
});

test("code that cannot be imported is refused, and says why", async () => {
  await cp(join(functionsDir, "schema.ts"), source("schema.ts"));
  await writeFile(source("broken.ts"), `export const never = 1;\nthrow new Error("not today");`);
  const { code, err } = await push();
  expect([code, err]).toEqual([1, expect.stringContaining("not today")]);
  await rm(source("broken.ts"));
  expect((await push()).code).toBe(0);
});
