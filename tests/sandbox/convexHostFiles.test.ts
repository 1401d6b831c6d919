import { fileURLToPath } from "node:url";
import { makeFunctionReference } from "convex/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSqliteEngine } from "../../bots/sandbox/convex/sqlite/index.ts";
import { httpClient, startTestHost, type TestHost } from "../support/convexHost/host.ts";

const upload = makeFunctionReference<"mutation", Record<string, never>, string>("tries:upload");
const address = makeFunctionReference<"query", { id: string }, string | null>("tries:address");

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    functionsDir: fileURLToPath(new URL("../support/convexHost/sqliteFunctions", import.meta.url)),
    createEngine: (directory) => createSqliteEngine(directory, { file: ":memory:" }),
  });
});
afterAll(async () => {
  await host.close();
});

const send = (to: string) =>
  fetch(to, { method: "POST", body: "a picture", headers: { "content-type": "image/x" } });

test("a file is uploaded to its address, and is found at its own", async () => {
  const to = await httpClient(host).mutation(upload, {});
  const { storageId } = (await (await send(to)).json()) as { storageId: string };
  const at = await httpClient(host).query(address, { id: storageId });
  const found = await fetch(at ?? "");
  expect([await found.text(), found.headers.get("content-type")]).toEqual(["a picture", "image/x"]);
  expect((await fetch(at ?? "", { method: "HEAD" })).headers.get("content-length")).toBe("9");
});

test("nothing is stored without an upload's address, nor found where nothing is", async () => {
  expect((await send(`${host.url}/api/storage/upload?token=9999999999999.AAAA`)).status).toBe(401);
  expect((await fetch(`${host.url}/api/storage/nothing`)).status).toBe(404);
});
