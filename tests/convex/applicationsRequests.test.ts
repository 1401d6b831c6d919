import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Doc } from "../../convex/_generated/dataModel.js";
import { makePerson, refused } from "../support/convex/people.ts";
import {
  admin,
  applyAs,
  decideAs,
  moderator,
  owed,
  plazaWithModerators,
} from "../support/convex/applications.ts";
import { as, makeBot, makeChannel, type Plaza, rows, settled } from "../support/convex/plaza.ts";

// Who asks Telegram to be let into a chat has applied by asking, once they have filled in the form.

const wanda = "telegram:810";

/** A Plaza with moderators, and two chats that an admin named for members. */
async function startPlaza(): Promise<Plaza> {
  const t = await plazaWithModerators();
  for (const chatId of ["-200", "-300"])
    await makeChannel(t, { chatId, kinds: [], admitsMembers: true });
  return t;
}

async function request(t: Plaza, subject = wanda, chatId = "-200") {
  const answer = await as(t, subject).mutation(api.applications.requestJoin, {
    chatId,
    title: "Members",
  });
  await settled(t);
  return answer;
}

/** The answers that Telegram is owed: who, where, and whether they are let in. */
async function answers(t: Plaza): Promise<string[]> {
  return (await owed(t, "admit")).map(({ destination, task }) =>
    task.kind === "admit" ? `${destination} ${task.chatId} ${task.isApproved}` : "",
  );
}

test("a request is remembered once, until it is decided", async () => {
  const t = await startPlaza();
  expect([await request(t), await request(t), await request(t, wanda, "-300")]).toEqual([
    "apply",
    "apply",
    "apply",
  ]);
  const kept = await rows(t, "joinRequests");
  expect(kept.map(({ platformUserId, chatId }) => `${platformUserId} ${chatId}`)).toEqual([
    "810 -200",
    "810 -300",
  ]);
  expect(await answers(t)).toEqual([]);
});

describe.each([
  ["approve", "true"],
  ["reject", "false"],
] as const)("%s answers every request of the applicant", (decision, expected) => {
  test("and only theirs, once", async () => {
    const t = await startPlaza();
    await request(t);
    await request(t, wanda, "-300");
    await request(t, "telegram:811");
    const { _id } = await applyAs(t, wanda);
    expect(await request(t)).toBe("pending");
    await decideAs(t, moderator, _id, decision);
    await decideAs(t, moderator, _id, decision);
    expect(await answers(t)).toEqual([
      `telegram:810 -200 ${expected}`,
      `telegram:810 -300 ${expected}`,
    ]);
    expect((await rows(t, "joinRequests")).map(({ platformUserId }) => platformUserId)).toEqual([
      "811",
    ]);
    const done = (await makeBot(t).sendAll()).filter(({ payload }) => payload.kind === "admit");
    expect(done.map(({ to }) => to.chatId)).toEqual(["810", "810"]);
  });
});

test.each<[Partial<Doc<"users">>, string, string[]]>([
  [{ accountStatus: "active" }, "admitted", ["telegram:810 -200 true"]],
  [{ accountStatus: "active", role: "admin" }, "admitted", ["telegram:810 -200 true"]],
  [{ accountStatus: "suspended" }, "refused", ["telegram:810 -200 false"]],
  [{ accountStatus: "banned" }, "refused", ["telegram:810 -200 false"]],
  [{ accountStatus: "incomplete" }, "apply", []],
  [{ accountStatus: "pending" }, "pending", []],
])("somebody who is %j is answered at once: %s", async (who, expected, owedThen) => {
  const t = await startPlaza();
  await makePerson(t, { ...who, chats: [wanda] });
  expect(await request(t)).toBe(expected);
  expect(await answers(t)).toEqual(owedThen);
});

test("a member who asks again later is let in again", async () => {
  const t = await startPlaza();
  await makePerson(t, { accountStatus: "active", chats: [wanda] });
  await request(t);
  await makeBot(t).sendAll();
  await request(t);
  expect(await answers(t)).toHaveLength(2);
});

test("only Telegram has such requests", async () => {
  const t = await startPlaza();
  const asked = as(t, "discord:810").mutation(api.applications.requestJoin, {
    chatId: "-200",
    title: "Members",
  });
  expect(await refused(asked)).toBe("bad-request");
});

test("whoever withdraws can still be let in by a later application", async () => {
  const t = await startPlaza();
  await request(t);
  await applyAs(t, wanda);
  await as(t, wanda).mutation(api.applications.withdraw, {});
  expect(await answers(t)).toEqual([]);
  await decideAs(t, moderator, (await applyAs(t, wanda))._id);
  expect(await answers(t)).toEqual(["telegram:810 -200 true"]);
});

describe("a chat that no admin named for members", () => {
  const everybody: [string, Partial<Doc<"users">>][] = [
    ["a member", { accountStatus: "active" }],
    ["an admin", { accountStatus: "active", role: "admin" }],
    ["somebody who has not applied", { accountStatus: "incomplete" }],
    ["somebody who is banned", { accountStatus: "banned" }],
  ];

  test.each(everybody)("is left to its own admins, whoever asks: %s", async (_, who) => {
    const t = await startPlaza();
    await makePerson(t, { ...who, chats: [wanda] });
    expect(await request(t, wanda, "-400")).toBe("elsewhere");
    expect(await answers(t)).toEqual([]);
    expect(await rows(t, "joinRequests")).toEqual([]);
  });

  test("and so is one of moderators, one that is told news alone, and one that was switched off", async () => {
    const t = await startPlaza();
    await makePerson(t, { accountStatus: "active", chats: [wanda] });
    await makeChannel(t, { chatId: "-400", kinds: ["application"] });
    await makeChannel(t, { chatId: "-401" });
    await makeChannel(t, { chatId: "-402", kinds: [], admitsMembers: true });
    await as(t, admin).mutation(api.channels.unsubscribe, { platform: "telegram", chatId: "-402" });
    for (const chatId of ["-400", "-401", "-402"])
      expect(await request(t, wanda, chatId)).toBe("elsewhere");
    expect(await answers(t)).toEqual([]);
  });
});

test("a chat of moderators cannot be named for members, and one that becomes theirs is so no longer", async () => {
  const t = await startPlaza();
  const forModerators = { chatId: "-400", kinds: ["application" as const] };
  await makeChannel(t, forModerators);
  const named = makeChannel(t, { ...forModerators, admitsMembers: true });
  expect(await refused(named)).toBe("moderators-chat");
  const id = await makeChannel(t, { ...forModerators, chatId: "-200" });
  expect((await rows(t, "channels")).find(({ _id }) => _id === id)?.admitsMembers).toBe(false);
});

test("a request is not answered where its chat became one of moderators meanwhile", async () => {
  const t = await startPlaza();
  await request(t);
  await request(t, wanda, "-300");
  const { _id } = await applyAs(t, wanda);
  await makeChannel(t, { chatId: "-200", kinds: ["application"] });
  await decideAs(t, moderator, _id, "approve");
  expect(await answers(t)).toEqual(["telegram:810 -300 true"]);
  expect(await rows(t, "joinRequests")).toEqual([]);
});
