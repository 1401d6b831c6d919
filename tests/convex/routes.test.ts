// @vitest-environment edge-runtime
import { expect, test, vi } from "vitest";
import {
  begin,
  day,
  makeOrganization,
  pass,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

const secret = "whsec_long_enough";

async function sign(body: string, at: number, key = secret): Promise<string> {
  return await signWith(key, body, at);
}

async function signWith(secret: string, body: string, at: number): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), algorithm, false, [
    "sign",
  ]);
  const time = Math.floor(at / 1000);
  const signed = await crypto.subtle.sign("HMAC", key, bytes.encode(`${time}.${body}`));
  const hex = Array.from(new Uint8Array(signed), (byte) => byte.toString(16).padStart(2, "0"));
  return `t=${time},v1=${hex.join("")}`;
}

async function planned(t: ReturnType<typeof startPlaza>) {
  const jobs = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  return jobs.filter(({ name }) => name.includes("syncOrgEvents")).length;
}

async function plazaWithWebhooks(name = "Frutero") {
  const t = startPlaza();
  vi.stubEnv("LUMA_WEBHOOK_SECRET", secret);
  await makeOrganization(t, { name });
  const post = async (slug: string, body: string, signature: string) => {
    const headers = { "Webhook-Signature": signature };
    return await t.fetch(`/webhooks/luma/${slug}`, { method: "POST", body, headers });
  };
  return { t, post };
}

const told = JSON.stringify({ type: "event.updated", data: {} });

test("a signed webhook makes the sync look at once, and nothing it says is taken over", async () => {
  const { t, post } = await plazaWithWebhooks();
  expect((await post("frutero", told, await sign(told, begin))).status).toBe(200);
  expect(await planned(t)).toBe(1);
  expect(await rows(t, "events")).toEqual([]);
});

test("an organization with another alphabet is found by its webhook and its feed", async () => {
  const { t, post } = await plazaWithWebhooks("日本 Club");
  const slug = encodeURIComponent("日本-club");
  await post(slug, told, await sign(told, begin));
  expect(await planned(t)).toBe(1);
  expect((await t.fetch(`/calendars/${slug}.ics`)).status).toBe(200);
});

test("a flood of valid webhooks plans one sync, and the next a minute later", async () => {
  const { t, post } = await plazaWithWebhooks();
  const send = async (n: number) => {
    const body = JSON.stringify({ type: "guest.registered", data: { n } });
    expect((await post("frutero", body, await sign(body, Date.now()))).status).toBe(200);
  };
  for (let n = 0; n < 30; n++) await send(n);
  expect(await planned(t)).toBe(1);
  await pass(t, 10_000);
  for (let n = 30; n < 60; n++) await send(n);
  expect(await planned(t)).toBe(2);
  const due = (await rows(t, "organizations"))[0]?.webhookSyncAt;
  expect(due).toBe(begin + 65_000);
});

test("a webhook that is sent again plans nothing, neither for its own organization nor another", async () => {
  const { t, post } = await plazaWithWebhooks();
  await makeOrganization(t, { name: "Second" });
  const signature = await sign(told, begin);
  await post("frutero", told, signature);
  await pass(t, 2 * 60_000);
  for (const slug of ["frutero", "second"])
    expect((await post(slug, told, signature)).status).toBe(200);
  expect(await planned(t)).toBe(1);
});

test("with a secret for each organization a signature is good for one of them", async () => {
  const { t, post } = await plazaWithWebhooks();
  await makeOrganization(t, { name: "Second" });
  vi.stubEnv("LUMA_WEBHOOK_SECRET", `frutero:${secret}, second:whsec_another_one`);
  const signature = await sign(told, begin);
  expect((await post("second", told, signature)).status).toBe(400);
  expect((await post("frutero", told, signature)).status).toBe(200);
  const other = await sign(told, begin, "whsec_another_one");
  expect((await post("second", told, other)).status).toBe(200);
  expect((await post("third", told, signature)).status).toBe(404);
  expect(await planned(t)).toBe(2);
});

test("a webhook that is unsigned, wrongly signed or old does nothing", async () => {
  const { t, post } = await plazaWithWebhooks();
  for (const signature of ["", "t=1,v1=00", await sign(told, begin - day), await sign("{}", begin)])
    expect((await post("frutero", told, signature)).status).toBe(400);
  expect(await planned(t)).toBe(0);
});

test("webhooks are not there until their secret is", async () => {
  const { post } = await plazaWithWebhooks();
  vi.stubEnv("LUMA_WEBHOOK_SECRET", "");
  expect((await post("frutero", told, await sign(told, begin))).status).toBe(404);
});

test("a feed holds what is coming or cancelled, and public, of one organization or of all", async () => {
  const t = startPlaza();
  const here = await makeOrganization(t, { name: "Here" });
  const there = await makeOrganization(t, { name: "There" });
  await takeOver(t, here, [
    said("jam", begin + day),
    said("secret", begin + day, { isPrivate: true }),
    said("off", begin + day),
    said("over", begin - day),
  ]);
  await takeOver(t, here, [said("off", begin + day, { cancelled: true })]);
  await takeOver(t, there, [said("talk", begin + 2 * day)]);
  await settled(t);
  const feed = async (name: string) => {
    const answer = await t.fetch(`/calendars/${name}.ics`);
    expect(answer.headers.get("content-type")).toContain("text/calendar");
    return [...(await answer.text()).matchAll(/SUMMARY:(.*)\r/g)].map(([, title]) => title);
  };
  expect(await feed("here")).toEqual(["Event jam", "Event off"]);
  expect(await feed("there")).toEqual(["Event talk"]);
  expect(await feed("all")).toEqual(["Event jam", "Event talk", "Event off"]);
});

test.each(["nobody.ics", "here", ".ics", "%E0%A4%A.ics"])(
  "there is no calendar %s",
  async (name) => {
    const t = startPlaza();
    await makeOrganization(t, { name: "Here" });
    expect((await t.fetch(`/calendars/${name}`)).status).toBe(404);
  },
);
