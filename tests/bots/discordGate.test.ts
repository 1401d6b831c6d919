import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DiscordAPIError, REST } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { createGate, DiscordPaused } from "../../bots/discord/gate.ts";
import { createOldEdits } from "../../bots/discord/oldEdits.ts";
import { encodeForm } from "../../bots/discord/multipart.ts";
import { TooSoon } from "../../bots/discord/outcome.ts";
import { readMultipart } from "../../bots/sandbox/http/bodies.ts";

// The real REST client behind the gate, against a server that answers as it is told.

type Answer = { status: number; headers?: Record<string, string>; body: string };
const json = { "content-type": "application/json" };
const fine: Answer = { status: 200, headers: json, body: "{}" };

async function served() {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const next = { answer: fine };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization ?? "");
    const { status, headers, body } = next.answer;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const gate = createGate(() => clock.now);
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { api, retries: 0, rejectOnRateLimit: () => true, ...gate.options };
  const rest = new REST(options).setToken("token");
  gate.keepToken(rest);
  const ask = async () => await rest.get("/users/@me").catch((error: unknown) => error);
  return { clock, next, asked, gate, ask };
}

test("after a 401 the client keeps its token, and asks again a minute later", async () => {
  const { clock, next, asked, gate, ask } = await served();
  next.answer = { status: 401, headers: json, body: '{"message":"401: Unauthorized","code":0}' };
  expect(await ask()).toBeInstanceOf(DiscordAPIError);
  expect(gate.isAuthorized()).toBe(false);
  expect(await ask()).toBeInstanceOf(DiscordPaused);
  expect(asked).toHaveLength(1);
  clock.now += 60_000;
  next.answer = fine;
  expect(await ask()).toEqual({});
  expect(asked).toEqual(["Bot token", "Bot token"]);
  expect(gate.isAuthorized()).toBe(true);
});

test("Cloudflare's 429 stops everything for half a minute, and for longer when it comes again", async () => {
  const { clock, next, asked, gate, ask } = await served();
  next.answer = { status: 429, headers: { "content-type": "text/html" }, body: "<html>" };
  expect(await ask()).toMatchObject({ name: "DiscordPaused", retryAfterMs: 30_000 });
  for (let tries = 0; tries < 20; tries++) expect(await ask()).toBeInstanceOf(DiscordPaused);
  expect(asked).toHaveLength(1);
  clock.now += 30_000;
  expect(await ask()).toMatchObject({ retryAfterMs: 60_000 });
  clock.now += 60_000;
  next.answer = fine;
  expect(await ask()).toEqual({});
  expect(gate.pausedMs()).toBe(0);
});

test("one channel's limit on old edits is no limit for everything", async () => {
  const { next, gate, ask } = await served();
  next.answer = { status: 429, headers: json, body: '{"code":30046,"message":"Maximum"}' };
  expect(await ask()).toMatchObject({ name: expect.stringContaining("RateLimit") as string });
  expect(gate.pausedMs()).toBe(0);
});

test("three edits of old messages in a good six seconds for each channel; new messages do not count", () => {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const edits = createOldEdits(() => clock.now);
  const idOf = (at: number) => String(BigInt(at - 1_420_070_400_000) << 22n);
  const old = idOf(clock.now - 3_600_000);
  for (let count = 0; count < 3; count++) edits.take("1", old);
  expect(() => edits.take("1", old)).toThrow(TooSoon);
  edits.take("2", old);
  edits.take("1", idOf(clock.now));
  clock.now += 6_250;
  edits.take("1", old);
});

test("a form with files is written in one piece, with names that cannot end a header", async () => {
  const form = new FormData();
  form.append("payload_json", '{"a":"é"}');
  form.append(
    "files[0]",
    new Blob([Buffer.from([0, 1, 255])], { type: "image/png" }),
    'a"\r\n.png',
  );
  const { body, contentType } = await encodeForm(form);
  expect(readMultipart(body, contentType)).toEqual([
    { name: "payload_json", bytes: Buffer.from('{"a":"é"}') },
    {
      name: "files[0]",
      bytes: Buffer.from([0, 1, 255]),
      file: { name: 'a"%0D%0A.png', mime: "image/png" },
    },
  ]);
});
