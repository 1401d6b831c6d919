import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose";
import type { Provider } from "./providers.ts";

export type Fetch = typeof globalThis.fetch;

/** Finds a provider's keys: in its `data:` URI, at its address, or where its discovery document says. */
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
