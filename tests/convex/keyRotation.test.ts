import { describe, expect, test, vi } from "vitest";
import { SANDBOX_API_KEY } from "../../bots/sandbox/services/luma/index.ts";
import { makeKeys } from "../../bots/keys.ts";
import { api, internal } from "../../convex/_generated/api.js";
import { lumaKeyBinding } from "../../convex/model/organizations.ts";
import { open, seal } from "../../convex/model/secrets.ts";
import { entry, plazaWithLuma, sync } from "../support/convex/lumaSync.ts";
import { refused } from "../support/convex/people.ts";
import { plazaWithJam } from "../support/convex/rsvps.ts";
import {
  as,
  begin,
  day,
  leo,
  makeOrganization,
  type Plaza,
  rows,
} from "../support/convex/plaza.ts";

// The steps of "Rotating the encryption key" in docs/deploy.md.

const use = (...keys: string[]) => vi.stubEnv("PLAZA_ENCRYPTION_KEY", keys.join(","));
const newKey = async () => (await makeKeys()).PLAZA_ENCRYPTION_KEY;
const threeKeys = async () => [await newKey(), await newKey(), await newKey()] as const;
const reseal = async (t: Plaza, args: { renewsCalendarLinks?: boolean } = {}) =>
  await t.action(internal.secrets.reseal, args);
const linkOf = async (t: Plaza, who: string) => (await as(t, who).action(api.feeds.link, {})).token;
const statusOf = async (t: Plaza, token: string) =>
  (await t.fetch(`/calendars/mine/${token}.ics`, {})).status;
const storeLumaKey = async (t: Plaza, slug: string, key: string) =>
  await as(t, leo).fetch("/luma-key", { method: "POST", body: JSON.stringify({ slug, key }) });

describe("a rotation", () => {
  test("keeps the stored Luma key: it opens by each list of keys, and is sealed anew", async () => {
    const { t, orgId } = await plazaWithLuma(null, [entry("jam", begin + day)]);
    const [old, next] = await threeKeys();
    use(old);
    await storeLumaKey(t, "frutero", SANDBOX_API_KEY);
    const sealed = async () => (await rows(t, "organizations"))[0]?.lumaApiKey;
    const works = async () =>
      expect(await sync(t, orgId)).toMatchObject({ result: "ok", source: "api" });
    await works();
    const before = await sealed();

    use(next, old);
    await works();
    expect(await reseal(t)).toEqual({ resealed: 2, current: 0, unopened: 0 });
    expect(await sealed()).not.toBe(before);
    await works();
    expect(await reseal(t)).toEqual({ resealed: 0, current: 2, unopened: 0 });

    use(next);
    await works();
    expect(await reseal(t)).toEqual({ resealed: 0, current: 2, unopened: 0 });
    use(old);
    expect(await sync(t, orgId)).toMatchObject({ message: "the stored Luma key cannot be opened" });
  });

  test("changes no calendar link, over two rotations", async () => {
    const { t } = await plazaWithJam();
    const [first, second, third] = await threeKeys();
    use(first);
    const early = await linkOf(t, "telegram:1");
    const later: string[] = [];
    const steps = [[second, first], "reseal", [second], [third, second], "reseal", [third]];
    for (const [index, step] of steps.entries()) {
      if (typeof step === "string") await reseal(t);
      else use(...step);
      later.push(await linkOf(t, `telegram:${index + 10}`));
      expect(await linkOf(t, "telegram:1")).toBe(early);
      for (const token of [early, ...later]) expect(await statusOf(t, token)).toBe(200);
    }
  });

  test("seals a newly stored key by the newest one", async () => {
    const [old, next] = await threeKeys();
    use(next, old);
    const sealed = seal("secret", "here");
    use(next);
    expect(open(sealed, "here")).toBe("secret");
  });

  test("reads organizations in pages, and leaves what no key opens", async () => {
    const { t } = await plazaWithJam();
    const [old, next, lost] = await threeKeys();
    const seals = async (name: string, key: string) => {
      const orgId = await makeOrganization(t, { name });
      use(key);
      const lumaApiKey = seal(`key of ${name}`, lumaKeyBinding(orgId));
      await t.run(({ db }) => db.patch("organizations", orgId, { lumaApiKey }));
    };
    for (let index = 0; index < 120; index++) await seals(`org-${index}`, old);
    await seals("strange", lost);
    use(next, old);
    expect(await reseal(t)).toEqual({ resealed: 121, current: 0, unopened: 1 });
    use(next);
    const resealed = (await rows(t, "organizations")).filter(({ name }) => name.startsWith("org-"));
    expect(resealed).toHaveLength(120);
    for (const { _id, name, lumaApiKey = "" } of resealed)
      expect(open(lumaApiKey, lumaKeyBinding(_id))).toBe(`key of ${name}`);
  });

  test("does not replace a key that an admin stored meanwhile", async () => {
    const { t, orgId } = await plazaWithLuma(null);
    await storeLumaKey(t, "frutero", SANDBOX_API_KEY);
    const [org] = await rows(t, "organizations");
    await t.mutation(internal.secrets.replaceLumaKey, { orgId, was: "another", sealed: "v1.x" });
    expect((await rows(t, "organizations"))[0]).toEqual(org);
    await t.mutation(internal.secrets.storeLinkKey, { was: "another", sealed: "v1.x" });
    expect(await rows(t, "secrets")).toEqual([]);
  });
});

describe("a key that became known", () => {
  test("removed at once, it opens nothing, and calendar links are new", async () => {
    const { t } = await plazaWithJam();
    const [known, next] = await threeKeys();
    use(known);
    const link = await linkOf(t, "telegram:1");
    use(next);
    expect(await statusOf(t, link)).toBe(404);
    expect(await statusOf(t, await linkOf(t, "telegram:1"))).toBe(200);
  });

  test("after a rotation, the links can be renewed all at once", async () => {
    const { t } = await plazaWithJam();
    const [known, next] = await threeKeys();
    use(known);
    const link = await linkOf(t, "telegram:1");
    use(next, known);
    await reseal(t);
    await reseal(t, { renewsCalendarLinks: true });
    for (const keys of [[next, known], [next]]) {
      use(...keys);
      expect(await statusOf(t, link)).toBe(404);
      expect(await statusOf(t, await linkOf(t, "telegram:1"))).toBe(200);
    }
  });

  test("the stored key of links is sealed, and counts as none where no key opens it", async () => {
    const { t } = await plazaWithJam();
    const [known, next] = await threeKeys();
    use(known);
    const link = await linkOf(t, "telegram:1");
    await reseal(t);
    expect(JSON.stringify(await rows(t, "secrets"))).toMatch(/"sealed":"v1\./);
    use(next);
    expect(await reseal(t)).toMatchObject({ unopened: 1 });
    expect(await statusOf(t, link)).toBe(404);
    expect(await statusOf(t, await linkOf(t, "telegram:1"))).toBe(200);
  });
});

const good = btoa("g".repeat(32));
const marker = "Zm9vYmFy";

describe("a malformed list of keys is refused, and the log says which entry without its value", () => {
  test.each([
    ["short", `${good},${marker}`, 2],
    ["no base64", `${marker}!,${good}`, 1],
    ["31 bytes", `${good},${btoa("x".repeat(31))}`, 2],
    ["33 bytes", btoa("y".repeat(33)), 1],
    ["URL-safe base64", `${good},${marker}${"-_".repeat(17)}a=`, 2],
    ["an empty entry", `${good},,${good}`, 2],
    ["a comma at the end", `${good},`, 2],
    ["another separator", `${good} ${good}`, 1],
    ["quotes", `"${good}"`, 1],
  ])("%s", async (_what, list, wrong) => {
    const { t, orgId } = await plazaWithLuma(null);
    await storeLumaKey(t, "frutero", SANDBOX_API_KEY);
    const link = await linkOf(t, "telegram:1");
    const errors = vi.spyOn(console, "error").mockReturnValue();
    use(list);
    const answer = await storeLumaKey(t, "frutero", SANDBOX_API_KEY);
    expect([answer.status, await answer.json()]).toEqual([403, { refusal: "bad-encryption-key" }]);
    expect(await refused(linkOf(t, "telegram:1"))).toBe("bad-encryption-key");
    expect(await refused(reseal(t))).toBe("bad-encryption-key");
    expect(await statusOf(t, link)).toBe(503);
    const problem = `entry ${wrong} of PLAZA_ENCRYPTION_KEY is not 32 bytes in base64`;
    const report = await sync(t, orgId);
    expect(report).toMatchObject({ result: "failed", message: problem });
    expect(errors.mock.calls.flat()).toContain(problem);
    expect(JSON.stringify([errors.mock.calls, report])).not.toContain(marker);
    errors.mockRestore();
  });

  test("spaces around the commas are allowed", async () => {
    use(` ${good} `, ` ${await newKey()}\n`);
    expect(open(seal("secret", "here"), "here")).toBe("secret");
    vi.unstubAllEnvs();
  });
});
