import { z } from "zod";
import { namedProviders, privyIssuer } from "./identityProviders.ts";

// The one place in Convex that reads the environment. Each variable is optional here, so that a
// deployment without it still works; the feature that needs it says so.
const variables = {
  /** "telegram:123,discord:456": the chat accounts that are admins. */
  ADMIN_CHAT_IDS: z.string(),
  /** "did:privy:...": the Privy users that are admins. */
  ADMIN_PRIVY_DIDS: z.string(),
  /** What Clerk calls the instance: the `iss` of its tokens, "https://clerk.example.com". */
  CLERK_ISSUER: z.url(),
  /** What Clerk signs its webhooks with: "whsec_..." */
  CLERK_WEBHOOK_SECRET: z.string().min(8),
  /** Set by Convex itself: where it serves http routes. */
  CONVEX_SITE_URL: z.url(),
  /** "https://…?q={query}…", answering as Nominatim does: a geocoder that places charities. */
  GEOCODER_URL: z.url().includes("{query}"),
  /** Which of "privy" and "clerk" are configured: `identityProviders.ts` has the form. */
  IDENTITY_PROVIDERS: z.string(),
  /** The address of the page that finishes a link, where it is the community's own. */
  LINK_PAGE_URL: z.url(),
  /** The most calls of the model for one week's explanations: a whole number, 0 for none. */
  EXPLANATION_BUDGET: z.string(),
  /** Every Luma address is asked for through this origin: the local stage and tests only. */
  LUMA_ORIGIN: z.url(),
  /** What Luma signs its webhooks with. */
  LUMA_WEBHOOK_SECRET: z.string().min(8),
  OPENAI_API_KEY: z.string().min(8),
  /** Where OpenAI, or a service that speaks like it, is asked: "https://api.openai.com/v1". */
  OPENAI_BASE_URL: z.url(),
  OPENAI_MODEL: z.string().min(1),
  /** The source of needs is asked for through this origin: the local stage and tests only. */
  NEEDS_ORIGIN: z.url(),
  PRIVY_APP_ID: z.string().min(1),
  PRIVY_APP_SECRET: z.string().min(1),
  PRIVY_WEBHOOK_SECRET: z.string().min(8),
  /** 32 bytes in base64: seals the Luma keys of organizations. */
  PLAZA_ENCRYPTION_KEY: z.base64().length(44),
  /** Stripe is asked at this address: the local stage and tests only. */
  STRIPE_API_URL: z.url(),
  /** "sk_live_..." or a restricted key: customers, checkout sessions and subscriptions. */
  STRIPE_SECRET_KEY: z.string().min(8),
  /** What Stripe signs its webhooks with: "whsec_..." */
  STRIPE_WEBHOOK_SECRET: z.string().min(8),
} as const;

/** The value of a variable; undefined where it is unset or not of its form. */
export function variable(name: keyof typeof variables): string | undefined {
  const read = variables[name].safeParse(process.env[name]);
  return read.success ? read.data : undefined;
}

/** The chat accounts ("telegram:123") or Privy users that the configuration makes admins. */
export function configuredAdmins(name: "ADMIN_CHAT_IDS" | "ADMIN_PRIVY_DIDS"): string[] {
  return list(variable(name));
}

/** Who else than the bots may say who is calling; what is not configured is left out. */
export function identityProviders(): { privy?: { issuer: string }; clerk?: { issuer: string } } {
  const named = namedProviders(variable("IDENTITY_PROVIDERS") ?? "");
  const clerk = variable("CLERK_ISSUER");
  return {
    ...(named.privy && { privy: { issuer: privyIssuer } }),
    ...(named.clerk && clerk && { clerk: { issuer: clerk } }),
  };
}

/** Privy's app of this deployment and where it is asked; null where Privy is not configured. */
export function privyApp(): { appId: string; origin: string; secret: string | undefined } | null {
  const named = namedProviders(variable("IDENTITY_PROVIDERS") ?? "");
  const appId = variable("PRIVY_APP_ID");
  if (!named.privy || !appId) return null;
  return { appId, origin: named.privy.origin, secret: variable("PRIVY_APP_SECRET") };
}

const defaultModel = "gpt-5.4-mini";
const defaultBudget = 100;

/**
 * The model that explains the weekly distribution, and how often it may be called for one week; null
 * where there is no key, or none of its budget: then our own words do.
 */
export function explainer() {
  const key = variable("OPENAI_API_KEY");
  const written = variable("EXPLANATION_BUDGET");
  // What is no number is no permission to spend.
  const set = /^\d{1,5}$/.test(written ?? "") ? Number(written) : 0;
  const budget = written === undefined ? defaultBudget : set;
  if (key === undefined || budget === 0) return null;
  const origin = variable("OPENAI_BASE_URL");
  const name = variable("OPENAI_MODEL") ?? defaultModel;
  return { budget, model: { key, name, ...(origin !== undefined && { origin }) } };
}

/** The page that finishes a link: the community's own, or ours. */
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
