// Who may say who is calling, besides the bots. `auth.config.ts` reads this as well, and there a
// variable that is unset may not even be looked at: the push fails. So one variable that is always
// set says which others are.

/** Privy's issuer is the same for all its customers; the application id tells them apart. */
export const privyIssuer = "privy.io";
/** Where Privy answers. */
export const privyOrigin = "https://auth.privy.io";

/** Plain text only: where `auth.config.ts` is evaluated, little of a browser or of Node is there. */
const origins = /^https?:\/\/[\w.-]+(?::\d+)?$/;

/** `origin` is Privy's own, unless the local stage or a test stands in for it. */
export type NamedProviders = { privy?: { origin: string }; clerk?: true };

/**
 * Reads IDENTITY_PROVIDERS: "none", "privy", "clerk" or "privy,clerk". Behind Privy may stand where
 * it answers: "privy@http://127.0.0.1:1234". Anything else is no provider.
 */
export function namedProviders(text: string): NamedProviders {
  const named: NamedProviders = {};
  for (const entry of text.split(",").map((part) => part.trim())) {
    const [name, origin, ...rest] = entry.split("@");
    if (rest.length > 0) continue;
    if (name === "privy" && origin === undefined) named.privy = { origin: privyOrigin };
    else if (name === "privy" && origin !== undefined && origins.test(origin))
      named.privy = { origin };
    else if (entry === "clerk") named.clerk = true;
  }
  return named;
}
