/** Where an OpenID issuer says that its keys are. */
export const keysPath = "/.well-known/jwks.json";

/** The discovery document, with what somebody who verifies tokens reads of it. */
export function discovery(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}${keysPath}`,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}
