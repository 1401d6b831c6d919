import { pollLimitMs } from "../support/timeLimits.ts";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import type { GenericId } from "convex/values";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createSqliteEngine } from "../../bots/sandbox/convex/sqlite/index.ts";
import { numbers } from "../support/numbers.ts";

// The host is killed, as by `kill -9`, and started again on the same file.

const main = fileURLToPath(new URL("../../bots/sandbox/convex/main.ts", import.meta.url));
const functions = fileURLToPath(new URL("../support/convexHost/sqliteFunctions", import.meta.url));

type Put = { name: string; inMs?: number };
const put = makeFunctionReference<"mutation", Put, null>("work:put");
const lingerLater = makeFunctionReference<"mutation", { key: string }, string>("work:lingerLater");
const names = makeFunctionReference<"query", Record<string, never>, string[]>("work:names");
const keys = makeFunctionReference<"query", Record<string, never>, string[]>("work:keys");
type Job = { name: string; state: string };
const jobs = makeFunctionReference<"query", Record<string, never>, Job[]>("work:jobs");
type FileId = GenericId<"_storage">;
const storeFile = makeFunctionReference<"action", { text: string }, FileId>("work:storeFile");
const readFile = makeFunctionReference<"action", { id: FileId }, string | null>("work:readFile");

const kills = 30;

let directory = "";
let child: ChildProcess;
let url = "";
let client: ConvexHttpClient;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "engine-durability-"));
  await start();
});
afterEach(async () => {
  await kill();
  rmSync(directory, { recursive: true });
});

/** On the port it had before, where one is given. */
async function start(port = "0"): Promise<void> {
  child = fork(main, {
    stdio: ["ignore", "pipe", "ignore", "ipc"],
    execArgv: [],
    env: {
      PATH: process.env["PATH"],
      CONVEX_HOST_FUNCTIONS: functions,
      CONVEX_HOST_ADMIN_KEY: "sixteen letters or more",
      CONVEX_HOST_DATA: join(directory, "data.sqlite"),
      CONVEX_HOST_PORT: port,
    },
  });
  if (child.stdout === null) throw new Error("The host has no output");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  ({ url } = JSON.parse(line.toString()) as { url: string });
  client = new ConvexHttpClient(url, { logger: false });
}

async function kill(): Promise<void> {
  if (child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/**
 * Mutations from several sides until the host dies, which it does the moment that so many have been
 * acknowledged; the names of those that were.
 */
async function load(round: number, until: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const oneSide = async (side: number): Promise<void> => {
    for (let i = 0; ; i += 1) {
      const name = `${round}.${side}.${i}`;
      await client.mutation(put, { name, inMs: i % 3 === 0 ? 0 : 5 }, { skipQueue: true });
      acknowledged.push(name);
      if (acknowledged.length === until) child.kill("SIGKILL");
    }
  };
  await Promise.allSettled([1, 2, 3, 4].map(oneSide));
  return acknowledged;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { timeout: pollLimitMs, interval: 20 }).toBe(true);
}

const allRan = async (): Promise<boolean> =>
  (await client.query(jobs, {})).every(({ state }) => state === "success");

const counted = (all: readonly string[]): Map<string, number> =>
  all.reduce((counts, one) => counts.set(one, (counts.get(one) ?? 0) + 1), new Map());

describe("a host that is killed", () => {
  test("keeps what it acknowledged, and runs what was scheduled exactly once", async () => {
    const acknowledged: string[] = [];
    const random = numbers(7);
    for (let round = 0; round < kills; round += 1) {
      acknowledged.push(...(await load(round, 1 + Math.floor(random() * 40))));
      await kill();
      await start();
    }
    await until(allRan);
    const kept = await client.query(names, {});
    expect(acknowledged.length).toBeGreaterThan(kills * 10);
    expect(new Set(kept)).toEqual(new Set([...kept, ...acknowledged]));
    // What was kept without an answer was scheduled with what it wrote, too.
    expect(counted(await client.query(keys, {}))).toEqual(counted(kept));
    expect(Math.max(...counted(kept).values())).toBe(1);
  });

  test("applies once what a live client sends again to the next one", async () => {
    const lost = Promise.withResolvers<void>();
    let losses = 1;
    /** Loses the connection where the first answer would arrive. */
    class Lossy extends WebSocket {
      override emit(event: string | symbol, ...args: unknown[]): boolean {
        if (event === "message" && String(args[0]).includes("MutationResponse") && losses > 0) {
          losses -= 1;
          this.terminate();
          lost.resolve();
          return true;
        }
        return super.emit(event, ...args);
      }
    }
    const live = new ConvexClient(url, {
      logger: false,
      webSocketConstructor: Lossy as unknown as typeof globalThis.WebSocket,
    });
    const answer = live.mutation(put, { name: "sent twice" });
    await lost.promise;
    await kill();
    await start(new URL(url).port);
    await answer;
    await live.close();
    expect(await client.query(names, {})).toEqual(["sent twice"]);
  });

  test("waits on for what is due later, and runs what came due meanwhile", async () => {
    await client.mutation(put, { name: "soon", inMs: 100 });
    await client.mutation(put, { name: "in 60 days", inMs: 60 * 86_400_000 });
    await kill();
    await start();
    await until(async () => (await client.query(keys, {})).length > 0);
    expect(await client.query(keys, {})).toEqual(["soon"]);
    expect((await client.query(jobs, {})).map(({ state }) => state)).toEqual([
      "success",
      "pending",
    ]);
  });

  test("does not run an action again that it had begun", async () => {
    await client.mutation(lingerLater, { key: "once" });
    await until(async () => (await client.query(keys, {})).length > 0);
    await kill();
    await start();
    expect(await client.query(jobs, {})).toEqual([{ name: "work:linger", state: "failed" }]);
    expect(await client.query(keys, {})).toEqual(["once begun"]);
  });

  test("keeps files", async () => {
    const id = await client.action(storeFile, { text: "kept" });
    await kill();
    await start();
    expect(await client.action(readFile, { id })).toBe("kept");
  });
});

test("a second host on the same file does not start", async () => {
  // The first one says its addresses before it has opened the file; it answers once it has.
  await client.query(names, {});
  const file = join(directory, "data.sqlite");
  await expect(createSqliteEngine(functions, { file })).rejects.toThrow("in use by another");
});
