import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { mergeUsers } from "../../convex/model/accounts/merge.ts";
import { makePerson } from "../support/convex/people.ts";
import {
  as,
  begin,
  day,
  hour,
  minute,
  pass,
  type Plaza,
  rows,
  startPlaza,
} from "../support/convex/plaza.ts";

// Events of people: who sees them, what can be in them, and when they are gone.

const mia = "telegram:77";
const noa = "telegram:78";
const arrived = {
  type: "stripe.payment.succeeded" as const,
  data: { payment: "pi_1", amount: 500, currency: "usd" },
};
type Event = (typeof internal.webhooks.emitWebhookEvent)["_args"];

async function world() {
  const t = startPlaza();
  const [one, other] = [
    await makePerson(t, { accountStatus: "active", chats: [mia] }),
    await makePerson(t, { accountStatus: "active", chats: [noa] }),
  ];
  const emit = async (event: Event) => await t.mutation(internal.webhooks.emitWebhookEvent, event);
  return { t, mia: one._id, noa: other._id, emit };
}
const seen = async (t: Plaza, who: string, asked = {}) =>
  await as(t, who).query(api.webhooks.getUserWebhookEvents, asked);

describe("a person sees their own", () => {
  test("and nobody else's, the newest first", async () => {
    const { t, emit, ...ids } = await world();
    await emit({ ...arrived, userId: ids.mia });
    await pass(t, minute);
    await emit({ ...arrived, userId: ids.noa });
    await emit({ type: "queue.your_turn", userId: ids.mia, data: { position: 1 } });
    await emit({ type: "queue.position.updated", data: { position: 7 } });
    expect((await seen(t, mia)).map(({ type }) => type)).toEqual([
      "queue.your_turn",
      "stripe.payment.succeeded",
    ]);
    expect(await seen(t, noa)).toMatchObject([{ data: { amount: 500 } }]);
    expect(JSON.stringify(await seen(t, noa))).not.toContain(ids.noa);
  });

  test("since a moment, and so many at most", async () => {
    const { t, emit, ...ids } = await world();
    for (let index = 0; index < 130; index++) {
      await emit({ type: "queue.position.updated", userId: ids.mia, data: { position: index } });
      if (index === 99) await pass(t, minute);
    }
    const since = Date.now() - 1;
    expect(await seen(t, mia, { since, limit: 100 })).toHaveLength(30);
    expect(await seen(t, mia)).toHaveLength(20);
    for (const limit of [1_000_000, Number.MAX_VALUE, Infinity])
      expect(await seen(t, mia, { limit })).toHaveLength(100);
    expect(await seen(t, mia, { limit: -1 })).toEqual([]);
  });

  test("of both halves once they are one person", async () => {
    const { t, emit, ...ids } = await world();
    await emit({ ...arrived, userId: ids.noa });
    await emit({ ...arrived, userId: ids.mia });
    await t.run(async (ctx) => {
      const [one, other] = [await ctx.db.get("users", ids.mia), await ctx.db.get("users", ids.noa)];
      if (one && other) await mergeUsers(ctx, one, other, "test", begin);
    });
    await emit({ ...arrived, userId: ids.noa });
    for (const who of [mia, noa]) expect(await seen(t, who)).toHaveLength(3);
  });

  test("and of who has left there is nothing, whatever comes later", async () => {
    const { t, emit, ...ids } = await world();
    await emit({ ...arrived, userId: ids.mia });
    await as(t, mia).mutation(api.users.softDelete, {});
    expect(await emit({ ...arrived, userId: ids.mia })).toBeNull();
    expect(await rows(t, "webhookEvents")).toEqual([]);
  });
});

describe("an event holds what its type has, and nothing else", () => {
  test.each([
    ["email", "mia@example.com"],
    ["card", "4242"],
    ["secret", "sk_live"],
    ["__proto__x", true],
  ])("%s is refused, without repeating what it was", async (name, fact) => {
    const { t, emit, mia: userId } = await world();
    const told = await emit({ ...arrived, userId, data: { [name]: fact } }).then(
      () => "taken",
      (error: unknown) => String(error),
    );
    expect(told).toContain(name);
    expect(told).not.toContain(String(fact));
    expect(await rows(t, "webhookEvents")).toEqual([]);
    expect(await rows(t, "deliveries")).toEqual([]);
  });

  test("a text is cut where it is long", async () => {
    const { t, emit, mia: userId } = await world();
    await emit({ ...arrived, userId, data: { payment: "x".repeat(5000) } });
    expect((await seen(t, mia))[0]?.data).toEqual({ payment: "x".repeat(200) });
  });
});

describe("an event is gone after 24 hours", () => {
  test("not before, and not later than the next sweep", async () => {
    const { t, emit, mia: userId } = await world();
    await emit({ ...arrived, userId });
    await pass(t, day - minute);
    await t.mutation(internal.sweep.expired, { rule: "webhookEvents" });
    expect(await seen(t, mia)).toHaveLength(1);
    await pass(t, minute);
    await t.mutation(internal.sweep.expired, { rule: "webhookEvents" });
    expect(await seen(t, mia)).toEqual([]);
  });

  test("in batches, until none is left; what is younger stays", async () => {
    const { t, emit, mia: userId } = await world();
    const now = Date.now();
    const type = "queue.position.updated" as const;
    for (let batch = 0; batch < 3; batch++)
      await t.run(async ({ db }) => {
        for (let index = 0; index < 400; index++) {
          const data = { position: batch * 400 + index };
          await db.insert("webhookEvents", { type, userId, data, createdAt: now, expiresAt: now });
        }
      });
    await pass(t, hour);
    await emit({ ...arrived, userId });
    await t.mutation(internal.sweep.expired, { rule: "webhookEvents" });
    expect(await rows(t, "webhookEvents")).toHaveLength(701);
    await pass(t, 0);
    expect(await rows(t, "webhookEvents")).toMatchObject([{ type: arrived.type }]);
  });
});

describe("what is told in the chat is owed with the event, or not at all", () => {
  const told = async (t: Plaza) =>
    (await rows(t, "deliveries")).map(({ task, destination }) => [
      destination,
      task.kind === "notice" && task.notice,
    ]);

  test("a payment that arrived, in their chat", async () => {
    const { t, emit, mia: userId } = await world();
    await emit({ ...arrived, userId });
    expect(await told(t)).toEqual([[mia, { kind: "payment-arrived", amount: 500 }]]);
  });

  test.each<[string, Omit<Event, "userId">]>([
    ["of another currency", { ...arrived, data: { ...arrived.data, currency: "eur" } }],
    ["without an amount", { ...arrived, data: { payment: "pi_1" } }],
    ["of an account of which nothing is wanted", account("")],
    ["of the line, which tells its own", { type: "queue.your_turn", data: { position: 1 } }],
  ])("nothing %s", async (_what, event) => {
    const { t, emit, mia: userId } = await world();
    await emit({ ...event, userId });
    expect(await told(t)).toEqual([]);
    expect(await seen(t, mia)).toHaveLength(1);
  });

  test("nothing to who has muted giving", async () => {
    const { t, emit, mia: userId } = await world();
    await t.run(({ db }) => db.patch("users", userId, { muted: ["giving"] }));
    await emit({ ...arrived, userId });
    await emit({ ...account("external_account"), userId });
    expect(await told(t)).toEqual([]);
    expect(await seen(t, mia)).toHaveLength(2);
  });

  test("an account is told of once for the same things", async () => {
    const { t, emit, mia: userId } = await world();
    for (const needs of ["external_account", "external_account", "", "tos_acceptance.date"])
      await emit({ ...account(needs), userId });
    const notice = [mia, { kind: "account-needs" }];
    expect(await told(t)).toEqual([notice, notice]);
  });
});

function account(needs: string) {
  const data = { account: "acct_1", needs, canCharge: false, canPayOut: false };
  return { type: "stripe.account.updated" as const, data };
}
