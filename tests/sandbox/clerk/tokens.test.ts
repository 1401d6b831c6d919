import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { createTokenVerifier } from "../../../bots/sandbox/convex/identity.ts";
import { MIA, setUp } from "../../support/emulators/clerk.ts";

/** Our own Convex host's verifier, told of the issuer as auth.config.ts tells it. */
async function convexFor(issuer: string, now: () => number = Date.now) {
  const functionsDirectory = await mkdtemp(join(tmpdir(), "clerk-"));
  onTestFinished(() => rm(functionsDirectory, { recursive: true }));
  const provider = JSON.stringify({ domain: issuer, applicationID: "convex" });
  const config = `export default { providers: [${provider}] };`;
  await writeFile(join(functionsDirectory, "auth.config.js"), config);
  return await createTokenVerifier({ functionsDirectory, now, fetch });
}

test("Convex believes a token by its issuer's own discovery", async () => {
  const { clerk } = await setUp();
  const { user } = await clerk.send("created", MIA);
  const verify = await convexFor(clerk.url);
  expect(await verify(await clerk.tokenFor(user.id))).toMatchObject({
    ok: true,
    identity: {
      subject: user.id,
      issuer: clerk.url,
      email: "mia@example.com",
      emailVerified: true,
      name: "Mia Fischer",
    },
  });
});

test("An expired token, one for somebody else and one of another Clerk are not believed", async () => {
  const [ours, theirs] = [await setUp(), await setUp()];
  const verify = await convexFor(ours.clerk.url);
  const expired = await ours.clerk.tokenFor("user_1", { expired: true });
  expect(await verify(expired)).toMatchObject({ ok: false, code: "Unauthenticated" });
  const elsewhere = await ours.clerk.tokenFor("user_1", { audience: "another" });
  expect(await verify(elsewhere)).toMatchObject({ ok: false, code: "NoAuthProvider" });
  const foreign = await theirs.clerk.tokenFor("user_1");
  expect(await verify(foreign)).toMatchObject({ ok: false, code: "NoAuthProvider" });
});

test("A token lives a minute by the emulator's own clock", async () => {
  const { clerk, clock } = await setUp();
  clock.movedMs = 3_600_000;
  const token = await clerk.tokenFor("user_1");
  const { iat = 0, exp = 0 } = decodeJwt(token);
  expect(exp - iat).toBe(60);
  const now = () => Date.now() + clock.movedMs;
  expect(await (await convexFor(clerk.url, now))(token)).toMatchObject({ ok: true });
  expect(await (await convexFor(clerk.url))(token)).toMatchObject({ ok: false });
});

test("Only the public halves of keys are shown", async () => {
  const { clerk } = await setUp();
  const { keys } = (await (await fetch(`${clerk.url}/.well-known/jwks.json`)).json()) as {
    keys: object[];
  };
  expect(keys).toMatchObject([{ kty: "RSA", alg: "RS256", use: "sig" }]);
  expect(keys[0]).not.toHaveProperty("d");
  expect((await fetch(`${clerk.url}/v1/users`)).status).toBe(404);
});
