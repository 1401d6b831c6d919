import { randomBytes } from "node:crypto";
import type { SigningKey } from "../identity/signingKey.ts";
import type { ClerkUser } from "./types.ts";

const lifetimeSeconds = 60;

type Wanted = {
  issuer: string;
  userId: string;
  user: ClerkUser | undefined;
  now: number;
  expired?: boolean;
  audience?: string;
};

/** A token from Clerk's template for Convex; an expired one ended a minute ago. */
export async function convexToken(key: SigningKey, wanted: Wanted): Promise<string> {
  const { issuer, userId, user, now, expired = false, audience = "convex" } = wanted;
  const at = Math.floor(now / 1000) - (expired ? lifetimeSeconds + 60 : 0);
  const [email] = user?.emails ?? [];
  const names = [user?.firstName, user?.lastName].filter((name) => typeof name === "string");
  return await key.sign({
    iss: issuer,
    aud: audience,
    sub: userId,
    jti: randomBytes(10).toString("hex"),
    iat: at,
    nbf: at - 5,
    exp: at + lifetimeSeconds,
    ...(email && { email: email.address, email_verified: email.verified }),
    ...(names.length > 0 && { name: names.join(" ") }),
  });
}
