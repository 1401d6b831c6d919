import { fileURLToPath } from "node:url";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  startConvexHost,
  type CallRecord,
  type ConvexHost,
} from "../../bots/local/convex/index.ts";

const adminKey = "an admin key for tests only";
const startOfDay = Date.UTC(2031, 0, 1);

const list = makeFunctionReference<"query", { author: string }, string[]>("notes:list");
const add = makeFunctionReference<"mutation", { author: string; text: string }, string>(
  "notes:add",
);
const whoami = makeFunctionReference<"query", Record<string, never>, Record<string, unknown> | null>(
  "pages:whoami",
);
const visit = makeFunctionReference<"mutation", { page: string }, null>("pages:visit");
const echo = makeFunctionReference<"mutation", { value: unknown }, unknown>("pages:echo");

let host: ConvexHost;
let time = startOfDay;
const records: CallRecord[] = [];
const { publicKey, privateKey } = await generateKeyPair("ES256");

beforeAll(async () => {
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }] };
  process.env["NOTES_JWKS"] = `data:application/json;base64,${btoa(JSON.stringify(jwks))}`;
  host = await startConvexHost({
    functionsDir: fileURLToPath(new URL("convex-host-functions", import.meta.url)),
    adminKey,
    now: () => time,
    observe: (record) => records.push(record),
  });
});

afterAll(async () => {
  await host.close();
});

const http = (auth?: string) =>
  new ConvexHttpClient(host.url, { logger: false, ...(auth === undefined ? {} : { auth }) });

function adminHttp(): ConvexHttpClient {
  const client = http() as ConvexHttpClient & { setAdminAuth(key: string): void };
  client.setAdminAuth(adminKey);
  return client;
}

/** A live client, closed with its test. */
async function live(run: (client: ConvexClient) => Promise<void>): Promise<void> {
  const client = new ConvexClient(host.url, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  try {
    await run(client);
  } finally {
    await client.close();
  }
}

/** What a subscription has been told, and how to wait for the next of it. */
function follow(client: ConvexClient, author: string) {
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

const token = (claims: { sub?: string; aud?: string; exp?: number; more?: object } = {}) =>
  new SignJWT({ ...claims.more })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: "k1" })
    .setIssuer("https://tokens.example")
    .setAudience(claims.aud ?? "notes")
    .setSubject(claims.sub ?? "ana")
    .setIssuedAt(time / 1000)
    .setExpirationTime(claims.exp ?? time / 1000 + 300)
    .sign(privateKey);

describe("the HTTP client", () => {
  test("reads what it wrote", async () => {
    const client = http();
    expect(await client.mutation(add, { author: "reads", text: "one" })).toBe("one");
    expect(await client.query(list, { author: "reads" })).toEqual(["one"]);
  });

  test("runs actions, whose mutations may run side by side", async () => {
    const addByAction = makeFunctionReference<"action">("notes:addByAction");
    const texts = ["a", "b", "c", "d"];
    expect(await http().action(addByAction, { author: "acts", texts })).toEqual(texts);
    expect(await http().query(list, { author: "acts" })).toHaveLength(4);
  });

  test("gets a value of every kind back as it was", async () => {
    const value = { big: 5n, bytes: new Uint8Array([1, 2]).buffer, none: null, n: [1.5, -0] };
    expect(await http().mutation(echo, { value })).toEqual(value);
  });
});

describe("a subscription", () => {
  test("is told of another client's write", async () => {
    await live(async (client) => {
      const { seen, until } = follow(client, "told");
      await until(1);
      await http().mutation(add, { author: "told", text: "hello" });
      await until(2);
      expect(seen).toEqual([[], ["hello"]]);
    });
  });

  test("shows a client's own mutation by the time it is done, even one that writes nothing", async () => {
    await live(async (client) => {
      const { seen, until } = follow(client, "own");
      await until(1);
      await client.mutation(add, { author: "own", text: "mine" });
      expect(seen.at(-1)).toEqual(["mine"]);
      expect(await client.mutation(echo, { value: "nothing written" })).toBe("nothing written");
      expect(seen).toHaveLength(2);
    });
  });
});

describe("a token", () => {
  test("of a known provider makes the caller its subject", async () => {
    const identity = await http(await token({ more: { given_name: "Ana", team: { id: 7 } } })).query(
      whoami,
      {},
    );
    expect(identity).toEqual({
      tokenIdentifier: "https://tokens.example|ana",
      issuer: "https://tokens.example",
      subject: "ana",
      givenName: "Ana",
      "team.id": 7,
    });
  });
});

void [records, adminHttp, visit, ConvexError];
