import { describe, expect, test } from "vitest";
import { adminKey, httpClient, list, token } from "../support/convexHost/host.ts";
import { host } from "../support/convexHost/running.ts";

const whoAsks = (authorization?: string) =>
  fetch(`${host.siteUrl}/whoami/`, authorization ? { headers: { authorization } } : {});

const runCron = (name: string) =>
  fetch(`${host.url}/api/local/cron`, {
    method: "POST",
    body: JSON.stringify({ name }),
    headers: { authorization: `Convex ${adminKey}` },
  });

describe("an http action", () => {
  test("gets the address, the headers and every byte of the body as they were sent", async () => {
    const body = new Uint8Array(256).map((_, i) => i);
    const response = await fetch(`${host.siteUrl}/mirror?a=1%202`, {
      method: "POST",
      body,
      headers: { "x-sent": "yes" },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-url")).toBe(`${host.siteUrl}/mirror?a=1%202`);
    expect(response.headers.get("x-sent")).toBe("yes");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
  });

  test("may call functions", async () => {
    const body = JSON.stringify({ author: "site", text: "by http" });
    expect((await fetch(`${host.siteUrl}/add`, { method: "POST", body })).status).toBe(204);
    expect(await httpClient(host).query(list, { author: "site" })).toEqual(["by http"]);
  });

  test("knows the caller by the token; a bad one is not nobody, but no identity at all", async () => {
    expect(await (await whoAsks()).json()).toBe("nobody");
    expect(await (await whoAsks(`Bearer ${await token(host)}`)).json()).toBe("ana");
    expect((await whoAsks(`Bearer ${await token(host, {}, "foreign")}`)).status).toBe(500);
    expect((await whoAsks("some secret of a webhook")).status).toBe(500);
  });

  test("is not found where no route leads", async () => {
    const response = await fetch(`${host.siteUrl}/nowhere`);
    expect([response.status, await response.text()]).toEqual([404, "No matching routes found"]);
  });
});

describe("the host", () => {
  test("counts its documents and lists its crons for the holder of the key", async () => {
    const headers = { authorization: `Convex ${adminKey}` };
    const response = await fetch(`${host.url}/api/local/state`, { headers });
    expect(await response.json()).toMatchObject({
      tables: { notes: expect.any(Number) as number, visits: 0 },
      crons: [
        {
          name: "nightly note",
          function: "notes:nightly",
          nextDue: Date.UTC(2031, 0, 1, 3, 17),
        },
      ],
    });
  });

  test("runs a cron at once when asked, and says when there is none of that name", async () => {
    expect((await runCron("nightly note")).status).toBe(200);
    expect(await httpClient(host).query(list, { author: "cron" })).toEqual(["from a cron"]);
    expect((await runCron("no such cron")).status).toBe(422);
    await expect(host.runCron("no such cron")).rejects.toThrow("no such cron");
  });

  test("does not answer pages of other sites, nor under other names", async () => {
    const origin = { origin: "https://evil.example" };
    expect((await fetch(`${host.url}/version`, { headers: origin })).status).toBe(403);
    expect((await fetch(`${host.url}/version`)).status).toBe(200);
  });
});
