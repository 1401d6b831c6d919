import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Doc } from "../../convex/_generated/dataModel.js";
import { makePerson, userBehind } from "../support/convex/people.ts";
import {
  admin,
  applyAs,
  decideAs,
  moderator,
  owed,
  plazaWithModerators,
} from "../support/convex/applications.ts";
import { as, begin, makeBot, minute, pass, type Plaza, settled } from "../support/convex/plaza.ts";

// What people are told in private, and in which of their chats.

const inTelegram = "telegram:810";
const inDiscord = "discord:910";

/** Somebody with both chats, who applied in one of them and was then decided about. */
async function decided(
  applied: string,
  given: Partial<Doc<"users">> = {},
  prepare: (t: Plaza) => Promise<unknown> = async () => {},
): Promise<Plaza> {
  const t = await plazaWithModerators();
  await makePerson(t, { ...given, chats: [inTelegram, inDiscord] });
  await prepare(t);
  await decideAs(t, moderator, (await applyAs(t, applied))._id);
  return t;
}

async function told(t: Plaza): Promise<string[]> {
  return (await owed(t, "notice")).map(({ destination, task }) =>
    task.kind === "notice" ? `${destination} ${task.notice.kind}` : "",
  );
}

test.each([inTelegram, inDiscord])("an applicant is told where they applied: %s", async (where) => {
  expect(await told(await decided(where))).toEqual([`${where} approved`]);
});

test.each([
  ["telegram", inDiscord, [`${inTelegram} approved`]],
  ["discord", inTelegram, [`${inDiscord} approved`]],
  ["auto", inDiscord, [`${inDiscord} approved`]],
  ["nowhere", inTelegram, []],
] as const)("who wants to be told in %s and applied as %s", async (tellIn, where, expected) => {
  expect(await told(await decided(where, { tellIn }))).toEqual(expected);
});

describe("who does not want to hear of", () => {
  test.each([
    [["membership"], ["role"]],
    [["standing"], ["approved"]],
    [["membership", "standing"], []],
    [[], ["approved", "role"]],
  ] as const)("%j is told the rest", async (muted, expected) => {
    const t = await decided(inTelegram, {}, async (t) => {
      await as(t, inTelegram).mutation(api.chatAccounts.change, { muted: [...muted] });
    });
    const userId = (await userBehind(t, inTelegram))?._id;
    if (!userId) throw new Error("there is nobody");
    await as(t, admin).mutation(api.users.setRole, { userId, role: "moderator" });
    expect(await told(t)).toEqual(expected.map((kind) => `${inTelegram} ${kind}`));
  });

  test("anything is told of their account's safety all the same", async () => {
    const t = await plazaWithModerators();
    await makePerson(t, {
      accountStatus: "active",
      muted: ["membership", "standing"],
      privyDid: "did:privy:wanda",
      chats: [inTelegram, inDiscord],
    });
    await as(t, inTelegram).mutation(api.links.unlink, {});
    expect(await told(t)).toEqual([`${inDiscord} unlinked`]);
  });
});

test("who chose a chat that they do not have any more is told in the other", async () => {
  const t = await plazaWithModerators();
  await makePerson(t, { tellIn: "discord", chats: [inTelegram] });
  await decideAs(t, moderator, (await applyAs(t, inTelegram))._id);
  expect(await told(t)).toEqual([`${inTelegram} approved`]);
});

test("what has no place of its own is told where the person wrote last", async () => {
  const t = await plazaWithModerators();
  const chats = [inTelegram, inDiscord];
  const { _id: userId } = await makePerson(t, { accountStatus: "active", chats });
  await as(t, inTelegram).mutation(api.chatAccounts.arrive, { name: "W" });
  await pass(t, minute);
  await as(t, inDiscord).mutation(api.chatAccounts.arrive, { name: "W" });
  await as(t, admin).mutation(api.users.setRole, { userId, role: "moderator" });
  expect(await told(t)).toEqual([`${inDiscord} role`]);
});

describe("who blocked the bot", () => {
  const blocked = { kind: "channel-gone", reason: "blocked" } as const;

  test("is told in the other chat", async () => {
    const t = await decided(inTelegram);
    await makeBot(t).sendAll(blocked);
    const [first, second] = await owed(t, "notice");
    expect(first).toMatchObject({ destination: inTelegram, state: "dead", reason: "blocked" });
    expect(second).toMatchObject({ destination: inDiscord, state: "pending" });
    const [sent] = await makeBot(t, "discord").sendAll();
    expect(sent?.payload).toMatchObject({ kind: "notice", notice: { kind: "approved" } });
  });

  test("in both chats is told nowhere, and nothing goes round in circles", async () => {
    const t = await decided(inTelegram);
    for (let round = 0; round < 3; round++) {
      await makeBot(t).sendAll(blocked);
      await makeBot(t, "discord").sendAll(blocked);
    }
    expect((await owed(t, "notice")).map(({ state }) => state)).toEqual(["dead", "dead"]);
  });

  test("and chose that chat is told in no other", async () => {
    const t = await decided(inTelegram, { tellIn: "telegram" });
    await makeBot(t).sendAll(blocked);
    expect(await told(t)).toEqual([`${inTelegram} approved`]);
  });

  test("and has no other chat is told nowhere", async () => {
    const t = await plazaWithModerators();
    await decideAs(t, moderator, (await applyAs(t, inTelegram))._id);
    await makeBot(t).sendAll(blocked);
    expect((await owed(t, "notice")).map(({ state }) => state)).toEqual(["dead"]);
  });
});

test("a decision that is made again tells nobody twice", async () => {
  const t = await plazaWithModerators();
  const { _id } = await applyAs(t, inTelegram);
  await decideAs(t, moderator, _id, "reject", "code:full");
  await decideAs(t, moderator, _id, "reject", "code:full");
  const [notice, ...others] = await owed(t, "notice");
  expect(others).toEqual([]);
  expect(notice?.task).toMatchObject({ notice: { kind: "rejected", reason: "code:full" } });
  expect(notice?.expiresAt).toBeGreaterThan(begin);
});

test.each([
  ["suspend", "suspended"],
  ["ban", "banned"],
] as const)("who is barred (%s) is told, and again when they are back", async (event, kind) => {
  const t = await plazaWithModerators();
  await makePerson(t, { accountStatus: "active", chats: [inTelegram] });
  const userId = (await userBehind(t, inTelegram))?._id;
  if (!userId) throw new Error("there is nobody");
  await as(t, admin).mutation(api.users.setStatus, { userId, event });
  await pass(t, minute);
  await as(t, admin).mutation(api.users.setStatus, { userId, event: "restore" });
  expect(await told(t)).toEqual([`${inTelegram} ${kind}`, `${inTelegram} restored`]);
});

test("that an account is deleted is told in every chat but the one that asked", async () => {
  const t = await plazaWithModerators();
  const chats = [inTelegram, inDiscord];
  await makePerson(t, { accountStatus: "active", tellIn: "nowhere", locale: "es", chats });
  await as(t, inTelegram).mutation(api.users.softDelete, {});
  await settled(t);
  expect(await told(t)).toEqual([`${inDiscord} deleted`]);
  // Nobody is left whose language could be looked up: it is in the row.
  const [sent] = await makeBot(t, "discord").sendAll();
  expect(sent?.to).toMatchObject({ chatId: "910", isPerson: true, locale: "es" });
});
