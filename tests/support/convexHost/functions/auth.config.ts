export default {
  providers: [
    {
      type: "customJwt",
      issuer: "https://tokens.example",
      applicationID: "notes",
      algorithm: "ES256",
      jwks: process.env["NOTES_JWKS"] ?? "",
    },
    { domain: "https://people.example", applicationID: "convex" },
  ],
};
