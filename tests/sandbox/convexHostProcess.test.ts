import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ConvexHttpClient } from "convex/browser";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../bots/sandbox/convex/config.ts";
import { add, functionsDir, list } from "../support/convexHost/host.ts";

const main = fileURLToPath(new URL("../../bots/sandbox/convex/main.ts", import.meta.url));

/** The host as a process of its own, once it has said where it listens. */
async function start(): Promise<{ child: ChildProcess; url: string; siteUrl: string }> {
  const child = fork(main, {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    execArgv: [],
    env: {
      PATH: process.env["PATH"],
      CONVEX_HOST_FUNCTIONS: functionsDir,
      CONVEX_HOST_ADMIN_KEY: "sixteen letters or more",
      NOTES_JWKS: 'data:application/json,{"keys":[]}',
    },
  });
  if (child.stdout === null) throw new Error("The host has no output");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as { url: string; siteUrl: string }) };
}

describe("the host's process", () => {
  test("serves the official client, and ends with a signal", async () => {
    const { child, url, siteUrl } = await start();
    const client = new ConvexHttpClient(url, { logger: false });
    await client.mutation(add, { author: "process", text: "kept" });
    expect(await client.query(list, { author: "process" })).toEqual(["kept"]);
    expect(siteUrl).not.toBe(url);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("ends with the process that started it", async () => {
    const { child } = await start();
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("does not start on settings that are missing or wrong, and names them", () => {
    expect(() => readConfig({ CONVEX_HOST_PORT: "70000" })).toThrow(
      /CONVEX_HOST_PORT[^]*CONVEX_HOST_FUNCTIONS[^]*CONVEX_HOST_ADMIN_KEY/,
    );
  });
});
