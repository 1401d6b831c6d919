import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";

/** The secrets of a deployment, as the values of the variables that hold them. */
export type Keys = {
  /** For the bots: an ES256 private key as a JSON Web Key. */
  PLAZA_BOT_PRIVATE_KEY: string;
  /** For Convex: its public half, as a JSON Web Key Set. */
  PLAZA_BOT_JWKS: string;
  /** For Convex: 32 random bytes in base64. */
  PLAZA_ENCRYPTION_KEY: string;
  /** For Convex: further identity providers. The variable must be set, so "none" is written. */
  IDENTITY_PROVIDERS: "none";
};

/** Makes the keys of a deployment: run this file to print them. */
export async function makeKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const named = { kid: randomBytes(6).toString("hex"), alg: "ES256" };
  const publicJwk = { ...(await exportJWK(publicKey)), ...named, use: "sig" };
  return {
    PLAZA_BOT_PRIVATE_KEY: JSON.stringify({ ...(await exportJWK(privateKey)), ...named }),
    PLAZA_BOT_JWKS: JSON.stringify({ keys: [publicJwk] }),
    PLAZA_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    IDENTITY_PROVIDERS: "none",
  };
}

if (import.meta.main)
  for (const [name, value] of Object.entries(await makeKeys())) console.log(`${name}='${value}'`);
