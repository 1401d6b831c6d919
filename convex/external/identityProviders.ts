// The identity providers besides the bots. `auth.config.ts` uses this file too, and a push to
// Convex fails where that file reads an unset variable. So the variable IDENTITY_PROVIDERS, which
// is always set, tells which of the others are set.

/** The issuer of all Privy tokens; the application id is their audience. */
export const privyIssuer = "privy.io";
/** The origin of Privy's API. */
export const privyOrigin = "https://auth.privy.io";

/** A regular expression, because the environment that evaluates `auth.config.ts` has no `URL`. */
const origins = /^https?:\/\/[\w.-]+(?::\d+)?$/;

/** `origin` is Privy's API, or an emulator in the sandbox and in tests. */
export type NamedProviders = { privy?: { origin: string }; clerk?: true };

/**
 * Parses IDENTITY_PROVIDERS: "none", "privy", "clerk" or "privy,clerk". Privy's origin may follow
 * its name: "privy@http://127.0.0.1:1234". Unknown entries are ignored.
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
