import { describe, expect, test } from "vitest";
import type { Person, TranscriptMessage } from "../../bots/sandbox/contract.ts";
import { api } from "../../convex/_generated/api.js";
import { texts, type TextKey } from "../../shared/texts/index.ts";
import { acting } from "../support/sandbox/acts.ts";
import { asAdmin, unknownOnes } from "../support/sandbox/audience.ts";
import { type Applicant, applyAll, convexFor, crowdOf } from "../support/sandbox/crowd.ts";
import { answerOf, labelsOf, until, useSandbox, wordsOf } from "../support/sandbox/sandbox.ts";

// A line of ten, half of them in each chat, run by Leo from Telegram. The bots are killed meanwhile,
// and the two minutes of a call are moved by the clock.

const crowd = crowdOf(10);
const plaza = useSandbox({ crowd });
const { say, command, click, told } = acting(plaza);

let line: Applicant[] = [];
let title = "";

test("ten people become members", async () => {
  line = await applyAll(plaza.sandbox, crowd);
  const admin = await asAdmin(plaza.sandbox);
  for (const { applicationId } of line)
    await admin.mutation(api.applications.decide, { applicationId, decision: "approve" });
  const [event] = await admin.query(api.events.queries.upcoming, {});
  title = event?.title ?? "";
  expect(title).not.toBe("");
  await delivered();
});

const t = ({ language }: Person) => texts(language === "es" ? "es" : "en");
const nth = (index: number): Applicant => {
  const one = line[index];
  if (!one) throw new Error(`there is no number ${index}`);
  return one;
};
const cut = (words: string) => words.split("{")[0]?.slice(0, 14) ?? "";

/** What somebody in the line was told in private that begins like this text, in one of their chats. */
async function heard({ person, platform }: Applicant, key: TextKey, where = platform) {
  return await told(where, person.key, cut(t(person)(key, { event: "{", position: 0 })));
}

async function ask({ person, platform }: Applicant, telegram: string, discord: object) {
  const answer =
    platform === "telegram"
      ? await say(person.key, `/queue ${telegram}`)
      : await command(person.key, "queue", discord);
  return answerOf(answer);
}

/** Everything that is owed has been said; leases of the dead run out meanwhile. */
async function delivered(): Promise<void> {
  let quiet = 0;
  await until(async () => {
    const { tables } = await plaza.sandbox.convex.state();
    if ((tables["outboxes"] ?? 0) === 0) return true;
    quiet += 1;
    if (quiet % 100 === 0) plaza.sandbox.advance(21_000);
    return false;
  });
}

async function leoSays(text: string): Promise<TranscriptMessage> {
  await delivered();
  return answerOf(await say("leo", text));
}

test("the host opens the line, ten join from both chats and are told where they stand", async () => {
  const opened = await leoSays(`/queue abrir ${title} slot=5`);
  expect(wordsOf(opened)).toContain(title);
  for (const [index, one] of line.entries()) {
    const words = wordsOf(await ask(one, "join", { action: "join" }));
    const place =
      index === 0
        ? t(one.person)("queue.place.next")
        : t(one.person)("queue.place", { position: index + 1 });
    expect(words).toContain(place);
    // One's own place, and nobody's name.
    expect(words).not.toContain("Crowd");
  }
  expect(wordsOf(await leoSays("/queue"))).toMatch(/1\. Crowd0000[\s\S]*10\. Crowd0009/);
});

test("who is called is told in their chat, says that they are coming, and the host hears it", async () => {
  const first = nth(0);
  expect(wordsOf(await leoSays("/queue siguiente"))).toContain("Crowd0000");
  const [turn] = await until(async () => {
    const found = await heard(first, "queue.turn");
    return found.length > 0 && found;
  });
  expect((await heard(nth(1), "queue.notice.next")).length).toBeLessThanOrEqual(1);
  const label = t(first.person)("button.queue.coming");
  if (!turn) throw new Error("nobody was told");
  const answer = answerOf(await click("telegram", first.person.key, "dm", turn, label));
  expect(wordsOf(answer)).toContain(t(first.person)("queue.coming"));
  await until(async () => (await told("telegram", "leo", "Crowd0000")).length > 1);
});

test("bots that die in between lose nobody: the next is told all the same", async () => {
  await delivered();
  const second = nth(1);
  await plaza.sandbox.bots.kill();
  const leo = await asAdmin(plaza.sandbox);
  const [{ eventId } = { eventId: "" }] = await leo.query(api.queue.getQueues, {});
  const { called } = await leo.mutation(api.queue.callNext, { eventId });
  expect(called?.name).toBe(second.person.name);
  await plaza.sandbox.bots.ready();
  await until(async () => (await heard(second, "queue.turn")).length === 1);
  expect(second.platform).toBe("discord");
  // Killed again, in the middle of whatever is going on.
  await plaza.control({ do: "kill", what: "bots" });
  await delivered();
  expect(await heard(second, "queue.turn")).toHaveLength(1);
});

test("who says nothing for two minutes is second again, and the next one is called", async () => {
  const [second, third, fourth] = [nth(1), nth(2), nth(3)];
  await plaza.control({ do: "clock", advance: "2m" });
  await until(async () => (await heard(second, "queue.notice.back")).length === 1);
  await until(async () => (await heard(third, "queue.turn")).length === 1);
  await delivered();
  const panel = wordsOf(await leoSays("/queue"));
  expect(panel).toMatch(/1\. Crowd0003[\s\S]*2\. Crowd0001[\s\S]*3\. Crowd0004/);
  const mine = await ask(fourth, "status", { action: "status" });
  expect(wordsOf(mine)).toContain(t(fourth.person)("queue.place.next"));
  expect(labelsOf(mine)).toContain(t(fourth.person)("button.queue.leave"));
});

test("the host is done with everybody, each was called once and told once, in their own chat", async () => {
  const as = convexFor(plaza.sandbox);
  const leo = await asAdmin(plaza.sandbox);
  const [{ eventId } = { eventId: "" }] = await leo.query(api.queue.getQueues, {});
  const served: string[] = [];
  for (let round = 0; round < 10; round++) {
    const { called } = await leo.query(api.queue.getEventQueue, { eventId });
    const [now] = called;
    if (!now) break;
    const one = line.find(({ person }) => person.name === now.name);
    if (!one) throw new Error(`nobody is called ${now.name}`);
    served.push(one.person.name);
    await until(async () => (await heard(one, "queue.turn")).length === now.call);
    const me = await as(one.person, one.platform);
    await me.mutation(api.queue.confirmTurn, { eventId });
    await leo.mutation(api.queue.callNext, { eventId });
    if (round !== 4) continue;
    await plaza.control({ do: "kill", what: "bots" });
    await delivered();
  }
  // The first is done already; the second stood behind the fourth.
  const order = [2, 3, 1, 4, 5, 6, 7, 8, 9].map((index) => nth(index).person.name);
  expect(served).toEqual(order);
  await delivered();
  const unknown = await unknownOnes(plaza.sandbox);
  let doubles = 0;
  for (const [index, one] of line.entries()) {
    const here = (await heard(one, "queue.turn")).length;
    // The first one's message says now that they are coming; the second was called twice.
    const expected = [0, 2][index] ?? 1;
    expect(here).toBeGreaterThanOrEqual(expected);
    const twice = here - expected;
    expect(one.platform === "discord" ? twice : 0).toBe(0);
    doubles += twice;
    const other = one.platform === "telegram" ? "discord" : "telegram";
    expect(await heard(one, "queue.turn", other)).toEqual([]);
  }
  // Telegram has no key for repeats: what was under way when a bot died may have come twice.
  expect(doubles + unknown).toBeLessThanOrEqual(3);
});

describe("in a group", () => {
  test("the invitation has a button that is answered to the one who presses it", async () => {
    await delivered();
    const asked = await say("leo", `/queue open ${title}`, "group");
    const invitation = answerOf(asked);
    expect(wordsOf(invitation)).toContain(title);
    const one = nth(0);
    const [button = ""] = labelsOf(invitation);
    const pressed = await click("telegram", one.person.key, "group", invitation, button);
    expect(pressed).toMatchObject({ ok: true });
    expect(pressed.toast).toContain(t(one.person)("queue.place.next"));
    expect(pressed.messages ?? []).toEqual([]);
  });

  test("a host who asks for names is sent to the private chat", async () => {
    const words = wordsOf(answerOf(await say("leo", "/queue next", "group")));
    expect(words).not.toContain("Crowd");
    expect(words).toContain("/queue");
  });
});
