import { describe, expect, test } from "vitest";
import type { Doc } from "../../convex/_generated/dataModel.js";
import { api, internal } from "../../convex/_generated/api.js";
import {
  admin,
  applyAs,
  decideAs,
  moderator,
  owed,
  plazaWithModerators,
} from "../support/convex/applications.ts";
import {
  as,
  failedJobs,
  makeBot,
  makeChannel,
  minute,
  type Outcome,
  pass,
  type Plaza,
  rows,
  settled,
} from "../support/convex/plaza.ts";

// The cards on which applications are decided, in every chat that admins chose for it.

const wanda = "telegram:810";

/** Where a card is and which part of it: "message sent", "edit-2 pending". */
async function cards(t: Plaza): Promise<string[]> {
  return (await owed(t, "card")).map(({ part, state }) => `${part} ${state}`);
}

test("a card is owed to every chat that is on and wants applications, and to no other", async () => {
  const t = await plazaWithModerators();
  const wants = [
    await makeChannel(t, { chatId: "-1", kinds: ["application"] }),
    await makeChannel(t, { chatId: "2", platform: "discord", kinds: ["new", "application"] }),
    await makeChannel(t, { chatId: "-1", threadId: "7", kinds: ["application"] }),
  ];
  await makeChannel(t, { chatId: "-4" });
  await makeChannel(t, {
    chatId: "-5",
    kinds: ["new", "moved", "cancelled", "reminder", "agenda"],
  });
  await makeChannel(t, { chatId: "-6", kinds: ["application"] });
  await as(t, admin).mutation(api.channels.unsubscribe, { platform: "telegram", chatId: "-6" });
  const { _id: applicationId } = await applyAs(t, wanda);
  const made = await owed(t, "card");
  expect(made.map(({ destination }) => destination)).toEqual(wants);
  for (const { task } of made) expect(task).toEqual({ kind: "card", applicationId });
  // Asked twice it is owed once.
  await t.mutation(internal.applications.fanOut, { applicationId, cursor: null });
  expect(await owed(t, "card")).toHaveLength(3);
});

test("a card says what moderators are to know, and is sent once", async () => {
  const t = await plazaWithModerators();
  await makeChannel(t, { chatId: "-1", kinds: ["application"] });
  const { _id } = await applyAs(t, wanda, { otherNames: "wan", handle: "wanda" });
  const [sent, ...others] = await makeBot(t).sendAll();
  expect(others).toEqual([]);
  expect(sent?.payload).toEqual({
    kind: "card",
    application: {
      _id,
      goal: "To learn",
      motivation: "Curious",
      otherNames: "wan",
      name: "Wanda",
      handle: "wanda",
      platform: "telegram",
      status: "pending",
      appliedAt: Date.now(),
    },
  });
});

type Way = (t: Plaza) => Promise<unknown>;
const leased: Way = async (t) => await makeBot(t).lease();
const sending: Way = async (t) => {
  const bot = makeBot(t);
  for (const leased of await bot.lease()) await bot.begin(leased);
};
const sent = (outcome?: Outcome) => async (t: Plaza) => await makeBot(t).sendAll(outcome);

describe("what a decision means for a card that", () => {
  test.each<[string, Way, string[]]>([
    ["was never sent: it is not sent at all", async () => {}, ["message suppressed"]],
    ["a bot holds: it is changed", leased, ["message leased", "edit-2 pending"]],
    ["is being sent: it is changed", sending, ["message sending", "edit-2 pending"]],
    ["is out: it is changed", sent(), ["message sent", "edit-2 sent"]],
    [
      "could not be sent: nothing is changed",
      sent({ kind: "refused", reason: "bad" }),
      ["message dead"],
    ],
    [
      "is to be tried again, surely unsent: it is not sent at all",
      sent({ kind: "unsent", reason: "busy" }),
      ["message suppressed"],
    ],
    [
      "may be out, for nobody answered: it is sent again as it is decided, and changed",
      sent({ kind: "ambiguous", reason: "silence" }),
      ["message sent", "edit-2 sent"],
    ],
  ])("%s", async (_title, way, expected) => {
    const t = await plazaWithModerators();
    await makeChannel(t, { chatId: "-1", kinds: ["application"] });
    const { _id } = await applyAs(t, wanda);
    await way(t);
    await decideAs(t, moderator, _id);
    if (!expected.some((one) => /leased|sending/.test(one))) {
      await pass(t, minute);
      await makeBot(t).sendAll();
    }
    expect(await cards(t)).toEqual(expected);
  });
});

test("the changed card says who decided, and what", async () => {
  const t = await plazaWithModerators();
  await makeChannel(t, { chatId: "-1", kinds: ["application"] });
  const { _id } = await applyAs(t, wanda);
  const [first] = await makeBot(t).sendAll();
  await decideAs(t, moderator, _id, "reject", "code:fit");
  const edits = (await makeBot(t).sendAll()).filter(({ payload }) => payload.kind === "card");
  expect(edits).toHaveLength(1);
  expect(edits[0]).toMatchObject({ part: "edit-2", messageId: `m-${first?.deliveryId}` });
  expect(edits[0]?.payload).toMatchObject({
    application: { status: "rejected", reason: "code:fit", reviewerName: "Name of telegram:801" },
  });
});

test("a card that went out while the decision fell is changed after it, in order", async () => {
  const t = await plazaWithModerators();
  await makeChannel(t, { chatId: "-1", kinds: ["application"] });
  const { _id } = await applyAs(t, wanda);
  const bot = makeBot(t);
  const [held] = await bot.lease();
  if (!held) throw new Error("no card is owed");
  await decideAs(t, moderator, _id);
  expect(await bot.begin(held)).toBe(true);
  await bot.complete(held, { kind: "sent", messageId: "m-1" });
  const [edit] = await bot.sendAll();
  expect(edit).toMatchObject({ part: "edit-2", messageId: "m-1" });
});

test("of two changes of one card the newer is made", async () => {
  const t = await plazaWithModerators();
  await makeChannel(t, { chatId: "-1", kinds: ["application"] });
  const { _id } = await applyAs(t, wanda);
  await makeBot(t).sendAll();
  await decideAs(t, moderator, _id);
  await t.mutation(internal.applications.correctMore, { applicationId: _id, version: 3, after: 0 });
  expect(await cards(t)).toEqual(["message sent", "edit-2 cancelled", "edit-3 pending"]);
  const [edit, ...others] = (await makeBot(t).sendAll()).filter(
    ({ payload }) => payload.kind === "card",
  );
  expect([edit?.part, ...others]).toEqual(["edit-3"]);
});

test("a withdrawn application is withdrawn on its cards", async () => {
  const t = await plazaWithModerators();
  await makeChannel(t, { chatId: "-1", kinds: ["application"] });
  await applyAs(t, wanda);
  await makeBot(t).sendAll();
  await as(t, wanda).mutation(api.applications.withdraw, {});
  await settled(t);
  const [edit] = await makeBot(t).sendAll();
  expect(edit?.payload).toMatchObject({ kind: "card", application: { status: "withdrawn" } });
});

/** Channels as they would be, many at once. */
async function makeChannels(t: Plaza, count: number): Promise<void> {
  await t.run(async ({ db }) => {
    for (let number = 0; number < count; number++)
      await db.insert("channels", {
        ...({ platform: "discord", chatId: `${number}`, title: "Deciders", isOn: true } as const),
        kinds: number % 2 === 0 ? ["application"] : ["new"],
        ...({ locale: "en", timezone: "UTC", reminders: [], changedAt: 0 } as const),
      });
  });
}

/** How many deliveries there are of each part and state. */
function tally(deliveries: Doc<"deliveries">[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { part, state } of deliveries)
    counts[`${part} ${state}`] = (counts[`${part} ${state}`] ?? 0) + 1;
  return counts;
}

describe("more chats than one transaction takes", () => {
  test("each get the card once, and each card is changed once", async () => {
    const t = await plazaWithModerators();
    await makeChannels(t, 260);
    const { _id } = await applyAs(t, wanda);
    expect(tally(await owed(t, "card"))).toEqual({ "message pending": 130 });
    await t.run(async ({ db }) => {
      for (const { _id: id } of await db.query("deliveries").collect())
        await db.patch("deliveries", id, { state: "sent", isOpen: false, messageId: `m-${id}` });
    });
    await decideAs(t, moderator, _id);
    expect(await failedJobs(t)).toEqual([]);
    expect(tally(await owed(t, "card"))).toEqual({ "message sent": 130, "edit-2 pending": 130 });
  });

  test("an application decided before all had its card: no stale card is sent", async () => {
    const t = await plazaWithModerators();
    await makeChannels(t, 260);
    const form = { goal: "To learn", motivation: "Curious", name: "Wanda" };
    await as(t, wanda).mutation(api.applications.submit, form);
    const [application] = await rows(t, "applications");
    if (!application) throw new Error("there is no application");
    const { _id: applicationId } = application;
    // The first batch is on its way, the next is planned.
    await t.mutation(internal.applications.fanOut, { applicationId, cursor: null });
    const first = await owed(t, "card");
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(130);
    await decideAs(t, moderator, applicationId);
    const sentCards = await makeBot(t, "discord").sendAll();
    expect(sentCards.filter(({ payload }) => payload.kind === "card")).toEqual([]);
    expect(tally(await owed(t, "card"))).toEqual({ "message suppressed": first.length });
    const [row] = await owed(t, "card");
    expect(row?.reason).toBe("already decided");
  });
});

describe("while many cards wait for one chat", () => {
  /** One card is out, two more wait. */
  async function plazaWithQueue() {
    const t = await plazaWithModerators();
    await makeChannel(t, { chatId: "-1", kinds: ["application"] });
    const first = await applyAs(t, wanda);
    const bot = makeBot(t);
    await bot.sendAll();
    await applyAs(t, "telegram:811", { name: "Xavi" });
    await applyAs(t, "telegram:812", { name: "Yara" });
    return { t, bot, first };
  }

  test("a card that is out is changed first when it is decided, new ones keep their order", async () => {
    const { t, bot, first } = await plazaWithQueue();
    await decideAs(t, moderator, first._id);
    const done = (await bot.sendAll()).flatMap(({ payload, part }) =>
      payload.kind === "card" ? [`${payload.application.name} ${part}`] : [],
    );
    expect(done).toEqual(["Wanda edit-2", "Xavi message", "Yara message"]);
  });

  test("a card that is being sent is changed after it has been, and before others", async () => {
    const { t, bot } = await plazaWithQueue();
    const [xavi] = await bot.lease();
    if (xavi?.payload.kind !== "card") throw new Error("no card was leased");
    await bot.begin(xavi);
    await decideAs(t, moderator, xavi.payload.application._id);
    expect((await bot.lease()).map(({ part }) => part)).not.toContain("edit-2");
    await bot.complete(xavi, { kind: "sent", messageId: "9" });
    const done = (await bot.sendAll()).flatMap(({ payload, part }) =>
      payload.kind === "card" ? [`${payload.application.name} ${part}`] : [],
    );
    expect(done).toEqual(["Xavi edit-2", "Yara message"]);
  });
});
