import { assert, asyncProperty, constantFrom, dictionary, jsonValue } from "fast-check";
import { request } from "node:http";
import { expect, test } from "vitest";
import type { TelegramStandIn } from "../../../bots/sandbox/telegram/index.ts";
import { methods } from "../../../bots/sandbox/telegram/methods/index.ts";
import { GROUP, stage } from "../../support/emulators/telegram.ts";

async function status(standIn: TelegramStandIn, path: string, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = request(standIn.url + path, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on("error", reject).end();
  });
}

test("only this machine, the right token and a known method are served", async () => {
  const standIn = await stage();
  const path = `/bot${standIn.token}`;
  expect(await status(standIn, `${path}/getMe`)).toBe(200);
  expect(await status(standIn, `${path}/GETME`, "localhost:1")).toBe(200);
  expect(await status(standIn, `${path}/getMe`, "plaza.example.org")).toBe(403);
  expect(await status(standIn, "/bot1:wrong/getMe")).toBe(401);
  expect(await status(standIn, `${path}/getRich`)).toBe(404);
  expect(await status(standIn, `${path}/toString`)).toBe(404);
  expect(await status(standIn, "/anything")).toBe(404);
  expect(await status(standIn, `/file${path}/documents/file_1.ics`)).toBe(404);
  const broken = { method: "POST", headers: { "content-type": "application/json" }, body: "{" };
  expect((await fetch(`${standIn.url}${path}/getMe`, broken)).status).toBe(400);
});

const PARAMS = (
  "chat_id text caption entities reply_markup reply_parameters message_id photo document media " +
  "user_id action commands scope offset limit allowed_updates file_id"
).split(" ");

test("no request, however odd, makes the stand-in fail by itself", async () => {
  const standIn = await stage();
  const odd = dictionary(constantFrom(...PARAMS), jsonValue());
  const fails = asyncProperty(constantFrom(...methods.keys()), odd, async (method, params) => {
    const answer = await fetch(`${standIn.url}/bot${standIn.token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ chat_id: GROUP, text: "x", ...params }),
    });
    expect(answer.status).not.toBe(500);
    expect(await answer.text()).not.toContain("itself failed");
  });
  await assert(fails, { numRuns: 300 });
});
