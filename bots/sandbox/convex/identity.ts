import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from "jose";
import type { Identity } from "./engine.ts";
import { identityFromClaims } from "./claims.ts";
import { importNamed } from "./functionsDirectory.ts";
import { createKeySource, type Fetch } from "./keySources.ts";
import { matches, readProviders, type Provider } from "./providers.ts";

export type Refusal = { code: string; message: string };
export type Verified =
  { ok: true; identity: Identity; expiresAt: number } | ({ ok: false } & Refusal);
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
