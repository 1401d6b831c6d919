import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectBackend } from "../../bots/backend/index.ts";
import type { Clock } from "../../bots/clock.ts";
import { api } from "../../convex/_generated/api.js";

// What the bots do where Convex has not carried a call out. The clients are Convex's own; the server
// answers as Convex does.

const conflict = {
  status: 503,
  body: { code: "OptimisticConcurrencyControlFailure", message: "Documents read from or written" },
};
const success = { status: 200, body: { status: "success", value: null, logLines: [] } };
const failure = { status: 560, body: { status: "error", errorMessage: "Server Error" } };

async function served(...answers: { status: number; body: object }[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const { status, body } = answers[asked.length - 1] ?? answers.at(-1) ?? success;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  // The connection for live queries finds nobody.
  server.on("upgrade", (_request, socket) => void socket.destroy());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  let now = 0;
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => now,
    async sleep(ms) {
      pauses.push(ms);
      now += ms;
    },
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { signal } = new AbortController();
  const address = { url, siteUrl: undefined };
  const backend = connectBackend(address, "telegram", async () => "token", { clock, signal });
  onTestFinished(async () => {
    await backend.close();
    server.closeAllConnections();
    server.close();
  });
  return { asked, pauses, caller: backend.as("telegram:1"), passed: () => now };
}

test("a mutation that met others is made again until it is carried out, with longer and longer pauses", async () => {
  const { asked, pauses, caller } = await served(conflict, conflict, conflict, success);
  expect(await caller.mutation(api.dialogs.cancel, {})).toBeNull();
  expect(asked).toEqual(Array(4).fill("/api/mutation"));
  expect(pauses).toHaveLength(3);
  for (const [tries, ms] of pauses.entries()) expect(ms).toBeLessThanOrEqual(100 * 2 ** tries);
});

test("a query is, too", async () => {
  const { asked, caller } = await served(conflict, success);
  await caller.query(api.dialogs.current, {});
  expect(asked).toEqual(["/api/query", "/api/query"]);
});

test("after ten seconds the person is told that it is not available", async () => {
  const { asked, pauses, caller, passed } = await served(conflict);
  await expect(caller.mutation(api.dialogs.cancel, {})).rejects.toMatchObject({
    name: "BackendUnavailable",
  });
  expect(passed()).toBeLessThan(10_000);
  expect(passed()).toBeGreaterThan(8_000 - 2_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(2_000);
  expect(asked.length).toBeGreaterThan(5);
});

test("what failed, and an action, which may have done something, are not made again", async () => {
  const failed = await served(failure);
  await expect(failed.caller.mutation(api.dialogs.cancel, {})).rejects.toThrow("Convex failed in");
  expect(failed.asked).toHaveLength(1);
  const acted = await served(conflict);
  await expect(acted.caller.action(api.links.begin, { name: "Ana" })).rejects.toThrow(
    "Convex failed in",
  );
  expect(acted.asked).toHaveLength(1);
});
