import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../../bots/sandbox/discord/index.ts";
import { api, connected, group, GROUP, setUp } from "../../support/emulators/discord.ts";

const sentTexts = (emulator: DiscordEmulator) =>
  emulator.transcript({ in: "group", as: "ana" }).map((one) => one.text);
const statuses = (emulator: DiscordEmulator) =>
  emulator
    .requests()
    .filter((one) => one.method === "POST /channels/:/messages")
    .map((one) => one.status);

test.for([
  ["429", [429, 200]],
  ["500-after", [500, 200]],
  ["slow", [200]],
] as const)(
  "with the fault %s and a nonce, the client gets through and one message is there",
  async ([kind, seen]) => {
    const { emulator, client } = await connected();
    emulator.fault({ kind, count: 1, retryAfter: 0.01, only: "POST /channels" });
    await client.channels.fetch(GROUP, { force: true });
    expect(emulator.faults()).toHaveLength(1);
    await group(client).send({ content: "a", nonce: "n", enforceNonce: true });
    expect(emulator.faults()).toEqual([]);
    expect(statuses(emulator)).toEqual(seen);
    expect(sentTexts(emulator)).toEqual(["a"]);
  },
);

test.for([
  ["drop-before", []],
  ["drop-after", ["a"]],
] as const)("with the fault %s the sender hears nothing", async ([kind, left]) => {
  const { emulator } = await setUp();
  emulator.fault({ kind, count: 1 });
  await expect(
    api(emulator, "POST", `/channels/${GROUP}/messages`, { content: "a" }),
  ).rejects.toThrow("fetch failed");
  expect(sentTexts(emulator)).toEqual(left);
  expect(statuses(emulator)).toEqual([0]);
});

test("with rate limits on, the sixth message to a channel within five seconds is refused", async () => {
  const { emulator, clock } = await setUp();
  const send = (channel = GROUP) =>
    api(emulator, "POST", `/channels/${channel}/messages`, { content: "a" });
  expect((await send()).headers.get("x-ratelimit-limit")).toBeNull();
  emulator.limitRates(true);
  for (let left = 4; left >= 0; left--) {
    expect((await send()).headers.get("x-ratelimit-remaining")).toBe(String(left));
  }
  clock.now += 1500;
  const refused = await send();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-ratelimit-scope")).toBe("user");
  expect(refused.headers.get("retry-after")).toBe("4");
  expect(await refused.json()).toMatchObject({ retry_after: 3.5, global: false });
  expect((await send("300000000000000002")).status).toBe(200);
  clock.now += 3500;
  expect((await send()).status).toBe(200);
});

test("with rate limits on, the 51st request within a second is refused", async () => {
  const { emulator } = await setUp();
  emulator.limitRates(true);
  const seen: number[] = [];
  for (let count = 0; count < 51; count++) {
    seen.push((await api(emulator, "GET", "/users/@me")).status);
  }
  expect(seen.filter((status) => status === 200)).toHaveLength(50);
  expect(seen.at(-1)).toBe(429);
});
