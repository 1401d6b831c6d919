import { expect, test } from "vitest";
import { inboxPage } from "../../../bots/sandbox/services/privy/codes.ts";
import type { PrivyEmulator } from "../../../bots/sandbox/services/privy/index.ts";
import { ana, fromPage, PAGE, setUp } from "../../support/emulators/privy.ts";

const EMAIL = "ana@example.com";
const INVALID = { status: 422, body: { code: "invalid_credentials" } };

/** Asks for a code and looks it up in the mail. */
async function codeFor(privy: PrivyEmulator, email = EMAIL): Promise<string> {
  const asked = await fromPage(privy, "init", { email });
  expect(asked).toMatchObject({ status: 200, body: { success: true } });
  return privy.mails()[0]?.code ?? "";
}

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

test("A page signs somebody in with the code from the mail", async () => {
  const { privy, client } = await setUp();
  const { id } = await ana(privy);
  const code = await codeFor(privy, "Ana@Example.com");
  expect(code).toMatch(/^\d{6}$/);
  const { status, body } = await fromPage(privy, "authenticate", { email: EMAIL, code });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { user: { id }, is_new_user: false },
  });
  const { token } = body as { token: string };
  expect(await client.verifyAuthToken(token)).toMatchObject({ userId: id });
});

test("Who is not known yet becomes a user, unless the page forbids it", async () => {
  const { privy, client } = await setUp();
  const email = "new@example.com";
  const first = { email, code: await codeFor(privy, email), mode: "no-signup" };
  expect(await fromPage(privy, "authenticate", first)).toMatchObject({
    status: 400,
    body: { code: "user_does_not_exist" },
  });
  const second = { email, code: await codeFor(privy, email) };
  expect(await fromPage(privy, "authenticate", second)).toMatchObject({
    status: 200,
    body: { is_new_user: true },
  });
  expect(await client.getUserByEmail(email)).not.toBeNull();
  await privy.idle();
  expect(privy.deliveries().map(({ type }) => type)).toEqual([
    "user.created",
    "user.authenticated",
  ]);
});

test("A code works once", async () => {
  const { privy } = await setUp();
  await ana(privy);
  const code = await codeFor(privy);
  expect(await fromPage(privy, "authenticate", { email: EMAIL, code })).toMatchObject({
    status: 200,
  });
  expect(await fromPage(privy, "authenticate", { email: EMAIL, code })).toMatchObject(INVALID);
});

test("A code works for ten minutes", async () => {
  const { privy, clock } = await setUp();
  await ana(privy);
  const early = await codeFor(privy);
  clock.movedMs += 10 * 60_000 - 1000;
  expect(await fromPage(privy, "authenticate", { email: EMAIL, code: early })).toMatchObject({
    status: 200,
  });
  const late = await codeFor(privy);
  clock.movedMs += 10 * 60_000;
  expect(await fromPage(privy, "authenticate", { email: EMAIL, code: late })).toMatchObject(
    INVALID,
  );
});

test("After five wrong guesses the right code is worth nothing", async () => {
  const { privy } = await setUp();
  await ana(privy);
  const code = await codeFor(privy);
  const guess = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      const guessed = { email: EMAIL, code: wrong(code) };
      expect(await fromPage(privy, "authenticate", guessed)).toMatchObject(INVALID);
    }
  };
  await guess(5);
  expect(await fromPage(privy, "authenticate", { email: EMAIL, code })).toMatchObject(INVALID);
  const next = await codeFor(privy);
  await guess(4);
  expect(await fromPage(privy, "authenticate", { email: EMAIL, code: next })).toMatchObject({
    status: 200,
  });
});

test("A newer code, and another person's, do not open the door", async () => {
  const { privy } = await setUp();
  await ana(privy);
  const first = await codeFor(privy);
  const second = await codeFor(privy);
  const leos = await codeFor(privy, "leo@example.com");
  for (const code of [first, leos].filter((one) => one !== second)) {
    expect(await fromPage(privy, "authenticate", { email: EMAIL, code })).toMatchObject(INVALID);
  }
  expect(await fromPage(privy, "authenticate", { email: EMAIL, code: second })).toMatchObject({
    status: 200,
  });
});

test("Only a page of an allowed origin may ask, and it may read the answer", async () => {
  const { privy } = await setUp();
  const email = { email: EMAIL };
  const allowed = await fromPage(privy, "init", email);
  expect(allowed.headers.get("access-control-allow-origin")).toBe(PAGE);
  const other = await fromPage(privy, "init", email, { origin: "https://evil.example" });
  expect(other).toMatchObject({ status: 403, body: { code: "invalid_origin" } });
  expect(other.headers.get("access-control-allow-origin")).toBeNull();
  const nowhere = await fetch(`${privy.url}/api/v1/passwordless/init`, {
    method: "POST",
    headers: { "privy-app-id": privy.appId },
    body: JSON.stringify(email),
  });
  expect(nowhere.status).toBe(403);
  expect(await nowhere.json()).toMatchObject({ code: "missing_origin" });
  const app = await fromPage(privy, "init", email, { "privy-app-id": "another" });
  expect(app).toMatchObject({ status: 400, body: { code: "missing_or_invalid_privy_app_id" } });
  expect(privy.mails()).toHaveLength(1);
});

test("A browser that asks beforehand is told which headers it may send", async () => {
  const { privy } = await setUp();
  const preflight = async (origin: string) => {
    const url = `${privy.url}/api/v1/passwordless/init`;
    return await fetch(url, { method: "OPTIONS", headers: { origin } });
  };
  const { status, headers } = await preflight(PAGE);
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-headers")).toContain("privy-app-id");
  const other = await preflight("https://evil.example");
  expect(other.headers.get("access-control-allow-headers")).toBeNull();
});

test("What is no address and no code is refused", async () => {
  const { privy } = await setUp();
  expect(await fromPage(privy, "init", { email: "ana" })).toMatchObject({ status: 400 });
  expect(await fromPage(privy, "authenticate", { email: EMAIL })).toMatchObject({ status: 400 });
  expect(privy.mails()).toEqual([]);
});

test("The inbox shows the newest mail first, to people and to scripts", async () => {
  const { privy } = await setUp();
  const first = await codeFor(privy);
  const second = await codeFor(privy, "leo@example.com");
  const page = await (await fetch(`${privy.url}/inbox`)).text();
  expect(page.indexOf(`Your code is ${second}`)).toBeGreaterThan(0);
  expect(page.indexOf(`Your code is ${second}`)).toBeLessThan(page.indexOf(first));
  const mails = await fetch(`${privy.url}/inbox.json?email=${encodeURIComponent(EMAIL)}`);
  expect(await mails.json()).toMatchObject([{ to: EMAIL, code: first }]);
});

test("An address cannot put a script into the inbox", () => {
  const to = '"<script>alert(1)</script>"@example.com';
  const page = inboxPage([{ to, at: 0, code: "123456", text: "Your code is 123456" }]);
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<script");
});
