import { fileURLToPath } from "node:url";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { WebSocket } from "ws";
import {
  startConvexHost,
  type CallRecord,
  type ConvexHost,
  type ConvexHostOptions,
} from "../../../bots/sandbox/convex/index.ts";

// A host of the small functions directory beside this file, with a clock and tokens of the test's.

export const adminKey = "an admin key for tests only";
export const functionsDir = fileURLToPath(new URL("functions", import.meta.url));

export const list = makeFunctionReference<"query", { author: string }, string[]>("notes:list");
type Note = { author: string; text: string };
export const add = makeFunctionReference<"mutation", Note, string>("notes:add");
export const visit = makeFunctionReference<"mutation", { page: string }, null>("pages:visit");
export const echo = makeFunctionReference<"mutation", { value: unknown }, unknown>("pages:echo");
type Who = Record<string, unknown> | null;
export const whoami = makeFunctionReference<"query", Record<string, never>, Who>("pages:whoami");

const trusted = await generateKeyPair("ES256");
const foreign = await generateKeyPair("ES256");

/** Starts a host whose time stands still unless the test moves it. */
export async function startTestHost(options: Partial<ConvexHostOptions> = {}): Promise<TestHost> {
  const jwks = { keys: [{ ...(await exportJWK(trusted.publicKey)), kid: "k1", alg: "ES256" }] };
  process.env["NOTES_JWKS"] = `data:application/json;base64,${btoa(JSON.stringify(jwks))}`;
  const clock = { now: Date.UTC(2031, 0, 1) };
  const records: CallRecord[] = [];
  const host = await startConvexHost({
    functionsDir,
    adminKey,
    now: () => clock.now,
    fetch: async (address) => {
      const document = new Request(address).url.replace("https://people.example/", "");
      if (document === ".well-known/openid-configuration") {
        return Response.json({ jwks_uri: "https://people.example/keys" });
      }
      if (document === "keys") return Response.json(jwks);
      throw new Error("there is no network in tests");
    },
    observe: (record) => records.push(record),
    onError: () => undefined,
    ...options,
  });
  return { ...host, clock, records };
}

export type TestHost = ConvexHost & { clock: { now: number }; records: CallRecord[] };

/** The official client for requests. */
export const httpClient = (host: ConvexHost, auth?: string): ConvexHttpClient =>
  new ConvexHttpClient(host.url, { logger: false, ...(auth === undefined ? {} : { auth }) });

/** The same, with the admin key. */
export function adminClient(host: ConvexHost): ConvexHttpClient {
  const client = httpClient(host) as ConvexHttpClient & { setAdminAuth(key: string): void };
  client.setAdminAuth(adminKey);
  return client;
}

/** Gives the test the official live client, and closes it in the end. */
export async function live(
  host: ConvexHost,
  run: (client: ConvexClient) => Promise<void>,
  Socket: typeof WebSocket = WebSocket,
): Promise<void> {
  const client = new ConvexClient(host.url, {
    logger: false,
    webSocketConstructor: Socket as unknown as typeof globalThis.WebSocket,
  });
  try {
    await run(client);
  } finally {
    await client.close();
  }
}

/** What a subscription to an author's notes has been told so far, and the wait for more of it. */
export function follow(client: ConvexClient, author: string) {
  const seen: string[][] = [];
  let arrived = Promise.withResolvers<void>();
  client.onUpdate(list, { author }, (texts) => {
    seen.push(texts);
    arrived.resolve();
    arrived = Promise.withResolvers();
  });
  const until = async (count: number): Promise<void> => {
    while (seen.length < count) await arrived.promise;
  };
  return { seen, until };
}

/** A token of the provider in auth.config.ts, unless told otherwise. */
export async function token(
  host: TestHost,
  claims: { sub?: string; aud?: string; iss?: string; expiresIn?: number; more?: object } = {},
  key: "trusted" | "foreign" = "trusted",
): Promise<string> {
  const seconds = Math.floor(host.clock.now / 1000);
  return await new SignJWT({ ...claims.more })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: "k1" })
    .setIssuer(claims.iss ?? "https://tokens.example")
    .setAudience(claims.aud ?? "notes")
    .setSubject(claims.sub ?? "ana")
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + (claims.expiresIn ?? 300))
    .sign((key === "trusted" ? trusted : foreign).privateKey);
}
