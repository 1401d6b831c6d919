import { randomBytes } from "node:crypto";
import type { SigningKey } from "../identity/signingKey.ts";

const lifetimeSeconds = 60 * 60;

type Wanted = { appId: string; did: string; now: number; expired?: boolean; audience?: string };

/** An access token as Privy signs it after a sign-in; an expired one ended a minute ago. */
export async function accessToken(key: SigningKey, wanted: Wanted): Promise<string> {
  const { appId, did, now, expired = false, audience = appId } = wanted;
  const at = Math.floor(now / 1000) - (expired ? lifetimeSeconds + 60 : 0);
  return await key.sign({
    iss: "privy.io",
    aud: audience,
    sub: did,
    sid: `c${randomBytes(12).toString("hex")}`,
    iat: at,
    exp: at + lifetimeSeconds,
  });
}
