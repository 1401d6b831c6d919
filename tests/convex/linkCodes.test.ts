import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { hashOf } from "../../shared/linkCode.ts";
import {
  ask,
  asPrivy,
  codeFor,
  plazaWithPrivy,
  refused,
  userBehind,
} from "../support/convex/people.ts";
import {
  as,
  begin,
  hour,
  minute,
  pass,
  type Plaza,
  rows,
  settled,
} from "../support/convex/plaza.ts";

// Every way in which a code is no good, in the chat and on the page.

const did = "did:privy:mia";
const invented = "A".repeat(24);

async function look(t: Plaza, subject: string, code: string) {
  return await as(t, subject).mutation(api.links.lookAtCode, { hash: await hashOf(code) });
}

test("used twice", async () => {
  const { t } = await plazaWithPrivy();
  const code = await codeFor(t, "telegram:77");
  await ask(t, did, "look", { code });
  await ask(t, did, "finish", { code });
  for (const path of ["look", "finish"] as const)
    expect(await ask(t, did, path, { code })).toEqual({ status: 403, refusal: "code-used" });
  expect(await look(t, "telegram:77", code)).toEqual({ state: "refused", refused: "code-used" });
  expect((await rows(t, "auditLog")).filter(({ action }) => action === "linked")).toHaveLength(1);
});

test("late: ten minutes to the millisecond", async () => {
  const { t } = await plazaWithPrivy();
  const code = await codeFor(t, "telegram:77");
  await pass(t, 10 * minute - 1);
  expect(await ask(t, did, "look", { code })).toMatchObject({ status: 200 });
  await pass(t, 1);
  for (const path of ["look", "finish"] as const)
    expect(await ask(t, did, path, { code })).toEqual({ status: 403, refusal: "code-expired" });
  expect(await look(t, "telegram:77", code)).toEqual({ state: "refused", refused: "code-expired" });
  const late = asPrivy(t, did).mutation(internal.linking.noteSignedIn, {
    hash: await hashOf(code),
    name: "x",
  });
  expect(await refused(late)).toBe("code-expired");
  expect(await userBehind(t, "telegram:77")).toBeUndefined();
});

test("an older code of the same chat account", async () => {
  const { t } = await plazaWithPrivy();
  const older = await codeFor(t, "telegram:77");
  const newer = await codeFor(t, "telegram:77");
  expect(await ask(t, did, "look", { code: older })).toMatchObject({ refusal: "code-expired" });
  expect(await ask(t, did, "look", { code: newer })).toMatchObject({ status: 200 });
});

test("another chat account's, in the chat", async () => {
  const { t } = await plazaWithPrivy();
  const code = await codeFor(t, "telegram:77");
  await ask(t, did, "look", { code });
  for (const other of ["telegram:78", "discord:77"])
    expect(await look(t, other, code)).toEqual({ state: "refused", refused: "code-not-yours" });
  const found = await look(t, "telegram:77", code);
  if (found.state !== "signed-in") throw new Error("nobody has signed in");
  const [mark = "", signer = ""] = found.press.split("|");
  const press = as(t, "telegram:78").action(api.links.confirm, { mark, signer });
  expect(await refused(press)).toBe("code-unknown");
  expect(await rows(t, "users")).toEqual([]);
});

test("invented, in the chat: each counts, and the sixth try within an hour is refused", async () => {
  const { t } = await plazaWithPrivy();
  for (let guess = 0; guess < 5; guess++)
    expect(await look(t, "telegram:77", invented)).toMatchObject({ refused: "code-unknown" });
  expect(await look(t, "telegram:77", invented)).toMatchObject({ refused: "too-many-tries" });
  expect(await refused(codeFor(t, "telegram:77"))).toBe("too-many-tries");
  expect(await look(t, "telegram:78", invented)).toMatchObject({ refused: "code-unknown" });
});

test("five tries an hour for each chat account, and the code of the fifth still works", async () => {
  const { t } = await plazaWithPrivy();
  let code = "";
  for (let round = 0; round < 5; round++) code = await codeFor(t, "telegram:77");
  expect(await refused(codeFor(t, "telegram:77"))).toBe("too-many-tries");
  expect(await look(t, "telegram:77", code)).toMatchObject({ state: "waiting" });
  await codeFor(t, "telegram:78");
  await pass(t, hour);
  await codeFor(t, "telegram:77");
});

test("guessed on the page: after five misses not even the right code is looked at", async () => {
  const { t } = await plazaWithPrivy();
  const code = await codeFor(t, "telegram:77");
  for (let guess = 0; guess < 5; guess++)
    expect(
      await ask(t, did, guess % 2 ? "look" : "finish", { code: `${invented}${guess}` }),
    ).toEqual({
      status: 403,
      refusal: "code-unknown",
    });
  for (const path of ["look", "finish"] as const)
    expect(await ask(t, did, path, { code })).toEqual({ status: 429, refusal: "too-many-tries" });
  expect(await ask(t, "did:privy:other", "look", { code })).toMatchObject({ status: 200 });
});

test("without having looked, nobody finishes", async () => {
  const { t } = await plazaWithPrivy();
  const code = await codeFor(t, "telegram:77");
  expect(await ask(t, did, "finish", { code })).toMatchObject({ refusal: "bad-request" });
  await ask(t, "did:privy:other", "look", { code });
  expect(await ask(t, did, "finish", { code })).toMatchObject({ refusal: "bad-request" });
  expect(await rows(t, "users")).toEqual([]);
});

test("the page is for those whom Privy has signed in", async () => {
  const { t } = await plazaWithPrivy();
  const code = await codeFor(t, "telegram:77");
  expect(await ask(t, null, "look", { code })).toEqual({ status: 401, refusal: "not-signed-in" });
  const body = JSON.stringify({ code });
  for (const caller of [as(t, "telegram:77"), as(t, "bot:telegram")]) {
    const answer = await caller.fetch("/link/finish", { method: "POST", body });
    expect(answer.status).toBe(401);
  }
  vi.stubEnv("IDENTITY_PROVIDERS", "none");
  expect(await ask(t, did, "look", { code })).toMatchObject({ status: 401 });
});

test.each([
  ["no JSON", "{"],
  ["no code", "{}"],
  ["a code of another form", '{"code":"a b"}'],
  ["too long", JSON.stringify({ code: invented, more: "x".repeat(2000) })],
])("a body that is none: %s", async (_what, body) => {
  const { t } = await plazaWithPrivy();
  const answer = await asPrivy(t, did).fetch("/link/look", { method: "POST", body });
  expect(answer.status).toBe(400);
});

test("only the community's own page may ask from elsewhere", async () => {
  const { t } = await plazaWithPrivy();
  vi.stubEnv("LINK_PAGE_URL", "https://club.example/link");
  const from = async (origin: string) => {
    const answer = await t.fetch("/link/look", { method: "OPTIONS", headers: { Origin: origin } });
    return answer.headers.get("access-control-allow-origin");
  };
  expect(await from("https://club.example")).toBe("https://club.example");
  expect(await from("https://evil.example")).toBeNull();
  vi.stubEnv("LINK_PAGE_URL", "");
  expect(await from("https://club.example")).toBeNull();
});

test.each([
  ["https://club.example", "https://club.example/link"],
  ["https://club.example/", "https://club.example/link"],
  ["https://club.example/mine?a=1#x", "https://club.example/mine?a=1"],
  ["", "https://plaza.example/link"],
])("the page of a community at %s is %s", async (LINK_PAGE_URL, page) => {
  const { t } = await plazaWithPrivy();
  vi.stubEnv("LINK_PAGE_URL", LINK_PAGE_URL);
  const begun = await as(t, "telegram:77").action(api.links.begin, { name: "Mia" });
  if (begun.linked) throw new Error("no code");
  expect(begun.pageUrl).toBe(`${page}#${begun.code}`);
});

test("codes are forgotten an hour after they have run out, receipts after a week", async () => {
  const { t } = await plazaWithPrivy();
  await codeFor(t, "telegram:77");
  await t.run((ctx) => ctx.db.insert("receipts", { key: "clerk:msg_1", at: begin }));
  const sweep = async () => {
    for (const rule of ["linkCodes", "receipts"] as const)
      await t.mutation(internal.sweep.expired, { rule });
    await settled(t);
    return [(await rows(t, "linkCodes")).length, (await rows(t, "receipts")).length];
  };
  await pass(t, hour + 10 * minute);
  expect(await sweep()).toEqual([1, 1]);
  await pass(t, 1);
  expect(await sweep()).toEqual([0, 1]);
  await pass(t, 7 * 24 * hour);
  expect(await sweep()).toEqual([0, 0]);
});
