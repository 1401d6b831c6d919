import { randomBytes } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { Webhook } from "standardwebhooks";
import type { Sign } from "./webhooks.ts";

/** An identity provider's key pair, with the public half as providers publish it. */
export type SigningKey = {
  jwks: { keys: object[] };
  /** The public half as PEM. */
  spki: string;
  sign(claims: JWTPayload): Promise<string>;
};

/** Makes a key for one run. */
export async function makeSigningKey(alg: "ES256" | "RS256"): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomBytes(12).toString("base64url");
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: "sig" }] },
    spki: await exportSPKI(publicKey),
    sign: async (claims) =>
      await new SignJWT(claims).setProtectedHeader({ alg, kid, typ: "JWT" }).sign(privateKey),
  };
}

type Signed = { id: string; at: number; body: string; secret: string };

/**
 * Svix's three signature headers. See
 * https://docs.svix.com/receiving/verifying-payloads/how-manual.
 */
function signWebhook({ id, at, body, secret }: Signed): Record<string, string> {
  return {
    "svix-id": id,
    "svix-timestamp": String(Math.floor(at / 1000)),
    "svix-signature": new Webhook(secret).sign(id, new Date(at), body),
  };
}

/** A signing secret in the form that the dashboards show. */
export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}

/** Signs as Svix does for Privy and Clerk. */
export function svixSigner(secret: string): Sign {
  return ({ isForged, ...event }) =>
    signWebhook({ ...event, secret: isForged ? makeWebhookSecret() : secret });
}
