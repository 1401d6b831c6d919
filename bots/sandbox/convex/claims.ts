import type { JWTPayload } from "jose";
import type { JSONValue } from "convex/values";
import type { Identity } from "./engine.ts";

/** The claims Convex gives a name of its own. */
const named: Record<string, string> = {
  name: "name",
  given_name: "givenName",
  family_name: "familyName",
  nickname: "nickname",
  preferred_username: "preferredUsername",
  profile: "profileUrl",
  picture: "pictureUrl",
  email: "email",
  email_verified: "emailVerified",
  gender: "gender",
  birthdate: "birthday",
  zoneinfo: "timezone",
  locale: "language",
  phone_number: "phoneNumber",
  phone_number_verified: "phoneNumberVerified",
  address: "address",
  updated_at: "updatedAt",
};

/** About the token rather than the person. */
const tokenClaims = new Set(["iss", "sub", "aud", "exp", "iat", "nbf", "jti"]);

/** The identity a verified token's claims make; a claim within a claim is named with a dot. */
export function identityFromClaims(claims: JWTPayload): Identity {
  const issuer = claims.iss ?? "";
  const subject = claims.sub ?? "";
  const given: Record<string, JSONValue> = {};
  for (const [claim, value] of Object.entries(claims)) {
    if (tokenClaims.has(claim) || value === undefined) continue;
    if (named[claim] === undefined) flatten(claim, value as JSONValue, given);
    else given[named[claim]] = value as JSONValue;
  }
  return { ...given, tokenIdentifier: `${issuer}|${subject}`, issuer, subject };
}

function flatten(name: string, value: JSONValue, into: Record<string, JSONValue>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    into[name] = value;
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) flatten(`${name}.${key}`, inner, into);
  }
}
