import { z } from "zod";

// The one place that reads the environment of the bots' process.

const address = z.url({ protocol: /^https?$/ });
const privateKey = z
  .string()
  .refine(isPrivateJwk, 'must be an ES256 private key as a JSON Web Key with a "kid"');

const variables = z.object({
  /** Where the Convex deployment answers. */
  CONVEX_URL: address,
  /** Where it serves http routes; by default what Convex Cloud makes of CONVEX_URL. */
  CONVEX_SITE_URL: address.optional(),
  /** What the bots sign their callers' tokens with; its public half is PLAZA_BOT_JWKS in Convex. */
  PLAZA_BOT_PRIVATE_KEY: privateKey,
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{20,}$/, "must be a token from BotFather")
    .optional(),
  DISCORD_BOT_TOKEN: z.string().min(20).optional(),
  /** How many requests of one person, or typed in one chat of several, are answered in a minute. */
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(20),
  /** Another Bot API server, another Discord: the sandbox's emulators. */
  TELEGRAM_API_ROOT: address.optional(),
  DISCORD_API_ROOT: address.optional(),
  /** Where /healthz and /readyz answer; a container needs every address, a laptop only its own. */
  HEALTH_HOST: z.string().default("0.0.0.0"),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
});
export type Environment = z.infer<typeof variables>;

function isPrivateJwk(text: string): boolean {
  try {
    const key: unknown = JSON.parse(text);
    return (
      typeof key === "object" &&
      key !== null &&
      "d" in key &&
      "kid" in key &&
      "crv" in key &&
      key.crv === "P-256"
    );
  } catch {
    return false;
  }
}

/**
 * The checked environment, or every problem at once as sentences that hold no value of a variable.
 * Empty variables count as unset.
 */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>>,
): { ok: true; environment: Environment } | { ok: false; problems: string[] } {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
  const read = variables.safeParse(given);
  const problems = read.success
    ? []
    : read.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        return given[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
      });
  if (!given["TELEGRAM_BOT_TOKEN"] && !given["DISCORD_BOT_TOKEN"])
    problems.push("TELEGRAM_BOT_TOKEN or DISCORD_BOT_TOKEN is missing: one of them at least");
  if (!read.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, environment: read.data };
}

/**
 * How the bots' process is started, so that it stays at some 200 MB: what it really holds is some
 * 50 MB, but V8 lets garbage pile up as long as the machine has memory. `npm run bots`, the
 * Dockerfile and the sandbox use the same flags; a test holds them together.
 */
export const heapFlags = ["--max-old-space-size=96", "--max-semi-space-size=2"];
