import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import { z } from "zod";

const custom = z.object({
  type: z.literal("customJwt"),
  issuer: z.string().min(1),
  jwks: z.string().min(1),
  algorithm: z.enum(["RS256", "ES256"]),
  applicationID: z.string().min(1).optional(),
});
const oidc = z.object({ domain: z.string().min(1), applicationID: z.string().min(1) });
const authConfig = z.object({ providers: z.array(z.union([custom, oidc])) });

/** Who may sign tokens, in one shape for both kinds of auth.config.ts. */
export type Provider = {
  type: "customJwt" | "oidc";
  issuer: string;
  /** Where the keys are; an OpenID provider tells by its discovery document. */
  jwks?: string;
  audience?: string;
  algorithms: string[];
};

/** Reads what auth.config.ts exports by default; throws where it could not be deployed either. */
export function readProviders(exported: unknown): Provider[] {
  if (exported === undefined) return [];
  return authConfig.parse(exported).providers.map((provider) =>
    "domain" in provider
      ? {
          type: "oidc",
          issuer: asUrl(provider.domain),
          audience: provider.applicationID,
          algorithms: ["RS256", "ES256", "EdDSA"],
        }
      : {
          type: "customJwt",
          issuer: asUrl(provider.issuer),
          jwks: provider.jwks,
          algorithms: [provider.algorithm],
          ...(provider.applicationID === undefined ? {} : { audience: provider.applicationID }),
        },
  );
}

/** Whether the token says it is from this provider, for this application. Nothing is proven yet. */
export function matches(provider: Provider, claims: JWTPayload): boolean {
  const audiences = typeof claims.aud === "string" ? [claims.aud] : (claims.aud ?? []);
  return (
    asUrl(claims.iss ?? "") === provider.issuer &&
    (provider.audience === undefined || audiences.includes(provider.audience))
  );
}

/** An issuer may be written with or without its scheme and its last slash. */
const asUrl = (issuer: string): string =>
  (/^https?:\/\//.test(issuer) ? issuer : `https://${issuer}`).replace(/\/+$/, "");

export type Fetch = typeof globalThis.fetch;

/**
 * Finds a provider's keys: in its `data:` URI, at its address, or where its discovery document
 * says.
 */
export function createKeySource(fetch: Fetch): (provider: Provider) => Promise<JWTVerifyGetKey> {
  const found = new Map<string, JWTVerifyGetKey>();

  const remote = (url: string): JWTVerifyGetKey =>
    createRemoteJWKSet(new URL(url), { [customFetch]: fetch });

  async function discovered(issuer: string): Promise<JWTVerifyGetKey> {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`).catch(() => null);
    // Some issuers serve only their keys, at the usual place.
    if (!response?.ok) return remote(`${issuer}/.well-known/jwks.json`);
    const document = (await response.json()) as { jwks_uri?: unknown };
    if (typeof document.jwks_uri !== "string") {
      throw new Error(`Auth provider discovery of ${issuer} failed`);
    }
    return remote(document.jwks_uri);
  }

  return async (provider) => {
    const known = found.get(provider.jwks ?? provider.issuer);
    if (known !== undefined) return known;
    const keys =
      provider.jwks === undefined
        ? await discovered(provider.issuer)
        : provider.jwks.startsWith("data:")
          ? createLocalJWKSet(dataKeys(provider.jwks))
          : remote(provider.jwks);
    found.set(provider.jwks ?? provider.issuer, keys);
    return keys;
  };
}

function dataKeys(uri: string): JSONWebKeySet {
  const comma = uri.indexOf(",");
  const content = uri.slice(comma + 1);
  const base64 = uri.slice(0, comma).endsWith(";base64");
  try {
    const text = base64
      ? Buffer.from(content, "base64").toString("utf8")
      : decodeURIComponent(content);
    return JSON.parse(text) as JSONWebKeySet;
  } catch {
    throw new Error("Invalid JWKS data URL.");
  }
}
