import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { JSONValue } from "convex/values";
import type { Identity } from "./engine.ts";
import { importNamed } from "./functionsDirectory.ts";
import { createKeySource, type Fetch, matches, type Provider, readProviders } from "./providers.ts";

export type Refusal = { code: string; message: string };
type Verified = { ok: true; identity: Identity; expiresAt: number } | ({ ok: false } & Refusal);
/** `expiresAt` is in Unix milliseconds. Resolves to a refusal; never to an anonymous caller. */
export type VerifyToken = (token: string) => Promise<Verified>;

/** Seconds by which the clocks of a custom provider and the host may differ. */
const leeway = 5;

/** Verifies tokens as the functions directory's auth.config.ts says; without one, refuses all. */
export async function createTokenVerifier(options: {
  functionsDirectory: string;
  now: () => number;
  fetch: Fetch;
}): Promise<VerifyToken> {
  const config = await importNamed(options.functionsDirectory, "auth.config");
  const providers = readProviders(config?.["default"]);
  const keysOf = createKeySource(options.fetch);

  return async (token) => {
    const claims = decoded(token);
    if (claims === null) return refuse("InvalidAuthHeader", "Could not parse JWT payload.");
    if (claims.iss === undefined) {
      return refuse("InvalidAuthHeader", "Missing issuer claim ('iss') in JWT payload.");
    }
    const provider = providers.find((candidate) => matches(candidate, claims));
    if (provider === undefined) return refuse("NoAuthProvider", noProvider(providers));
    if (decodeProtectedHeader(token).kid === undefined) {
      return refuse(
        "InvalidAuthHeader",
        "Could not decode token. JWT may be missing a 'kid' (key ID) header.",
      );
    }
    try {
      const keys = await keysOf(provider);
      const { payload } = await jwtVerify(token, keys, {
        algorithms: provider.algorithms,
        ...(provider.audience === undefined ? {} : { audience: provider.audience }),
        requiredClaims: ["sub", "iss", "exp", "iat"],
        clockTolerance: leeway,
        currentDate: new Date(options.now()),
      });
      if ((payload.iat ?? 0) > options.now() / 1000 + leeway) {
        return refuse("InvalidAuthHeader", "Could not validate token: Token issued in the future");
      }
      const identity = identityFromClaims(payload);
      return { ok: true, identity, expiresAt: (payload.exp ?? 0) * 1000 };
    } catch (error) {
      return whyRefused(provider, error);
    }
  };
}

const refuse = (code: string, message: string): Verified => ({ ok: false, code, message });

function decoded(token: string): JWTPayload | null {
  try {
    decodeProtectedHeader(token);
    return decodeJwt(token);
  } catch {
    return null;
  }
}

const noProvider = (providers: readonly Provider[]): string =>
  providers.length === 0
    ? "No auth provider found matching the given token (no providers configured). Check auth.config.ts."
    : "No auth provider found matching the given token";

function whyRefused(provider: Provider, error: unknown): Verified {
  if (!(error instanceof errors.JOSEError)) {
    const message = error instanceof Error ? error.message : String(error);
    return refuse("AuthProviderDiscoveryFailed", message);
  }
  if (provider.type === "oidc") {
    return refuse(
      "Unauthenticated",
      "Could not verify OIDC token claim. Check that the token signature is valid and the token hasn't expired.",
    );
  }
  if (error instanceof errors.JWTExpired) {
    return refuse("InvalidAuthHeader", "Could not validate token: Token expired");
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refuse("InvalidAuthHeader", `Could not validate token: ${error.message}`);
  }
  return refuse(
    "InvalidAuthHeader",
    "Could not decode token. The JWT's 'kid' (key ID) header doesn't match any key in the provider's JWKS, or the JWT signature is invalid.",
  );
}

/** Claims that Convex renames. */
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
function identityFromClaims(claims: JWTPayload): Identity {
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
