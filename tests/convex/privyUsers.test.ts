import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import {
  asPrivy,
  makePerson,
  plazaWithPrivy,
  refused,
  userWith,
} from "../support/convex/people.ts";
import {
  as,
  begin,
  hour,
  identity,
  pass,
  rows,
  settled,
  startPlaza,
} from "../support/convex/plaza.ts";

const did = "did:privy:mia";

test("a first sign-in makes a user and a profile, and takes over what Privy has verified", async () => {
  const { t, privy } = await plazaWithPrivy();
  await privy.putUser({
    id: did,
    accounts: [
      { type: "email", address: "Mia@example.com" },
      { type: "wallet", address: "0xA1", chain_type: "ethereum", wallet_client_type: "privy" },
      { type: "wallet", address: "0xB2", chain_type: "ethereum", wallet_client_type: "metamask" },
    ],
  });
  const userId = await asPrivy(t, did).mutation(api.auth.createUserFromPrivy, {});
  await settled(t);
  expect(await rows(t, "users")).toMatchObject([
    {
      _id: userId,
      privyDid: did,
      accountStatus: "incomplete",
      role: "member",
      email: "mia@example.com",
      appWallet: "0xA1",
      extWallet: "0xB2",
    },
  ]);
  expect(await rows(t, "profiles")).toMatchObject([{ userId }]);
});

test("repeating it changes nothing but the last login, once an hour", async () => {
  const { t, privy } = await plazaWithPrivy();
  privy.fault({ kind: "500", count: 1 });
  const signIn = async () => await asPrivy(t, did).mutation(api.auth.createUserFromPrivy, {});
  const userId = await signIn();
  await settled(t);
  await pass(t, hour);
  expect(await signIn()).toBe(userId);
  expect(await userWith(t, did)).toMatchObject({ lastLoginAt: begin });
  await pass(t, 1);
  await signIn();
  expect(await userWith(t, did)).toMatchObject({ lastLoginAt: begin + hour + 1 });
  expect(await rows(t, "users")).toHaveLength(1);
  expect(await rows(t, "profiles")).toHaveLength(1);
  expect((await rows(t, "auditLog")).map(({ action }) => action)).toEqual(["created"]);
});

test.each(["suspended", "banned"] as const)("who is %s stays so", async (accountStatus) => {
  const { t } = await plazaWithPrivy();
  vi.stubEnv("ADMIN_PRIVY_DIDS", did);
  await makePerson(t, { privyDid: did, accountStatus });
  await asPrivy(t, did).mutation(api.auth.createUserFromPrivy, {});
  expect(await userWith(t, did)).toMatchObject({ accountStatus, role: "member" });
});

test("an admin of the configuration is one at the first sign-in, and once only", async () => {
  const { t } = await plazaWithPrivy();
  vi.stubEnv("ADMIN_PRIVY_DIDS", `did:privy:else, ${did}`);
  const signIn = async () => await asPrivy(t, did).mutation(api.auth.createUserFromPrivy, {});
  const userId = await signIn();
  const { role, accountStatus } = (await userWith(t, did)) ?? {};
  expect({ role, accountStatus }).toEqual({ role: "admin", accountStatus: "active" });
  expect(await rows(t, "profiles")).toHaveLength(1);
  await t.run((ctx) => ctx.db.patch("users", userId, { role: "member" }));
  await signIn();
  expect(await userWith(t, did)).toMatchObject({ role: "member" });
});

test("it is for those whom Privy has signed in, of this app alone", async () => {
  const { t } = await plazaWithPrivy();
  const foreign = t.withIdentity(identity(did, "https://elsewhere.example"));
  for (const caller of [t, as(t, "telegram:77"), as(t, "bot:telegram"), foreign])
    expect(await refused(caller.mutation(api.auth.createUserFromPrivy, {}))).toBe("not-signed-in");
  const bare = startPlaza();
  vi.stubEnv("IDENTITY_PROVIDERS", "none");
  expect(await refused(asPrivy(bare, did).mutation(api.auth.createUserFromPrivy, {}))).toBe(
    "not-signed-in",
  );
});
