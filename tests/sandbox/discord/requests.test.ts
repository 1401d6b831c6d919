import { request } from "node:http";
import { expect, test } from "vitest";
import { ODD } from "../../support/emulators/discordBodies.ts";
import { api, first, GROUP, helloBot, setUp } from "../../support/emulators/discord.ts";

test("a request for another host is refused", async () => {
  const { emulator } = await setUp();
  const { port } = new URL(emulator.url);
  const status = await new Promise((resolve) => {
    const headers = { host: `plaza.example:${port}` };
    request({ port, host: "127.0.0.1", path: "/api/v10/gateway", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(403);
});

test("no token, no route, no JSON: 401, 404, 400", async () => {
  const { emulator } = await setUp();
  const headers = { authorization: `Bot ${emulator.token}`, "content-type": "application/json" };
  const path = `${emulator.url}/v10/channels/${GROUP}/messages`;
  expect((await fetch(path, { method: "POST" })).status).toBe(401);
  const unknown = await api(emulator, "GET", "/nowhere");
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { message: "404: Not Found", code: 0 },
  ]);
  const broken = await fetch(path, { method: "POST", headers, body: "{" });
  expect([broken.status, await broken.json()]).toMatchObject([400, { code: 50109 }]);
});

test.for([
  ["POST", `/channels/${GROUP}/messages`],
  ["PATCH", `/channels/${GROUP}/messages/MESSAGE`],
  ["POST", "/users/@me/channels"],
  ["PUT", "/applications/APP/commands"],
  ["POST", "/guilds/GUILD/scheduled-events"],
  ["POST", "/guilds/GUILD/roles"],
  ["POST", "/interactions/1/2/callback"],
  ["POST", "/webhooks/APP/2"],
] as const)(
  "odd bodies are refused, never a failure of the emulator: %s %s",
  async ([method, path]) => {
    const { emulator } = await setUp();
    const sent = await api(emulator, "POST", `/channels/${GROUP}/messages`, { content: "a" });
    const { id } = (await sent.json()) as { id: string };
    const real = path
      .replace("MESSAGE", id)
      .replace("APP", emulator.applicationId)
      .replace("GUILD", emulator.guildId);
    for (const body of ODD) {
      const response = await api(emulator, method, real, body);
      expect(response.status).toBeLessThan(500);
      expect(await response.text()).not.toContain("emulator failed");
    }
  },
);

test("odd answers to an interaction are refused, never a failure of the emulator", async () => {
  const texts: string[] = [];
  const { emulator, hello } = await helloBot(async ({ id, token }) => {
    for (const type of [4, 5, 6, 7, 8, 9, 99, "x"]) {
      for (const data of ODD.filter((one) => type !== 5 && one !== undefined)) {
        const body = { type, data: data === null ? 1 : data };
        const response = await api(emulator, "POST", `/interactions/${id}/${token}/callback`, body);
        texts.push(`${response.status} ${await response.text()}`);
      }
    }
    await api(emulator, "POST", `/interactions/${id}/${token}/callback`, {
      type: 4,
      data: { content: "end" },
    });
  });
  expect(first(await hello()).text).toBe("end");
  expect(texts.filter((one) => !one.startsWith("400") || one.includes("emulator"))).toEqual([]);
});
