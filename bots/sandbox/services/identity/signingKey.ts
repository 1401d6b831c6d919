import { randomBytes } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** A provider's key: what it signs with, and what it shows of it. */
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
