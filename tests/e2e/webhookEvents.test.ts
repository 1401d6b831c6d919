import { expect, test } from "vitest";
import { createTokenSource } from "../../bots/backend/tokens.ts";
import { people } from "../../bots/sandbox/server/fixtureUsers.ts";
import { api } from "../../convex/_generated/api.js";
import { chatSubject } from "../../shared/identity.ts";
import { acting } from "../support/sandbox/acts.ts";
import { convexAs } from "../support/sandbox/audience.ts";
import { until, useSandbox } from "../support/sandbox/sandbox.ts";

// What Stripe says of somebody's payments reaches them in their chat, and by their own token.

const plaza = useSandbox();
const { say, told } = acting(plaza);
const stripe = async (action: object) =>
  expect(await plaza.control({ do: "stripe", ...action })).toMatchObject({ ok: true });

/** The events of somebody, as they ask for them themselves. */
async function eventsOf(key: string, since?: number) {
  const person = people.find((one) => one.key === key);
  const { keys, convex } = plaza.sandbox;
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, () => plaza.sandbox.clock().now);
  const mine = convexAs(convex, await tokens(chatSubject("telegram", String(person?.telegramId))));
  return await mine.query(api.webhooks.getUserWebhookEvents, since === undefined ? {} : { since });
}

const amounts = async (words: string) => (await told("telegram", "ana", words)).length;

/** So much time passes, and what is a day old is forgotten. */
async function later(advance: string) {
  await plaza.control({ do: "clock", advance });
  await plaza.control({ do: "run", cron: "sweep-webhook-events" });
  await until(async () => (await eventsOf("ana")).length === 0);
}

test("a payment is told at once in the giver's chat, once, however often Stripe says it", async () => {
  await say("ana", "/profile city=Vigo");
  await say("ana", "/give 5");
  await stripe({ pay: "ana" });
  await until(async () => (await amounts("de esta semana ha llegado")) === 1);
  const [event, ...others] = await eventsOf("ana");
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    type: "stripe.payment.succeeded",
    data: { amount: 500, currency: "usd" },
  });
  expect(await eventsOf("leo")).toEqual([]);
  await stripe({ repeat: 5 });
  expect(await eventsOf("ana")).toEqual([event]);
  expect(await eventsOf("ana", event?.createdAt)).toEqual([]);
});

test("a week that fails is told once, whichever of Stripe's two words comes first", async () => {
  await later("7d");
  await stripe({ card: "ana", works: false });
  await stripe({ hold: true });
  await stripe({ renew: true });
  await stripe({ release: "newest-first" });
  // Stripe tries again: it is the same failure.
  await stripe({ renew: true });
  await until(async () => (await amounts("No se pudo cobrar")) === 1);
  const failed = {
    type: "stripe.payment.failed",
    data: { amount: 500, reason: "insufficient_funds" },
  };
  expect(await eventsOf("ana")).toMatchObject([failed, failed]);
});

test("what Stripe wants of an account is told, and that it has it is not", async () => {
  await stripe({ asks: "ana", for: ["external_account"] });
  await stripe({ asks: "ana", for: [] });
  await until(async () => (await amounts("Stripe necesita algo más")) === 1);
  expect(await eventsOf("ana")).toHaveLength(4);
});

test("a day later they are gone, and everything was told once", async () => {
  await later("1d");
  expect(await amounts("de esta semana ha llegado")).toBe(1);
  expect(await amounts("No se pudo cobrar")).toBe(1);
  expect(await amounts("Stripe necesita algo más")).toBe(1);
});
