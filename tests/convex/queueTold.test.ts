import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { hostA, hostB, inDiscord, inTelegram, plazaWithLine } from "../support/convex/queue.ts";
import { as, hour, makeBot, minute, pass, type Plaza, rows } from "../support/convex/plaza.ts";

// What a line tells whom, in which chat, and until when.

type Line = Awaited<ReturnType<typeof plazaWithLine>>;

/** Everybody of a line joins, in Telegram. */
async function fullLine(count: number): Promise<Line> {
  const line = await plazaWithLine(count);
  for (let number = 0; number < count; number++) await line.join(number);
  return line;
}

/** The host serves the first one whole. */
async function serve({ next, about, called }: Line): Promise<void> {
  await next();
  const [first] = await called();
  const number = Number(first?.split(" ")[0]);
  await about("here", number);
  await about("done", number);
}

const of = (number: number, said: string, where = inTelegram) => `${where(number)} ${said}`;

test("the third, the next and the called are told, each once", async () => {
  const line = await fullLine(5);
  // Whoever joins at the front has been answered where they stand.
  expect(await line.told()).toEqual([]);
  await line.next();
  expect(await line.told()).toEqual([of(0, "turn"), of(1, "next"), of(3, "third")]);
  await line.coming(0);
  expect((await line.told()).slice(3)).toEqual([`${hostA} coming`]);
  await line.next();
  expect((await line.told()).slice(4)).toEqual([of(1, "turn"), of(2, "next"), of(4, "third")]);
});

test("who is third again is not told again, who is next again after a call is", async () => {
  const line = await fullLine(5);
  await line.next();
  expect(await line.told()).toContain(of(3, "third"));
  // Nobody is called for a host who may not call: the one who did not come pushes others back.
  await line.t.run((ctx) => ctx.db.patch("users", line.hosts.a._id, { role: "member" }));
  await pass(line.t, 2 * minute);
  expect(await line.order()).toEqual([1, 0, 2, 3, 4]);
  await line.leave(1);
  expect(await line.order()).toEqual([0, 2, 3, 4]);
  expect((await line.told()).filter((one) => one === of(3, "third"))).toHaveLength(1);
  expect((await line.told()).filter((one) => one === of(0, "next"))).toHaveLength(1);
  await line.next(hostB);
  await pass(line.t, minute);
  await line.about("noshow", 0, hostB);
  expect((await line.told()).filter((one) => one === of(2, "next"))).toHaveLength(1);
});

test("whoever does not come is told what that means, and their host", async () => {
  const line = await fullLine(3);
  await line.next(hostB);
  await pass(line.t, 2 * minute);
  expect(await line.told()).toEqual(expect.arrayContaining([of(0, "back"), `${hostB} absent`]));
  await pass(line.t, 6 * minute);
  expect(await line.told()).toEqual(expect.arrayContaining([of(0, "out"), `${hostB} gone`]));
});

test("a host is not told what they did themselves", async () => {
  const line = await fullLine(3);
  await line.next();
  await line.about("noshow", 0);
  expect((await line.told()).filter((one) => one.startsWith(hostA))).toEqual([]);
});

describe("is said in the chat in which the person was last:", () => {
  test("where they joined", async () => {
    const line = await plazaWithLine(1);
    await line.join(0, inDiscord);
    await line.next();
    expect(await line.told()).toEqual([of(0, "turn", inDiscord)]);
  });

  test("where they asked since", async () => {
    const line = await plazaWithLine(1);
    await line.join(0, inDiscord);
    await pass(line.t, minute);
    await line.join(0, inTelegram);
    await line.next();
    expect(await line.told()).toEqual([of(0, "turn", inTelegram)]);
  });

  test("where they wrote anything since, however short ago they had written there before", async () => {
    const line = await plazaWithLine(1);
    await as(line.t, inDiscord(0)).mutation(api.chatAccounts.arrive, { name: "M" });
    await pass(line.t, minute);
    await line.join(0, inTelegram);
    await pass(line.t, minute);
    await as(line.t, inDiscord(0)).mutation(api.chatAccounts.arrive, { name: "M" });
    await line.next();
    expect(await line.told()).toEqual([of(0, "turn", inDiscord)]);
  });

  test("and in the one they chose, if they did", async () => {
    const line = await plazaWithLine(1);
    await as(line.t, inTelegram(0)).mutation(api.chatAccounts.change, { tellIn: "discord" });
    await line.join(0, inTelegram);
    await line.next();
    expect(await line.told()).toEqual([of(0, "turn", inDiscord)]);
  });
});

test("that their turn is near can be muted, that it has come cannot", async () => {
  const line = await plazaWithLine(2);
  await as(line.t, inTelegram(1)).mutation(api.chatAccounts.change, {
    tellIn: "nowhere",
    muted: ["queue"],
  });
  for (const number of [0, 1]) await line.join(number);
  await serve(line);
  await line.next();
  expect(await line.told()).toEqual([of(0, "turn"), of(1, "turn")]);
});

test("arriving in the same chat writes nothing, and in the other one it does", async () => {
  const { t } = await plazaWithLine(1);
  const seen = async () =>
    (await rows(t, "chatAccounts"))
      .filter(({ platformUserId }) => ["7000", "8000"].includes(platformUserId))
      .map(({ seenAt }) => seenAt);
  const arrive = async (subject: string) =>
    await as(t, subject).mutation(api.chatAccounts.arrive, { name: "M" });
  await arrive(inTelegram(0));
  const [first] = await seen();
  await pass(t, minute);
  await arrive(inTelegram(0));
  expect(await seen()).toEqual([first, undefined]);
  await arrive(inDiscord(0));
  await pass(t, minute);
  await arrive(inTelegram(0));
  expect((await seen())[0]).toBe(Date.now());
});

describe("what is not so any more is not said:", () => {
  test("third, who has moved on", async () => {
    const line = await fullLine(5);
    await serve(line);
    await serve(line);
    const sent = await makeBot(line.t).sendAll();
    // 3 was third, then second; 4 is third; 2 is next; the calls are over.
    expect(saidIn(sent)).toEqual([
      { to: "7002", said: "next" },
      { to: "7004", said: "third" },
    ]);
  });

  test("your turn, who has said that they are coming, or whose time is over", async () => {
    const line = await fullLine(1);
    await line.next();
    await line.coming(0);
    expect(saidIn(await makeBot(line.t).sendAll())).toEqual([{ to: "10", said: "coming" }]);
    const other = await fullLine(1);
    await other.next();
    await pass(other.t, 2 * minute);
    expect(saidIn(await makeBot(other.t).sendAll())).toEqual([
      { to: "7000", said: "back" },
      { to: "10", said: "absent" },
    ]);
  });

  test("and nothing at all after a while", async () => {
    const line = await fullLine(4);
    await line.leave(0);
    await pass(line.t, hour);
    expect(await makeBot(line.t).sendAll()).toEqual([]);
  });
});

type Sent = Awaited<ReturnType<ReturnType<typeof makeBot>["sendAll"]>>;

function saidIn(sent: Sent) {
  return sent.map(({ to, payload }) => ({
    to: to.chatId,
    said: payload.kind === "queue" ? payload.notice.said : payload.kind,
  }));
}

describe("where it does not arrive, it is said in the other chat", () => {
  const called = async () => {
    const line = await fullLine(1);
    await line.next();
    return line;
  };
  const inOther = async (t: Plaza) => saidIn(await makeBot(t, "discord").sendAll());
  const turn = [{ to: "8000", said: "turn" }];

  test.each([
    { kind: "channel-gone", reason: "blocked" },
    { kind: "refused", reason: "bad" },
    { kind: "later", retryAfterMs: 3 * minute },
  ] as const)("after $kind", async (outcome) => {
    const { t } = await called();
    await makeBot(t).sendAll(outcome);
    expect(await inOther(t)).toEqual(turn);
  });

  test("even where they chose the chat that blocks", async () => {
    const line = await plazaWithLine(1);
    await as(line.t, inTelegram(0)).mutation(api.chatAccounts.change, { tellIn: "telegram" });
    await line.join(0);
    await line.next();
    await makeBot(line.t).sendAll({ kind: "channel-gone", reason: "blocked" });
    expect(await inOther(line.t)).toEqual(turn);
  });

  test("after three tries that did not arrive", async () => {
    const { t } = await called();
    const bot = makeBot(t);
    for (let attempt = 0; attempt < 3; attempt++) {
      await bot.sendAll({ kind: "unsent", reason: "no route" });
      await pass(t, 20_000);
    }
    expect(await inOther(t)).toEqual(turn);
  });

  test("after a silence that Telegram will not explain", async () => {
    const { t } = await called();
    const bot = makeBot(t);
    for (let attempt = 0; attempt < 2; attempt++) {
      await bot.sendAll({ kind: "ambiguous", reason: "timeout" });
      await pass(t, 10_000);
    }
    expect(await inOther(t)).toEqual(turn);
  });

  test("after two bots died while they said it", async () => {
    const { t } = await called();
    for (let death = 0; death < 2; death++) {
      const bot = makeBot(t);
      const [message] = await bot.lease();
      if (!message) throw new Error("nothing to say");
      await bot.begin(message);
      await pass(t, 21_000);
    }
    expect(await makeBot(t).lease()).toEqual([]);
    expect(await inOther(t)).toEqual(turn);
  });

  test("once, and not in circles", async () => {
    const { t, told } = await called();
    const gone = { kind: "channel-gone", reason: "blocked" } as const;
    for (let round = 0; round < 3; round++) {
      await makeBot(t).sendAll(gone);
      await makeBot(t, "discord").sendAll(gone);
    }
    expect(await told()).toEqual([of(0, "turn"), of(0, "turn", inDiscord)]);
  });
});

test("a turn goes before everything else that a bot has to say", async () => {
  const line = await fullLine(3);
  const userId = line.members[0]?._id;
  await makePromotion(line.t, userId);
  await line.next();
  const [first] = await makeBot(line.t).lease(1);
  expect(first?.payload).toMatchObject({ kind: "queue", notice: { said: "turn" } });
});

/** Something else that the same person is told, before. */
async function makePromotion(t: Plaza, userId: Line["members"][number]["_id"] | undefined) {
  if (!userId) throw new Error("nobody is there");
  await t.run((ctx) => ctx.db.patch("users", userId, { locale: "es" }));
  const admin = "telegram:1001";
  await as(t, admin).mutation(api.chatAccounts.arrive, { name: "Leo" });
  await as(t, admin).mutation(api.users.setRole, { userId, role: "moderator" });
}

test("what listens is told of the front of the line, not of five hundred places", async () => {
  const line = await fullLine(8);
  const count = async () =>
    (await rows(line.t, "webhookEvents")).map(
      ({ type, data }) => `${type} ${String(data["position"])}`,
    );
  expect(await count()).toHaveLength(3);
  await line.next();
  expect((await count()).slice(3)).toEqual([
    "queue.your_turn 0",
    "queue.position.updated 1",
    "queue.position.updated 2",
    "queue.position.updated 3",
  ]);
});
