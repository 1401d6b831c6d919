import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import {
  addCharity,
  admin,
  approvedCharity,
  form,
  plazaWithAdmins,
} from "../support/convex/charities.ts";
import { owed } from "../support/convex/applications.ts";
import {
  as,
  failedJobs,
  leo,
  makeBot,
  makeChannel,
  type Plaza,
  rows,
  settled,
} from "../support/convex/plaza.ts";

// The review cards of charities, in every chat that is subscribed to them.

async function cards(t: Plaza): Promise<string[]> {
  return (await owed(t, "charity")).map(({ part, state }) => `${part} ${state}`);
}

async function sent(t: Plaza) {
  return (await makeBot(t).sendAll()).flatMap(({ payload, part, messageId }) =>
    payload.kind === "charity" ? [{ ...payload.charity, part, messageId }] : [],
  );
}

test("a card is enqueued once for every active chat subscribed to charities, and no other", async () => {
  const t = await plazaWithAdmins();
  const wants = [
    await makeChannel(t, { chatId: "-1", kinds: ["charity"] }),
    await makeChannel(t, { chatId: "2", platform: "discord", kinds: ["new", "charity"] }),
  ];
  await makeChannel(t, { chatId: "-3" });
  await makeChannel(t, { chatId: "-4", kinds: ["application"] });
  const charityId = await addCharity(t);
  await t.mutation(internal.charities.fanOut, { charityId, cursor: null });
  const made = await owed(t, "charity");
  expect(made.map(({ destination }) => destination)).toEqual(wants);
  expect(made.map(({ subjectKey }) => subjectKey)).toEqual([
    `charity:${charityId}`,
    `charity:${charityId}`,
  ]);
});

test("a card has the charity's fields without notes and email address", async () => {
  const t = await plazaWithAdmins();
  await makeChannel(t, { chatId: "-1", kinds: ["charity"] });
  const secrets = { contactEmail: "casa@example.org", adminNotes: "Ask twice" };
  const { charity } = await as(t, leo).mutation(api.charities.createCharity, form(secrets));
  const need = { charityId: charity._id, urgencyScore: 80, fundingGap: 1200, category: "food" };
  await as(t, leo).mutation(api.needs.createNeed, need);
  await settled(t);
  const [card, ...others] = await sent(t);
  expect(others).toEqual([]);
  expect(card).toMatchObject({
    name: "Casa Azul",
    needs: [{ urgencyScore: 80, category: "food" }],
  });
  expect(JSON.stringify(card)).not.toMatch(/casa@|Ask twice/);
});

describe("a card that was sent is edited", () => {
  async function withCard() {
    const t = await plazaWithAdmins();
    await makeChannel(t, { chatId: "-1", kinds: ["charity"] });
    const charityId = await addCharity(t);
    const [first] = await sent(t);
    expect(first).toMatchObject({ part: "message", verificationStatus: "pending" });
    return { t, charityId };
  }

  test("after a decision: it shows the reviewer, the decision and the reason", async () => {
    const { t, charityId } = await withCard();
    const reason = "code:charity-double";
    await as(t, admin).mutation(api.charities.rejectCharity, { charityId, reason });
    expect(await sent(t)).toMatchObject([
      { part: "edit-2", verificationStatus: "rejected", reason, reviewerName: `Name of ${admin}` },
    ]);
  });

  test("after an edit, and after a change of needs while the charity is pending", async () => {
    const { t, charityId } = await withCard();
    const changes = { name: "Casa Verde" };
    await as(t, admin).mutation(api.charities.updateCharity, { charityId, changes });
    const need = { charityId, urgencyScore: 80, fundingGap: 1200, category: "food" };
    await as(t, admin).mutation(api.needs.createNeed, need);
    // Of two pending edits only the newer one is delivered.
    expect(await sent(t)).toMatchObject([{ part: "edit-3", name: "Casa Verde", needs: [{}] }]);
  });

  test("but not after a change of a decided charity's needs", async () => {
    const { t, charityId } = await withCard();
    await as(t, admin).mutation(api.charities.approveCharity, { charityId });
    await sent(t);
    const need = { charityId, urgencyScore: 80, fundingGap: 1200, category: "food" };
    await as(t, admin).mutation(api.needs.createNeed, need);
    expect(await sent(t)).toEqual([]);
  });
});

test("no card is sent for a charity that is decided before", async () => {
  const t = await plazaWithAdmins();
  await makeChannel(t, { chatId: "-1", kinds: ["charity"] });
  await approvedCharity(t);
  expect(await sent(t)).toEqual([]);
  expect(await cards(t)).toEqual(["message suppressed"]);
});

test("a chat that subscribes later gets the pending charities' cards, once", async () => {
  const t = await plazaWithAdmins();
  await addCharity(t);
  await approvedCharity(t, { name: "Decided" });
  for (const _again of [1, 2]) await makeChannel(t, { chatId: "-1", kinds: ["charity"] });
  expect(await sent(t)).toMatchObject([{ name: "Casa Azul" }]);
  await makeChannel(t, { chatId: "-1", kinds: ["new"] });
  await makeChannel(t, { chatId: "-1", kinds: ["charity", "new"] });
  expect(await sent(t)).toEqual([]);
});

test("more chats than fit in one transaction get the card once, and each is edited once", async () => {
  const t = await plazaWithAdmins();
  await t.run(async ({ db }) => {
    for (let number = 0; number < 260; number++)
      await db.insert("channels", {
        ...({ platform: "discord", chatId: `${number}`, title: "Deciders", isOn: true } as const),
        kinds: number % 2 === 0 ? ["charity"] : ["new"],
        ...({ locale: "en", timezone: "UTC", reminders: [], changedAt: 0 } as const),
      });
  });
  const charityId = await addCharity(t);
  expect(await cards(t)).toEqual(Array.from({ length: 130 }, () => "message pending"));
  await t.run(async ({ db }) => {
    for (const { _id } of await db.query("deliveries").collect())
      await db.patch("deliveries", _id, { state: "sent", isOpen: false, messageId: `m-${_id}` });
  });
  await as(t, admin).mutation(api.charities.approveCharity, { charityId });
  await settled(t);
  expect(await failedJobs(t)).toEqual([]);
  const edits = (await rows(t, "deliveries")).filter(({ part }) => part === "edit-2");
  expect(new Set(edits.map(({ destination }) => destination)).size).toBe(130);
  expect(edits).toHaveLength(130);
});
