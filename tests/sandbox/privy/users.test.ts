import { PrivyClient } from "@privy-io/server-auth";
import { request } from "node:http";
import { expect, test } from "vitest";
import { ana, fromPage, setUp } from "../../support/emulators/privy.ts";

test("The library finds a user by each account, with all that is linked", async () => {
  const { privy, client } = await setUp();
  const { id, createdAt } = await ana(privy);
  const found = await client.getUserByTelegramUserId("1001");
  expect(found).toMatchObject({
    id,
    createdAt: new Date(Math.floor(createdAt / 1000) * 1000),
    isGuest: false,
    email: { address: "ana@example.com" },
    telegram: { telegramUserId: "1001", username: "ana" },
    discord: { subject: "900000000000001001", username: "ana#0", email: null },
    wallet: { address: "0xA11CE", chainType: "ethereum" },
  });
  expect(found?.linkedAccounts).toHaveLength(4);
  expect(await client.getUserByDiscordUsername("ana#0")).toEqual(found);
  expect(await client.getUserByEmail("Ana@Example.com")).toEqual(found);
  expect(await client.getUserByWalletAddress("0xa11ce")).toEqual(found);
  expect(await client.getUserByTelegramUsername("ana")).toEqual(found);
  expect(await client.getUserById(id)).toEqual(found);
});

test("A wallet that Privy keeps is told from the user's own", async () => {
  const { privy, client } = await setUp();
  const wallet = { type: "wallet", chain_type: "ethereum" } as const;
  const { id } = await privy.putUser({
    accounts: [
      { ...wallet, address: "0xA", wallet_client_type: "metamask" },
      { ...wallet, address: "0xB", wallet_client_type: "privy" },
    ],
  });
  expect((await client.getUserById(id)).linkedAccounts).toMatchObject([
    { address: "0xA", walletClientType: "metamask" },
    { address: "0xB", walletClientType: "privy", connectorType: "embedded", hdWalletIndex: 0 },
  ]);
});

test("Nobody is null for a lookup, and an error of status 404 for an id", async () => {
  const { privy, client } = await setUp();
  await ana(privy);
  expect(await client.getUserByTelegramUserId("1")).toBeNull();
  expect(await client.getUserByTelegramUserId("ana")).toBeNull();
  expect(await client.getUserByDiscordUsername("ana")).toBeNull();
  expect(await client.getUserByEmail("leo@example.com")).toBeNull();
  await expect(client.getUserById("did:privy:nobody")).rejects.toMatchObject({ status: 404 });
});

test("A wrong secret or another app's id is refused, and nothing is told", async () => {
  const { privy } = await setUp();
  const { id } = await ana(privy);
  const { appId, appSecret, url: apiURL } = privy;
  const pairs = [
    [appId, "wrong"],
    [appId, `${appSecret}x`],
    ["another", appSecret],
  ] as const;
  for (const [app, secret] of pairs) {
    const client = new PrivyClient(app, secret, { apiURL });
    await expect(client.getUserByTelegramUserId("1001")).rejects.toMatchObject({ status: 401 });
    await expect(client.getUserById(id)).rejects.toMatchObject({ status: 401 });
    await expect(client.deleteUser(id)).rejects.toMatchObject({ status: 401 });
  }
  expect(privy.users()).toHaveLength(1);
});

test("An account belongs to one user at most", async () => {
  const { privy } = await setUp();
  await ana(privy);
  const leo = await privy.putUser({ accounts: [{ type: "email", address: "leo@example.com" }] });
  const taken = { type: "telegram", telegram_user_id: "1001" } as const;
  await expect(privy.link(leo.id, taken)).rejects.toThrow(/is linked/);
  await expect(privy.putUser({ accounts: [taken] })).rejects.toThrow(/is linked/);
});

test("The only account of a user is not unlinked", async () => {
  const { privy, client } = await setUp();
  const account = { type: "email", address: "leo@example.com" } as const;
  const leo = await privy.putUser({ accounts: [account] });
  await expect(privy.unlink(leo.id, account)).rejects.toThrow(/all that/);
  expect(await client.getUserByEmail("leo@example.com")).not.toBeNull();
});

test("Who is deleted through the library is gone", async () => {
  const { privy, client } = await setUp();
  const { id } = await ana(privy);
  await client.deleteUser(id);
  expect(await client.getUserByTelegramUserId("1001")).toBeNull();
  expect(privy.deliveries().map(({ type }) => type)).toEqual(["user.created", "user.deleted"]);
});

test("A fault meets as many requests as it says, of the path it says", async () => {
  const { privy, client } = await setUp();
  const { id } = await ana(privy);
  privy.fault({ kind: "500", count: 1, only: "telegram" });
  await expect(client.getUserByTelegramUserId("1001")).rejects.toMatchObject({ status: 500 });
  privy.fault({ kind: "429", count: 1 });
  privy.fault({ kind: "drop", count: 1 });
  expect(privy.faults()).toHaveLength(2);
  await expect(client.getUserById(id)).rejects.toMatchObject({ status: 429 });
  await expect(client.getUserById(id)).rejects.toThrow(/fetch/i);
  privy.fault({ kind: "broken", count: 1, only: "telegram" });
  expect((await client.getUserById(id)).id).toBe(id);
  expect(privy.faults()).toHaveLength(1);
});

test("A name that some web page had resolved to this machine is not served", async () => {
  const { privy } = await setUp();
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${privy.url}/inbox.json`, { headers: { host: "evil.example" } });
    asked.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
    asked.end();
  });
  expect(status).toBe(421);
});

test("Listeners hear of every change until they stop", async () => {
  const { privy } = await setUp();
  let heard = 0;
  const stop = privy.onChange(() => (heard += 1));
  await ana(privy);
  expect(heard).toBeGreaterThan(0);
  stop();
  const before = heard;
  await privy.putUser({ accounts: [{ type: "email", address: "leo@example.com" }] });
  expect(heard).toBe(before);
});

test("Of what is only remembered, the oldest is forgotten", async () => {
  const { privy } = await setUp();
  for (let number = 0; number < 210; number += 1) {
    const address = `${number}@example.com`;
    await privy.putUser({ accounts: [{ type: "email", address }] });
    await fromPage(privy, "init", { email: address });
  }
  expect(privy.deliveries()).toHaveLength(200);
  expect(privy.mails()).toHaveLength(100);
  expect(privy.mails()[0]?.to).toBe("209@example.com");
  expect(privy.deliveries().at(-1)?.body).toContain("209@example.com");
});
