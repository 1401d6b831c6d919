import type { AuthConfig } from "convex/server";
import { botTokens } from "../shared/identity.ts";

// The bots' own tokens: one per caller, five minutes, signed with a key whose public half is the
// variable. It holds a JSON Web Key Set, so that keys can be rotated by listing two.
export default {
  providers: [
    {
      type: "customJwt",
      issuer: botTokens.issuer,
      applicationID: botTokens.audience,
      algorithm: "ES256",
      jwks: `data:text/plain;charset=utf-8;base64,${btoa(process.env["PLAZA_BOT_JWKS"] ?? "")}`,
    },
  ],
} satisfies AuthConfig;
