import type { JWTPayload } from "jose";
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
