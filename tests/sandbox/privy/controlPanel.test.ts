import { PrivyClient } from "@privy-io/server-auth";
import { onTestFinished, expect, test } from "vitest";
import { people } from "../../../bots/sandbox/server/fixtureUsers.ts";
import {
  doIdentity,
  identityState,
  identityAction,
  startIdentity,
} from "../../../bots/sandbox/server/identity.ts";
import { receiver } from "../../support/emulators/webhookReceiver.ts";

/** Both providers as the sandbox starts them, and what a script sends to its control panel. */
async function setUp() {
  const identity = await startIdentity(Date.now);
  onTestFinished(() => identity.close());
  const { PRIVY_APP_ID, PRIVY_APP_SECRET, PRIVY_API_URL } = identity.environment;
  const client = new PrivyClient(PRIVY_APP_ID, PRIVY_APP_SECRET, { apiURL: PRIVY_API_URL });
  const action = async (asked: object) => await doIdentity(identity, identityAction.parse(asked));
  return { identity, client, action };
}

const [ana, leo, mia] = people;

test("Ana and Mia are found by their chats, Leo by his address alone", async () => {
  const { client } = await setUp();
  const byTelegram = (id = 0) => client.getUserByTelegramUserId(String(id));
  expect(await byTelegram(ana?.telegramId)).toMatchObject({ email: { address: ana?.email } });
  expect(await byTelegram(mia?.telegramId)).toMatchObject({ id: "did:privy:mia" });
  expect(await byTelegram(leo?.telegramId)).toBeNull();
  expect(await client.getUserByEmail(leo?.email ?? "")).toMatchObject({ id: "did:privy:leo" });
  expect(await client.getUserByDiscordUsername("mia#0")).toMatchObject({
    id: "did:privy:mia",
    discord: { subject: mia?.discordId },
  });
  expect(await client.getUserByDiscordUsername("ana#0")).toBeNull();
});

test("Webhooks go to the site, which may sign people in", async () => {
  const { identity } = await setUp();
  const { url, received } = await receiver(identity.privy.webhookSecret);
  const site = new URL(url).origin;
  identity.reach(site);
  const asked = await fetch(`${identity.privy.url}/api/v1/passwordless/init`, {
    method: "POST",
    headers: { "privy-app-id": identity.privy.appId, origin: site },
    body: JSON.stringify({ email: leo?.email }),
  });
  expect(asked.status).toBe(200);
  expect(identity.privy.mails()).toMatchObject([{ to: leo?.email }]);
  await identity.privy.removeUser("did:privy:leo");
  await identity.clerk.send("created", {});
  expect(received.map(({ path }) => path)).toEqual(["/webhooks/privy", "/webhooks/clerk"]);
});

test("A script does at Privy what people do there, and breaks it on the way", async () => {
  const { identity, client, action } = await setUp();
  const { url, received } = await receiver(identity.privy.webhookSecret);
  identity.privy.sendTo(url);
  const account = { type: "telegram", telegram_user_id: String(ana?.telegramId) };
  const user = "did:privy:ana";
  await action({ do: "privy", unlink: { user, account }, times: 2 });
  expect(await client.getUserByTelegramUserId(account.telegram_user_id)).toBeNull();
  await action({ do: "privy", link: { user, account }, late: "10m" });
  const discord = { type: "discord_oauth", subject: "9", username: "zoe#0" };
  const zoe = (await action({ do: "privy", put: { accounts: [discord] }, altered: true })) as {
    id: string;
  };
  await action({ do: "privy", transfer: { from: zoe.id, to: user, account: discord } });
  await action({ do: "privy", remove: "did:privy:leo", wrongSecret: true });
  expect(received.map(({ event, verdict }) => [event["type"], verdict])).toEqual([
    ["user.unlinked_account", "believed"],
    ["user.unlinked_account", "believed"],
    ["user.linked_account", "Message timestamp too old"],
    ["user.created", "No matching signature found"],
    ["user.transferred_account", "believed"],
    ["user.deleted", "believed"],
    ["user.deleted", "No matching signature found"],
  ]);
  expect(identity.privy.users().map(({ id }) => id)).toEqual([user, "did:privy:mia"]);
});

test("A script sends Clerk's webhooks, again and in another order", async () => {
  const { identity, action } = await setUp();
  const { url, received } = await receiver(identity.clerk.webhookSecret);
  identity.clerk.sendTo(url);
  await action({ do: "clerk", hold: true });
  const user = { emails: [{ address: "mia@example.com" }], firstName: "Mia" };
  const { id } = (await action({ do: "clerk", send: "created", user })) as { id: string };
  await action({ do: "clerk", send: "updated", user: { id, firstName: null } });
  await action({ do: "clerk", release: "newest-first" });
  await action({ do: "clerk", send: "deleted", user: { id } });
  await action({ do: "clerk", resend: received[0]?.id });
  expect(received.map(({ event }) => event["type"])).toEqual([
    "user.updated",
    "user.created",
    "user.deleted",
    "user.updated",
  ]);
});

test("Privy fails when it is told to", async () => {
  const { client, action } = await setUp();
  await action({ do: "fault", platform: "privy", kind: "500", count: 1, only: "/users/" });
  await expect(client.getUserById("did:privy:ana")).rejects.toMatchObject({ status: 500 });
  expect(await client.getUserById("did:privy:ana")).toMatchObject({ id: "did:privy:ana" });
});

test("What is no action is refused, one without a user or of an unknown kind", () => {
  const account = { type: "email", address: "leo@example.com" };
  for (const asked of [
    { do: "privy", unlink: { user: "leo", account } },
    { do: "privy", put: { accounts: [] } },
    { do: "privy", put: { accounts: [{ type: "fax", number: "1" }] } },
    { do: "clerk", send: "renamed", user: {} },
    { do: "clerk", put: { accounts: [account] } },
  ]) {
    expect(identityAction.safeParse(asked).success).toBe(false);
  }
});

test("The control panel shows users, codes and deliveries, and no secret", async () => {
  const { identity } = await setUp();
  const shown = JSON.stringify(identityState(identity));
  expect(shown).toContain("mia@example.com");
  expect(shown).toContain("user.created");
  const { privy, clerk } = identity;
  for (const secret of [privy.appSecret, privy.webhookSecret, clerk.webhookSecret]) {
    expect(shown).not.toContain(secret);
  }
});
