import { z } from "zod";
import { namedProviders, privyIssuer } from "./identityProviders.ts";

// The only file in Convex that reads the environment. Each variable is optional, so that a
// deployment works without it; the feature that needs it reports that it is missing.
const variables = {
  /** "telegram:123,discord:456": the chat accounts that are admins. */
  ADMIN_CHAT_IDS: z.string(),
  /** "did:privy:...": the Privy users that are admins. */
  ADMIN_PRIVY_DIDS: z.string(),
  /** The `iss` claim of Clerk's tokens: "https://clerk.example.com". */
  CLERK_ISSUER: z.url(),
  /** The signing secret of Clerk's webhooks: "whsec_..." */
  CLERK_WEBHOOK_SECRET: z.string().min(8),
  /** Set by Convex: the address of its HTTP routes. */
  CONVEX_SITE_URL: z.url(),
  /** "https://…?q={query}…": a geocoder with Nominatim's response format, for charities. */
  GEOCODER_URL: z.url().includes("{query}"),
  /** Which of "privy" and "clerk" are enabled; `identityProviders.ts` describes the format. */
  IDENTITY_PROVIDERS: z.string(),
  /** The community's own page for linking accounts, where it does not use the built-in one. */
  LINK_PAGE_URL: z.url(),
  /** The maximum number of model calls per week for explanations: an integer, 0 for none. */
  EXPLANATION_BUDGET: z.string(),
  /** The origin of the Luma emulator, in the sandbox and in tests. */
  LUMA_ORIGIN: z.url(),
  /** "whsec_...", or one of each organization: "frutero-club:whsec_a,plaza:whsec_b". */
  LUMA_WEBHOOK_SECRET: z.string().min(8),
  OPENAI_API_KEY: z.string().min(8),
  /** The base address of OpenAI's API or a compatible one: "https://api.openai.com/v1". */
  OPENAI_BASE_URL: z.url(),
  OPENAI_MODEL: z.string().min(1),
  /** The origin of the needs feed's emulator, in the sandbox and in tests. */
  NEEDS_ORIGIN: z.url(),
  PRIVY_APP_ID: z.string().min(1),
  PRIVY_APP_SECRET: z.string().min(1),
  PRIVY_WEBHOOK_SECRET: z.string().min(8),
  /** Keys of 32 bytes in base64, separated by commas, the newest first: see `encryptionKeys`. */
  PLAZA_ENCRYPTION_KEY: z.string().min(1),
  /** The address of the Stripe emulator, in the sandbox and in tests. */
  STRIPE_API_URL: z.url(),
  /** "sk_live_..." or a restricted key for customers, checkout sessions and subscriptions. */
  STRIPE_SECRET_KEY: z.string().min(8),
  /** The signing secret of Stripe's webhooks: "whsec_..." */
  STRIPE_WEBHOOK_SECRET: z.string().min(8),
} as const;

/** The value of a variable; undefined where it is unset or invalid. */
export function variable(name: keyof typeof variables): string | undefined {
  const read = variables[name].safeParse(process.env[name]);
  return read.success ? read.data : undefined;
}

/** The chat accounts ("telegram:123") or Privy users that the configuration makes admins. */
export function configuredAdmins(name: "ADMIN_CHAT_IDS" | "ADMIN_PRIVY_DIDS"): string[] {
  return list(variable(name));
}

/** The configured identity providers besides the bots. */
export function identityProviders(): { privy?: { issuer: string }; clerk?: { issuer: string } } {
  const named = namedProviders(variable("IDENTITY_PROVIDERS") ?? "");
  const clerk = variable("CLERK_ISSUER")?.replace(/\/$/, "");
  return {
    ...(named.privy && { privy: { issuer: privyIssuer } }),
    ...(named.clerk && clerk && { clerk: { issuer: clerk } }),
  };
}

/**
 * This deployment's Privy app and the origin of Privy's API; null where Privy is not configured.
 */
export function privyApp(): { appId: string; origin: string; secret: string | undefined } | null {
  const named = namedProviders(variable("IDENTITY_PROVIDERS") ?? "");
  const appId = variable("PRIVY_APP_ID");
  if (!named.privy || !appId) return null;
  return { appId, origin: named.privy.origin, secret: variable("PRIVY_APP_SECRET") };
}

const defaultModel = "gpt-5.4-mini";
const defaultBudget = 100;

/**
 * The model that explains the weekly distribution, and its budget in calls per week; null without a
 * key or a budget: then the template is used.
 */
export function explainer() {
  const key = variable("OPENAI_API_KEY");
  const written = variable("EXPLANATION_BUDGET");
  // An invalid budget counts as 0.
  const set = /^\d{1,5}$/.test(written ?? "") ? Number(written) : 0;
  const budget = written === undefined ? defaultBudget : set;
  if (key === undefined || budget === 0) return null;
  const origin = variable("OPENAI_BASE_URL");
  const name = variable("OPENAI_MODEL") ?? defaultModel;
  return { budget, model: { key, name, ...(origin !== undefined && { origin }) } };
}

/**
 * The signing secret of the Luma webhooks of an organization, by its slug. Luma gives each webhook a
 * secret of its own: where they are configured for each organization, a signature covers the slug.
 */
export function lumaWebhookSecret(slug: string): string | undefined {
  const entries = list(variable("LUMA_WEBHOOK_SECRET")).map((entry): [string, string] => {
    const at = entry.indexOf(":");
    return [entry.slice(0, Math.max(0, at)), entry.slice(at + 1)];
  });
  const secret = new Map(entries).get(slug) ?? new Map(entries).get("");
  return secret === "" ? undefined : secret;
}

const encryptionKey = /^[A-Za-z0-9+/]{43}=$/;

/**
 * The keys of `PLAZA_ENCRYPTION_KEY` in base64, the newest first; none where it is not set. One
 * malformed entry makes the whole list malformed: `malformedEntry` is its number, from 1.
 */
export function encryptionKeys(): { keys: string[] } | { malformedEntry: number } {
  const written = variable("PLAZA_ENCRYPTION_KEY");
  if (written === undefined) return { keys: [] };
  const keys = written.split(",").map((entry) => entry.trim());
  const wrong = keys.findIndex((key) => !encryptionKey.test(key));
  return wrong === -1 ? { keys } : { malformedEntry: wrong + 1 };
}

/** The address of the page for linking accounts: the community's own, else the built-in one. */
export function linkPage(): string | undefined {
  const own = variable("LINK_PAGE_URL")?.replace(/#.*$/, "");
  const site = variable("CONVEX_SITE_URL");
  if (own === undefined && site === undefined) return undefined;
  const isWhole = own !== undefined && new URL(own).pathname !== "/";
  return isWhole ? own : `${(own ?? site ?? "").replace(/\/$/, "")}/link`;
}

function list(text = ""): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}
