import { importJWK, type JWK, SignJWT } from "jose";
import { botTokens } from "../../shared/identity.ts";
import { forgetOldest } from "../bounded.ts";

/** A token lives this long; it is used for a little less. */
const lifetimeSeconds = 5 * 60;
const reuseMs = (lifetimeSeconds - 60) * 1000;
const maxKept = 2000;
/** Convex refuses tokens of a clock that is more than five seconds ahead of its own. */
const clockSkewSeconds = 60;

/** Gives a five-minute ES256 token for a subject (`telegram:123`, `bot:discord`). */
export type TokenSource = (subject: string) => Promise<string>;

/**
 * Signs tokens that `convex/auth.config.ts` believes. A token is signed once and used until a
 * minute before its end; the most recent callers are remembered. `now` in Unix milliseconds.
 */
export function createTokenSource(privateJwk: string, now: () => number): TokenSource {
  const jwk = JSON.parse(privateJwk) as JWK;
  const key = importJWK(jwk, "ES256");
  const kept = new Map<string, { token: Promise<string>; until: number }>();

  const sign = async (subject: string) => {
    const issued = Math.floor(now() / 1000) - clockSkewSeconds;
    return await new SignJWT()
      .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: jwk.kid ?? "" })
      .setIssuer(botTokens.issuer)
      .setAudience(botTokens.audience)
      .setSubject(subject)
      .setIssuedAt(issued)
      .setExpirationTime(issued + clockSkewSeconds + lifetimeSeconds)
      .sign(await key);
  };

  return async (subject) => {
    const known = kept.get(subject);
    if (known && known.until > now()) return await known.token;
    const token = sign(subject);
    kept.delete(subject);
    kept.set(subject, { token, until: now() + reuseMs });
    forgetOldest(kept, maxKept);
    return await token;
  };
}
