import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { readStripeEvent } from "../../convex/external/stripe/events.ts";
import { renderDelivery } from "../../shared/messages/deliveries.ts";
import {
  admin,
  applyAs,
  decideAs,
  moderator,
  plazaWithModerators,
} from "../support/convex/applications.ts";
import { balances, makeCharity, makeGiver, pay } from "../support/convex/givers.ts";
import { event } from "../support/convex/stripeEvents.ts";
import {
  as,
  day,
  everything,
  failedJobs,
  makeBot,
  makeChannel,
  pass,
  type Plaza,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

// What is left of somebody who has deleted their data: the decision, and the books.

const wanda = "telegram:810";
const typed = {
  goal: "Goalword",
  motivation: "Motiveword",
  otherNames: "Otherword",
  name: "Nameword",
  handle: "handleword",
};

async function remove(t: Plaza, subject: string): Promise<void> {
  await as(t, subject).mutation(api.users.softDelete, {});
  await settled(t);
  expect(await failedJobs(t)).toEqual([]);
}

/** Cards in a chat of either platform, for an application that is decided or waits. */
async function plazaWithCards() {
  const t = await plazaWithModerators();
  await makeChannel(t, { chatId: "-1", kinds: ["application"] });
  await makeChannel(t, { chatId: "22", platform: "discord", kinds: ["application"] });
  const application = await applyAs(t, wanda, typed);
  await sendAll(t);
  return { t, application };
}

async function sendAll(t: Plaza) {
  const sent = [
    ...(await makeBot(t, "telegram").sendAll()),
    ...(await makeBot(t, "discord").sendAll()),
  ];
  return sent.flatMap(({ payload, part, messageId }) =>
    payload.kind === "card" ? [{ payload, part, messageId }] : [],
  );
}

/** The edited cards: whether the platform's message is known, and what stands in it in both languages. */
async function editedCards(t: Plaza) {
  return (await sendAll(t)).map(({ payload, part, messageId }) => {
    const said = (["en", "es"] as const).map((locale) => {
      const { message } = renderDelivery(payload, { locale, timezone: "UTC" });
      return JSON.stringify(message);
    });
    return { isEdit: part.startsWith("edit"), hasMessage: messageId !== undefined, said };
  });
}

const leftWords = /Goalword|Motiveword|Otherword|Nameword|handleword|Reasonword/i;

/** What is wrong with the edits of both cards; nothing where the person is no longer in them. */
function wrongIn(cards: Awaited<ReturnType<typeof editedCards>>): string[] {
  const wrong = cards.length === 2 ? [] : [`${cards.length} cards`];
  for (const { isEdit, hasMessage, said } of cards) {
    if (!isEdit || !hasMessage) wrong.push("no edit of a sent message");
    if (!said[0]?.includes("deleted applicant")) wrong.push("not said in English");
    if (!said[1]?.includes("solicitante eliminado")) wrong.push("not said in Spanish");
    const left = leftWords.exec(said.join());
    if (left) wrong.push(`${left[0]} is left`);
    if (said.join().includes("approve|")) wrong.push("a button is left");
  }
  return wrong;
}

describe("the cards of a deleted applicant lose what they say about the person", () => {
  test("while the application waits", async () => {
    const { t } = await plazaWithCards();
    await remove(t, wanda);
    expect(wrongIn(await editedCards(t))).toEqual([]);
  });

  test.each(["approve", "reject"] as const)("after a decision (%s), and keep it", async (which) => {
    const { t, application } = await plazaWithCards();
    await decideAs(t, moderator, application._id, which, "Reasonword");
    await sendAll(t);
    await remove(t, wanda);
    const cards = await editedCards(t);
    expect(wrongIn(cards)).toEqual([]);
    const decision = which === "approve" ? "Approved" : "Rejected";
    for (const { said } of cards) expect(said[0]).toContain(decision);
    for (const { said } of cards) expect(said[0]).toContain("Name of telegram:801");
  });

  test("also when the decision is so old that its deliveries are gone", async () => {
    const { t, application } = await plazaWithCards();
    await decideAs(t, moderator, application._id, "reject", "code:fit");
    await sendAll(t);
    await pass(t, 200 * day);
    await t.mutation(internal.sweep.expired, { rule: "deliveries" });
    const cards = (await rows(t, "deliveries")).filter(({ task }) => task.kind === "card");
    expect(cards).toEqual([]);
    await remove(t, wanda);
    expect(wrongIn(await editedCards(t))).toEqual([]);
  });

  test("also in a chat that an admin has unsubscribed since", async () => {
    const { t, application } = await plazaWithCards();
    await decideAs(t, moderator, application._id);
    await sendAll(t);
    for (const where of [
      { platform: "telegram", chatId: "-1" },
      { platform: "discord", chatId: "22" },
    ] as const)
      await as(t, admin).mutation(api.channels.unsubscribe, where);
    await remove(t, wanda);
    expect(wrongIn(await editedCards(t))).toEqual([]);
  });

  test("also of an account that stays blocked", async () => {
    const { t, application } = await plazaWithCards();
    await decideAs(t, moderator, application._id);
    await sendAll(t);
    await as(t, admin).mutation(api.users.setStatus, { userId: application.userId, event: "ban" });
    await remove(t, wanda);
    expect(wrongIn(await editedCards(t))).toEqual([]);
  });

  test("a card that nobody was sent is not sent now", async () => {
    const t = await plazaWithModerators();
    await makeChannel(t, { chatId: "-1", kinds: ["application"] });
    await applyAs(t, wanda, typed);
    await remove(t, wanda);
    expect(await editedCards(t)).toEqual([]);
  });
});

test("no table keeps what somebody typed, or what a moderator typed about them", async () => {
  const { t, application } = await plazaWithCards();
  await decideAs(t, moderator, application._id, "reject", "Reasonword: too short");
  await sendAll(t);
  await as(t, wanda).mutation(api.users.update, { bio: "Bioword", displayName: "Nameword" });
  await remove(t, wanda);
  await pass(t, 10 * 60_000);
  for (const [table, kept] of Object.entries(await everything(t)))
    expect([table, JSON.stringify(kept).match(/[a-z]+word/gi) ?? []]).toEqual([table, []]);
  const [left] = await rows(t, "applications");
  expect(left).toMatchObject({ status: "rejected", reviewerName: "Name of telegram:801" });
});

test("a reason of the menu stays: it is part of the decision", async () => {
  const { t, application } = await plazaWithCards();
  await decideAs(t, moderator, application._id, "reject", "code:unclear");
  await remove(t, wanda);
  expect((await rows(t, "applications"))[0]?.reason).toBe("code:unclear");
});

test("the name of a deleted moderator goes from what they decided, and the decision stays", async () => {
  const { t, application } = await plazaWithCards();
  await decideAs(t, moderator, application._id);
  await remove(t, moderator);
  const [kept] = await rows(t, "applications");
  expect(kept).toMatchObject({ status: "approved", name: "Nameword" });
  expect(kept?.reviewerName).toBeUndefined();
});

describe("the Stripe customer of somebody who has left", () => {
  async function refund(t: Plaza, customer: string, refunded: number): Promise<void> {
    const charge = {
      id: `ch_${customer.slice(4)}`,
      object: "charge",
      customer,
      amount: 500,
      currency: "usd",
    };
    const object = { ...charge, amount_captured: 500, amount_refunded: refunded };
    const read = readStripeEvent(JSON.parse(event("charge.refunded", object)));
    if (!read) throw new Error("the event was not read");
    await t.mutation(internal.giving.takeEvent, { event: read });
    await settled(t);
  }

  async function plazaWithGiver() {
    const t = startPlaza();
    await makeCharity(t, { name: "Soup", urgency: 80, gap: 100_000 });
    await pay(t, await makeGiver(t, 31));
    await pay(t, await makeGiver(t, 32));
    return t;
  }

  test("stands nowhere, and a later refund still finds the payment", async () => {
    const t = await plazaWithGiver();
    await refund(t, "cus_31", 100);
    await remove(t, "telegram:31");
    expect(JSON.stringify(await everything(t))).not.toContain("cus_31");
    await refund(t, "cus_31", 300);
    expect(JSON.stringify(await everything(t))).not.toContain("cus_31");
    // Both refunds are of one charge: three dollars in all.
    expect((await balances(t)).held).toBe(1000 - 300);
    // The other giver is as before.
    await refund(t, "cus_32", 300);
    expect((await balances(t)).held).toBe(1000 - 600);
    expect(JSON.stringify(await rows(t, "subscriptions"))).toContain("cus_32");
  });
});
