import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { ana, setUp } from "../../support/emulators/privy.ts";

test("The library believes a token, and says whose it is", async () => {
  const { privy, client } = await setUp();
  const { id } = await ana(privy);
  const claims = await client.verifyAuthToken(await privy.tokenFor(id));
  expect(claims).toMatchObject({ userId: id, appId: privy.appId, issuer: "privy.io" });
  expect(claims.expiration - claims.issuedAt).toBe(3600);
  expect(claims.sessionId).toBeTruthy();
});

test("An expired token, and one for another app, are not believed", async () => {
  const { privy, client } = await setUp();
  const { id } = await ana(privy);
  const expired = privy.tokenFor(id, { expired: true });
  await expect(client.verifyAuthToken(await expired)).rejects.toMatchObject({
    code: "ERR_JWT_EXPIRED",
  });
  const foreign = privy.tokenFor(id, { audience: "another-app" });
  await expect(client.verifyAuthToken(await foreign)).rejects.toMatchObject({ claim: "aud" });
});

test("A token ends an hour after the emulator's own clock", async () => {
  const { privy, client, clock } = await setUp();
  const { id } = await ana(privy);
  clock.movedMs = -3_700_000;
  await expect(client.verifyAuthToken(await privy.tokenFor(id))).rejects.toThrow(/exp/);
});

test("The key set is public and has the key that the token names", async () => {
  const { privy } = await setUp();
  const { id } = await ana(privy);
  const token = await privy.tokenFor(id);
  const { kid, alg } = decodeProtectedHeader(token);
  expect(alg).toBe("ES256");
  const address = new URL(`${privy.url}/api/v1/apps/${privy.appId}/jwks.json`);
  const { keys } = (await (await fetch(address)).json()) as { keys: Record<string, unknown>[] };
  expect(keys).toMatchObject([{ kid, alg: "ES256", use: "sig" }]);
  expect(keys[0]).not.toHaveProperty("d");
  const { payload } = await jwtVerify(token, createRemoteJWKSet(address), {
    issuer: "privy.io",
    audience: privy.appId,
  });
  expect(payload.sub).toBe(id);
});

test("A token of another Privy is not believed", async () => {
  const [ours, theirs] = [await setUp(), await setUp()];
  const token = await theirs.privy.tokenFor("did:privy:x", { audience: ours.privy.appId });
  await expect(ours.client.verifyAuthToken(token)).rejects.toThrow(/signature/);
});
