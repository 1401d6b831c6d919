import { expect, test, vi } from "vitest";
import { SANDBOX_API_KEY } from "../../bots/sandbox/services/luma/index.ts";
import { api } from "../../convex/_generated/api.js";
import { lumaKeyBinding } from "../../convex/model/organizations.ts";
import { open, seal } from "../../convex/model/secrets.ts";
import { entry, plazaWithLuma, sync } from "../support/convex/lumaSync.ts";
import {
  ana,
  as,
  begin,
  day,
  identity,
  leo,
  makeOrganization,
  type Plaza,
  rows,
} from "../support/convex/plaza.ts";

type Caller = Pick<Plaza, "fetch">;
const put = async (who: Caller, body: unknown) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return await who.fetch("/luma-key", { method: "POST", body: text });
};

async function keyed() {
  const plaza = await plazaWithLuma(null, [entry("jam", begin + day)]);
  const answer = await put(as(plaza.t, leo), { slug: "frutero", key: SANDBOX_API_KEY });
  return { ...plaza, answer };
}

test("an admin stores a key, and the sync uses it", async () => {
  const { t, emulator, orgId, answer } = await keyed();
  expect(answer.status).toBe(200);
  expect(await sync(t, orgId)).toMatchObject({ result: "ok", source: "api", read: 1 });
  expect(emulator.requests().map(({ status }) => status)).toEqual([200]);
});

test("a key is encrypted at rest, with a new nonce each time", async () => {
  const { t, orgId } = await keyed();
  const stored = async () => (await rows(t, "organizations"))[0]?.lumaApiKey ?? "";
  const first = await stored();
  expect(first).toMatch(/^v1\./);
  expect(first).not.toContain(SANDBOX_API_KEY);
  await put(as(t, leo), { slug: "frutero", key: SANDBOX_API_KEY });
  expect(await stored()).not.toBe(first);
  expect(open(await stored(), lumaKeyBinding(orgId))).toBe(SANDBOX_API_KEY);
});

test("an encrypted key copied to another row cannot be decrypted, and its sync reports it", async () => {
  const { t, orgId } = await keyed();
  const other = await makeOrganization(t, { name: "Other" });
  await t.run(async (ctx) => {
    const lumaApiKey = (await ctx.db.get("organizations", orgId))?.lumaApiKey ?? "";
    await ctx.db.patch("organizations", other, { lumaApiKey });
  });
  expect(await sync(t, other)).toMatchObject({
    result: "failed",
    message: "the stored Luma key cannot be opened",
  });
});

test("a key that was altered or encrypted with another key cannot be decrypted", () => {
  vi.stubEnv("PLAZA_ENCRYPTION_KEY", btoa("k".repeat(32)));
  const sealed = seal("secret", "here");
  expect(open(sealed, "here")).toBe("secret");
  expect(() => open(sealed, "there")).toThrow(/tag/);
  expect(() => open(`${sealed.slice(0, -4)}AAA=`, "here")).toThrow(/tag/);
  vi.stubEnv("PLAZA_ENCRYPTION_KEY", btoa("x".repeat(32)));
  expect(() => open(sealed, "here")).toThrow(/tag/);
  vi.unstubAllEnvs();
});

test("a key that Luma refuses is reported without the key", async () => {
  const { t, orgId } = await plazaWithLuma(null);
  await put(as(t, leo), { slug: "frutero", key: "another-key-entirely" });
  const report = await sync(t, orgId);
  expect(report).toMatchObject({ result: "failed" });
  expect(JSON.stringify(report)).not.toContain("another-key-entirely");
});

test("null removes the key", async () => {
  const { t } = await keyed();
  expect((await put(as(t, leo), { slug: "frutero", key: null })).status).toBe(200);
  expect((await rows(t, "organizations"))[0]?.lumaApiKey).toBeUndefined();
});

test("without an encryption key nothing is stored", async () => {
  const { t } = await plazaWithLuma(null);
  vi.stubEnv("PLAZA_ENCRYPTION_KEY", undefined);
  const answer = await put(as(t, leo), { slug: "frutero", key: SANDBOX_API_KEY });
  expect([answer.status, await answer.json()]).toEqual([403, { refusal: "no-encryption-key" }]);
  expect((await rows(t, "organizations"))[0]?.lumaApiKey).toBeUndefined();
});

test("only an admin stores a key, and no response contains it", async () => {
  const { t, orgId } = await keyed();
  const before = await rows(t, "organizations");
  const foreign = t.withIdentity(identity(leo, "https://elsewhere.example"));
  const callers: [Caller, string][] = [
    [t, "not-signed-in"],
    [as(t, ana), "admins-only"],
    [as(t, "bot:telegram"), "not-signed-in"],
    [foreign, "not-signed-in"],
  ];
  for (const [caller, refusal] of callers) {
    const answer = await put(caller, { slug: "frutero", key: "sk-another-key" });
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toEqual([403, { refusal }]);
    expect(text).not.toContain("sk-another-key");
  }
  expect(await rows(t, "organizations")).toEqual(before);
  const shown = await as(t, leo).query(api.organizations.show, { orgId });
  expect(shown.hasLumaKey).toBe(true);
});

test.each([
  ["no JSON", "{"],
  ["a list", "[]"],
  ["no key", { slug: "frutero" }],
  ["a short key", { slug: "frutero", key: "x" }],
  ["a huge body", { slug: "frutero", key: "k".repeat(3000) }],
])("%s is a bad request, and is not repeated", async (_what, body) => {
  const { t } = await plazaWithLuma(null);
  const answer = await put(as(t, leo), body);
  expect([answer.status, await answer.json()]).toEqual([400, { refusal: "bad-request" }]);
});
