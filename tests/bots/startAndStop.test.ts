import { once } from "node:events";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { realClock } from "../../bots/clock.ts";
import { makeKeys } from "../../bots/keys.ts";
import { createLog } from "../../bots/log.ts";
import { runBots } from "../../bots/run.ts";
import { freePort, startProcess } from "../../bots/sandbox/server/process.ts";
import { startTelegramEmulator } from "../../bots/sandbox/telegram/index.ts";
import { readEnvironment } from "../../bots/environment.ts";

/** Takes every connection and never answers. */
async function hangingServer(): Promise<string> {
  const server = createTcpServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function environmentOf(extra: Record<string, string>) {
  const { PLAZA_BOT_PRIVATE_KEY } = await makeKeys();
  return {
    CONVEX_URL: await hangingServer(),
    PLAZA_BOT_PRIVATE_KEY,
    HEALTH_HOST: "127.0.0.1",
    HEALTH_PORT: String(await freePort()),
    ...extra,
  };
}

const noDiscord = "x".repeat(30);

describe("SIGTERM ends the process", () => {
  test.each([
    ["while everything is away and the start hangs", false],
    ["while Telegram's long poll waits, and Convex and Discord are away", true],
  ])("%s", async (_when, hasTelegram) => {
    const telegram = await startTelegramEmulator({ people: [], places: [] });
    onTestFinished(async () => await telegram.close());
    const hanging = await hangingServer();
    const environment = await environmentOf({
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: hasTelegram ? telegram.url : hanging,
      DISCORD_BOT_TOKEN: noDiscord,
      DISCORD_API_ROOT: hanging,
    });
    const { child, firstLine } = startProcess(
      new URL("../../bots/main.ts", import.meta.url),
      environment,
      { isLoud: false },
    );
    firstLine.catch(() => undefined);
    const exit = once(child, "exit");
    const health = `http://127.0.0.1:${environment.HEALTH_PORT}`;
    let isUp = false;
    while (!isUp)
      isUp = await fetch(`${health}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    const isPolling = () => telegram.requests().some(({ method }) => method === "getUpdates");
    await expect.poll(() => !hasTelegram || isPolling()).toBe(true);
    // A connection to the health server that somebody keeps open.
    const open = connect(Number(environment.HEALTH_PORT), "127.0.0.1");
    open.on("error", () => undefined);
    await once(open, "connect");
    child.kill("SIGTERM");
    // By itself, and not by a second signal.
    expect(await exit).toEqual([0, null]);
  });
});

describe("a platform that refuses its bot at the start", () => {
  const wrongToken = "1:aaaaaaaaaaaaaaaaaaaaaaaa";
  async function start(extra: Record<string, string>) {
    const read = readEnvironment(await environmentOf(extra));
    if (!read.ok) throw new Error(read.problems.join());
    const lines: string[] = [];
    const stop = new AbortController();
    const running = runBots(read.environment, {
      clock: realClock,
      log: createLog("info", { write: (line) => lines.push(line) }),
      signal: stop.signal,
    });
    const url = `http://127.0.0.1:${read.environment.HEALTH_PORT}/readyz`;
    const ready = async () => (await (await fetch(url)).json()) as unknown;
    return { running, lines, stop, ready };
  }

  test("ends the process with its reason where it is the only one", async () => {
    const telegram = await startTelegramEmulator({ people: [], places: [] });
    onTestFinished(async () => await telegram.close());
    const root = { TELEGRAM_API_ROOT: telegram.url };
    const { running } = await start({ TELEGRAM_BOT_TOKEN: wrongToken, ...root });
    await expect(running).rejects.toMatchObject({ error_code: 401 });
  });

  test("leaves the other one running, and /readyz says which is missing", async () => {
    const telegram = await startTelegramEmulator({ people: [], places: [] });
    onTestFinished(async () => await telegram.close());
    const { running, lines, stop, ready } = await start({
      TELEGRAM_BOT_TOKEN: wrongToken,
      TELEGRAM_API_ROOT: telegram.url,
      DISCORD_BOT_TOKEN: noDiscord,
      DISCORD_API_ROOT: await hangingServer(),
    });
    const isTold = () => lines.some((line) => line.includes("could not run"));
    await expect.poll(isTold).toBe(true);
    const [line = ""] = lines.filter((one) => one.includes("could not run"));
    expect(JSON.parse(line)).toMatchObject({ platform: "telegram", code: 401 });
    expect(await ready()).toEqual({ ok: false, telegram: false, discord: false });
    let isOver = false;
    void running.finally(() => (isOver = true)).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    stop.abort();
  });
});
