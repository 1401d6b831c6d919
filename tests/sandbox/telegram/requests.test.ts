import { assert, asyncProperty, constantFrom, dictionary, jsonValue } from "fast-check";
import { request } from "node:http";
import { expect, test } from "vitest";
import type { TelegramEmulator } from "../../../bots/sandbox/telegram/index.ts";
import { methods } from "../../../bots/sandbox/telegram/methods/index.ts";
import { GROUP, setUp } from "../../support/emulators/telegram.ts";

async function status(emulator: TelegramEmulator, path: string, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = request(emulator.url + path, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject).end();
  });
}

test("only this machine, the right token and a known method are served", async () => {
  const emulator = await setUp();
  const path = `/bot${emulator.token}`;
  expect(await status(emulator, `${path}/getMe`)).toBe(200);
  expect(await status(emulator, `${path}/GETME`, "localhost:1")).toBe(200);
  expect(await status(emulator, `${path}/getMe`, "plaza.example.org")).toBe(403);
  expect(await status(emulator, "/bot1:wrong/getMe")).toBe(401);
  expect(await status(emulator, `${path}/getRich`)).toBe(404);
  expect(await status(emulator, `${path}/toString`)).toBe(404);
  expect(await status(emulator, "/anything")).toBe(404);
  expect(await status(emulator, `/file${path}/documents/file_1.ics`)).toBe(404);
  const broken = { method: "POST", headers: { "content-type": "application/json" }, body: "{" };
  expect((await fetch(`${emulator.url}${path}/getMe`, broken)).status).toBe(400);
});

const PARAMS = (
  "chat_id text caption entities reply_markup reply_parameters message_id photo document media " +
  "user_id action commands scope offset limit allowed_updates file_id"
).split(" ");

test("no request, however odd, makes the emulator fail by itself", async () => {
  const emulator = await setUp();
  const odd = dictionary(constantFrom(...PARAMS), jsonValue());
  const fails = asyncProperty(constantFrom(...methods.keys()), odd, async (method, params) => {
    const answer = await fetch(`${emulator.url}/bot${emulator.token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ chat_id: GROUP, text: "x", ...params }),
    });
    expect(answer.status).not.toBe(500);
    expect(await answer.text()).not.toContain("itself failed");
  });
  await assert(fails, { numRuns: 300 });
});
