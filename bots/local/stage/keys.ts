import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";

export type Keys = {
  /** The bots' private key and the key set that Convex believes, as JSON. */
  botPrivateKey: string;
  botJwks: string;
  encryptionKey: string;
  adminKey: string;
};

/** Keys for one run: what is kept on the stage lives no longer than it. */
export async function makeKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const named = { kid: "stage", alg: "ES256" };
  return {
    botPrivateKey: JSON.stringify({ ...(await exportJWK(privateKey)), ...named }),
    botJwks: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...named, use: "sig" }] }),
    encryptionKey: randomBytes(32).toString("base64"),
    adminKey: randomBytes(24).toString("base64url"),
  };
}
