import type { AuthConfig } from "convex/server";
import { botTokens } from "../shared/identity.ts";
import { namedProviders, privyIssuer } from "./external/identityProviders.ts";

// Convex refuses a push in which this file so much as looks at a variable that is unset, even to
// fall back on something else. So only two are always read, and IDENTITY_PROVIDERS says whether
// there is more to read.
const { privy, clerk } = namedProviders(process.env["IDENTITY_PROVIDERS"] ?? "");
const providers: AuthConfig["providers"] = [
  // The bots' own tokens: one per caller, five minutes, signed with a key whose public half is the
  // variable. It holds a JSON Web Key Set, so that keys can be rotated by listing two.
  {
    type: "customJwt",
    issuer: botTokens.issuer,
    applicationID: botTokens.audience,
    algorithm: "ES256",
    jwks: `data:text/plain;charset=utf-8;base64,${btoa(process.env["PLAZA_BOT_JWKS"] ?? "")}`,
  },
];

if (privy) {
  const appId = process.env["PRIVY_APP_ID"] ?? "";
  // Every app of Privy's has the same issuer: without its id, anybody's app could sign for ours.
  if (!appId) throw new Error("IDENTITY_PROVIDERS names privy, and PRIVY_APP_ID is empty");
  providers.push({
    type: "customJwt",
    issuer: privyIssuer,
    applicationID: appId,
    algorithm: "ES256",
    jwks: `${privy.origin}/api/v1/apps/${appId}/jwks.json`,
  });
}

if (clerk) {
  // Clerk's tokens name it without a slash at its end, people copy it with one.
  const domain = (process.env["CLERK_ISSUER"] ?? "").replace(/\/$/, "");
  providers.push({ domain, applicationID: "convex" });
}

export default { providers } satisfies AuthConfig;
