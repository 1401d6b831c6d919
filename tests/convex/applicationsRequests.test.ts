import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Doc } from "../../convex/_generated/dataModel.js";
import { makePerson, refused } from "../support/convex/people.ts";
import {
  applyAs,
  decideAs,
  moderator,
  owed,
  plazaWithModerators,
} from "../support/convex/applications.ts";
import { as, makeBot, type Plaza, rows, settled } from "../support/convex/plaza.ts";

// Who asks Telegram to be let into a chat has applied by asking, once they have filled in the form.

const wanda = "telegram:810";

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
  const t = await plazaWithModerators();
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
    const t = await plazaWithModerators();
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
  const t = await plazaWithModerators();
  await makePerson(t, { ...who, chats: [wanda] });
  expect(await request(t)).toBe(expected);
  expect(await answers(t)).toEqual(owedThen);
});

test("a member who asks again later is let in again", async () => {
  const t = await plazaWithModerators();
  await makePerson(t, { accountStatus: "active", chats: [wanda] });
  await request(t);
  await makeBot(t).sendAll();
  await request(t);
  expect(await answers(t)).toHaveLength(2);
});

test("only Telegram has such requests", async () => {
  const t = await plazaWithModerators();
  const asked = as(t, "discord:810").mutation(api.applications.requestJoin, {
    chatId: "-200",
    title: "Members",
  });
  expect(await refused(asked)).toBe("bad-request");
});

test("whoever withdraws can still be let in by a later application", async () => {
  const t = await plazaWithModerators();
  await request(t);
  await applyAs(t, wanda);
  await as(t, wanda).mutation(api.applications.withdraw, {});
  expect(await answers(t)).toEqual([]);
  await decideAs(t, moderator, (await applyAs(t, wanda))._id);
  expect(await answers(t)).toEqual(["telegram:810 -200 true"]);
});
