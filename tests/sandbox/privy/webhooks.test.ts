import { expect, test } from "vitest";
import { receiver } from "../../support/emulators/webhookReceiver.ts";
import { ana, setUp } from "../../support/emulators/privy.ts";

const TELEGRAM = { type: "telegram", telegram_user_id: "1001" } as const;
const LEO = { type: "email", address: "leo@example.com" } as const;

/** Ana at a Privy whose webhooks are received. */
async function told() {
  const { privy, client, clock } = await setUp();
  const { url, received } = await receiver(privy.webhookSecret);
  privy.sendTo(url);
  const { id } = await ana(privy);
  return { privy, client, clock, received, id };
}

test("Linking and unlinking are told, with the user as it is afterwards", async () => {
  const { privy, client, received, id } = await told();
  await privy.unlink(id, TELEGRAM);
  expect(await client.getUserByTelegramUserId("1001")).toBeNull();
  await privy.link(id, { ...TELEGRAM, username: "ana" });
  expect(await client.getUserByTelegramUserId("1001")).toMatchObject({ id });
  expect(received.map(({ verdict, event }) => [event["type"], verdict])).toEqual([
    ["user.created", "believed"],
    ["user.unlinked_account", "believed"],
    ["user.linked_account", "believed"],
  ]);
  const [, unlinked, linked] = received;
  expect(unlinked?.event).toMatchObject({ user: { id }, account: TELEGRAM });
  expect(unlinked?.event).not.toMatchObject({ user: { linked_accounts: [{}, {}, {}, {}] } });
  expect(linked?.event).toMatchObject({ user: { linked_accounts: [{}, {}, {}, TELEGRAM] } });
});

test("A transfer names the winner and the account, and the loser is deleted", async () => {
  const { privy, client, received, id } = await told();
  const leo = await privy.putUser({ accounts: [LEO] });
  await privy.transfer(leo.id, id, LEO);
  expect(received[2]?.event).toMatchObject({
    type: "user.transferred_account",
    fromUser: { id: leo.id },
    toUser: { id },
    account: LEO,
    deletedUser: true,
  });
  expect(received[3]?.event).toMatchObject({ type: "user.deleted", user: { id: leo.id } });
  expect(await client.getUserByEmail("leo@example.com")).toMatchObject({ id });
  await expect(client.getUserById(leo.id)).rejects.toMatchObject({ status: 404 });
});

test("Who has other accounts too loses none by a transfer", async () => {
  const { privy, id } = await told();
  const leo = await privy.putUser({ accounts: [LEO] });
  await expect(privy.transfer(id, leo.id, TELEGRAM)).rejects.toThrow(/more than/);
  await expect(privy.transfer(leo.id, leo.id, LEO)).rejects.toThrow(/somebody else/);
});

test("Sent again it is the same event, signed anew", async () => {
  const { privy, received } = await told();
  const [first] = privy.deliveries();
  await privy.resend(first?.id ?? "", { times: 2 });
  expect(received.map(({ id, verdict }) => [id, verdict])).toEqual([
    [first?.id, "believed"],
    [first?.id, "believed"],
    [first?.id, "believed"],
  ]);
  await expect(privy.resend("msg_unknown")).rejects.toThrow(/msg_unknown/);
});

test("An altered, a wrongly signed, a late and an early one are not believed", async () => {
  const { privy, received, id } = await told();
  await privy.unlink(id, TELEGRAM, { altered: true });
  await privy.link(id, TELEGRAM, { wrongSecret: true });
  await privy.unlink(id, TELEGRAM, { lateMs: 6 * 60_000 });
  await privy.link(id, TELEGRAM, { lateMs: -6 * 60_000 });
  await privy.unlink(id, TELEGRAM, { lateMs: 4 * 60_000 });
  expect(received.slice(1).map(({ verdict }) => verdict)).toEqual([
    "No matching signature found",
    "No matching signature found",
    "Message timestamp too old",
    "Message timestamp too new",
    "believed",
  ]);
  expect(privy.deliveries().map(({ attempts }) => attempts[0]?.status)).toEqual([
    200, 400, 400, 400, 400, 200,
  ]);
});

test("Times are the emulator's own", async () => {
  const { privy, clock, received, id } = await told();
  clock.movedMs = 3_600_000;
  await privy.unlink(id, TELEGRAM);
  expect(received[1]?.verdict).toBe("Message timestamp too new");
});

test("What was held back comes in the order that was asked for", async () => {
  const { privy, received, id } = await told();
  privy.hold();
  await privy.unlink(id, TELEGRAM);
  await privy.link(id, TELEGRAM);
  expect(received).toHaveLength(1);
  await privy.release("newest-first");
  expect(received.slice(1).map(({ event }) => event["type"])).toEqual([
    "user.linked_account",
    "user.unlinked_account",
  ]);
});

test("A receiver that is not there is written down as no answer", async () => {
  const { privy } = await setUp();
  await ana(privy);
  expect(privy.deliveries()[0]?.attempts).toEqual([]);
  // Nobody listens on the port of discarded packets.
  privy.sendTo("http://127.0.0.1:9/webhooks");
  await privy.resend(privy.deliveries()[0]?.id ?? "");
  expect(privy.deliveries()[0]?.attempts).toMatchObject([{ status: 0 }]);
});
