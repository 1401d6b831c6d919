import { pollLimitMs } from "../support/timeLimits.ts";
import type { ConvexClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  add,
  echo,
  follow,
  httpClient,
  list,
  live,
  startTestHost,
  token,
  type TestHost,
} from "../support/convexHost/host.ts";
import { engines } from "../support/convexHost/engines.ts";

// Convex's own clients, unmodified, against the host with each engine.

type Mine = { author: string; count: number } | null;
const mine = makeFunctionReference<"query", Record<string, never>, Mine>("items:mine");
const addMine = makeFunctionReference<"mutation", { text: string }, string>("items:addMine");
const remove = makeFunctionReference<"mutation", { author: string; text: string }>("items:remove");
const page = makeFunctionReference<"query">("items:page");
const storeFiles = makeFunctionReference<"action", { texts: string[] }, string[]>(
  "pages:storeFiles",
);
const appendCount = makeFunctionReference<"mutation">("notes:appendCount");

describe.each(engines)("on %s", (_, createEngine) => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost({ createEngine });
  });
  afterAll(async () => {
    await host.close();
  });

  describe("ConvexHttpClient", () => {
    test("queries, also at one moment, mutates and acts", async () => {
      const client = httpClient(host);
      expect(await client.mutation(add, { author: "http", text: "one" })).toBe("one");
      expect(await client.query(list, { author: "http" })).toEqual(["one"]);
      expect(await client.consistentQuery(list, { author: "http" })).toEqual(["one"]);
      expect(await client.action(storeFiles, { texts: ["a"] })).toEqual(["a"]);
    });

    test("sends its mutations one after another, or all at once where told to", async () => {
      const client = httpClient(host);
      const queued = [1, 2, 3].map(() => client.mutation(appendCount, { author: "queue" }));
      await Promise.all(queued);
      const unqueued = [1, 2, 3].map(() =>
        client.mutation(appendCount, { author: "queue" }, { skipQueue: true }),
      );
      await Promise.all(unqueued);
      const counted = await client.query(list, { author: "queue" });
      expect(counted).toEqual(["0", "1", "2", "3", "4", "5"]);
    });

    test("is who its token says, and nobody again without it", async () => {
      const client = httpClient(host);
      const refused = client.mutation(addMine, { text: "x" });
      await expect(refused).rejects.toMatchObject({ data: "sign in first" });
      client.setAuth(await token(host, { sub: "http ana" }));
      expect(await client.mutation(addMine, { text: "x" })).toBe("http ana");
      expect(await client.query(mine, {})).toEqual({ author: "http ana", count: 1 });
      client.clearAuth();
      expect(await client.query(mine, {})).toBeNull();
      client.setAuth(await token(host, { expiresIn: -60 }));
      await expect(client.query(mine, {})).rejects.toThrow("Token expired");
    });

    test("throws a ConvexError with its data, and nothing of any other error", async () => {
      const client = httpClient(host);
      const missing = await client.mutation(remove, { author: "nobody", text: "x" }).catch(asIs);
      expect(missing).toBeInstanceOf(ConvexError);
      expect(missing).toMatchObject({ data: { missing: "x" } });
      const badReturn = makeFunctionReference<"mutation">("notes:badReturn");
      const other = await client.mutation(badReturn, { author: "x" }).catch(asIs);
      expect(other).not.toBeInstanceOf(ConvexError);
      expect(String(other)).toMatch(/^Error: \[Request ID: \w+\] Server Error$/);
    });

    test("brings values of every kind there and back", async () => {
      const value = {
        numbers: [0, -0, 1.5, Infinity, -Infinity, Number.NaN, Number.MIN_VALUE],
        bigints: [0n, -(2n ** 63n), 2n ** 63n - 1n],
        texts: ["", "\0", "é", "😀"],
        bytes: new Uint8Array([0, 255]).buffer,
        nested: [[], {}, [null], { a: { b: [true, false] } }],
      };
      expect(await httpClient(host).mutation(echo, { value })).toEqual(value);
    });
  });

  describe("ConvexClient", () => {
    test("shows two queries of one moment, and each again when it changes", async () => {
      await live(host, async (client) => {
        const one = follow(client, "live one");
        const two = follow(client, "live two");
        await Promise.all([one.until(1), two.until(1)]);
        await client.mutation(add, { author: "live one", text: "hello" });
        expect([one.seen, two.seen]).toEqual([[[], ["hello"]], [[]]]);
      });
    });

    test("asks once and answers from what it follows", async () => {
      await live(host, async (client) => {
        await client.mutation(add, { author: "asked", text: "once" });
        expect(await client.query(list, { author: "asked" })).toEqual(["once"]);
        expect(await client.action(storeFiles, { texts: ["b"] })).toEqual(["b"]);
      });
    });

    test("goes on where it was after its socket was lost", async () => {
      await live(host, async (client) => {
        const { seen, until } = follow(client, "dropped");
        await until(1);
        for (const text of ["1", "2"]) {
          host.dropSockets();
          await httpClient(host).mutation(add, { author: "dropped", text });
          await expect.poll(() => seen.at(-1)?.at(-1), { timeout: pollLimitMs }).toBe(text);
        }
        expect(seen.at(-1)).toEqual(["1", "2"]);
      });
    });

    test("sends again what was in flight, which is applied once", async () => {
      const { Lossy, losses } = losingAnswers(2);
      await live(
        host,
        async (client) => {
          const texts = ["a", "b", "c"];
          const sent = texts.map((text) => client.mutation(add, { author: "again", text }));
          expect(await Promise.all(sent)).toEqual(texts);
        },
        Lossy,
      );
      expect(losses()).toBe(2);
      expect(await httpClient(host).query(list, { author: "again" })).toEqual(["a", "b", "c"]);
    });

    test("is told of a ConvexError by its data, in a mutation and in a subscription", async () => {
      await live(host, async (client) => {
        const missing = client.mutation(remove, { author: "nobody", text: "y" });
        await expect(missing).rejects.toMatchObject({ data: { missing: "y" } });
        await expect(client.query(page, { author: "x" })).rejects.toThrow("Server Error");
      });
    });

    test("changes who it is: signed in, with a new token when one runs out, signed out", async () => {
      await live(host, async (client) => {
        const seen = followMine(client);
        await expect.poll(() => seen.at(-1)).toBeNull();
        let asked = 0;
        client.setAuth(async () => await token(host, { sub: `live ana ${(asked += 1)}` }));
        await expect.poll(() => seen.at(-1)?.author).toBe("live ana 2");
        expect(await client.mutation(addMine, { text: "x" })).toBe("live ana 2");
        expect(seen.at(-1)).toEqual({ author: "live ana 2", count: 1 });
        host.clock.now += 10 * 60_000;
        // What the token that has run out would have done, the next one does.
        expect(await client.mutation(addMine, { text: "y" })).toBe("live ana 3");
        await expect.poll(() => seen.at(-1)?.author).toBe("live ana 3");
        client.client.clearAuth();
        await expect.poll(() => seen.at(-1)).toBeNull();
      });
    });

    test("is signed out by a token that is refused", async () => {
      await live(host, async (client) => {
        const signedIn: boolean[] = [];
        client.setAuth(
          async () => await token(host, {}, "foreign"),
          (isSignedIn) => signedIn.push(isSignedIn),
        );
        await expect.poll(() => signedIn.at(-1)).toBe(false);
        expect(await client.query(mine, {})).toBeNull();
      });
    });
  });

  describe("pages", () => {
    test("are read one by one by the HTTP client", async () => {
      await fill(host, "paged by hand", ["a", "b", "c", "d", "e"]);
      const client = httpClient(host);
      const seen: string[][] = [];
      let cursor: string | null = null;
      for (let isDone = false; !isDone;) {
        const paginationOpts: object = { numItems: 2, cursor };
        const args = { author: "paged by hand", paginationOpts };
        const read = (await client.query(page, args)) as Page;
        seen.push(read.page);
        ({ isDone, continueCursor: cursor } = read);
        // Behind the cursor, and ahead of it.
        if (seen.length === 1) await fill(host, "paged by hand", ["a2", "c2"]);
      }
      expect(seen.flat()).toEqual(["a", "b", "c", "c2", "d", "e"]);
    });

    test("that are followed stay whole while documents come and go, also across a lost socket", async () => {
      await fill(host, "paged", ["a", "c", "e", "g", "i", "k"]);
      await live(host, async (client) => {
        const { latest } = followPages(client, "paged", 2);
        await expect.poll(() => latest()?.results).toEqual(["a", "c"]);
        latest()?.loadMore(2);
        await expect.poll(() => latest()?.results).toEqual(["a", "c", "e", "g"]);
        await client.mutation(add, { author: "paged", text: "b" });
        expect(latest()?.results).toEqual(["a", "b", "c", "e", "g"]);
        await client.mutation(remove, { author: "paged", text: "c" });
        expect(latest()?.results).toEqual(["a", "b", "e", "g"]);
        host.dropSockets();
        await fill(host, "paged", ["d", "f"]);
        await expect
          .poll(() => latest()?.results, { timeout: pollLimitMs })
          .toEqual(["a", "b", "d", "e", "f", "g"]);
        latest()?.loadMore(10);
        await expect.poll(() => latest()?.status).toBe("Exhausted");
        expect(latest()?.results).toEqual(["a", "b", "d", "e", "f", "g", "i", "k"]);
        await client.mutation(add, { author: "paged", text: "z" });
        expect(latest()?.results.at(-1)).toBe("z");
      });
    });
  });
});

type Page = { page: string[]; isDone: boolean; continueCursor: string };
type Pages = { results: string[]; status: string; loadMore: (count: number) => boolean };

const asIs = (error: unknown): unknown => error;

async function fill(host: TestHost, author: string, texts: string[]): Promise<void> {
  for (const text of texts) await httpClient(host).mutation(add, { author, text });
}

function followMine(client: ConvexClient): Mine[] {
  const seen: Mine[] = [];
  client.onUpdate(mine, {}, (value) => seen.push(value));
  return seen;
}

function followPages(client: ConvexClient, author: string, initialNumItems: number) {
  let latest: Pages | undefined;
  client.onPaginatedUpdate_experimental(page, { author }, { initialNumItems }, (result) => {
    latest = result as unknown as Pages;
  });
  return { latest: () => latest };
}

/** A socket that is lost where an answer to a mutation would arrive, so many times. */
function losingAnswers(times: number) {
  let losses = 0;
  class Lossy extends WebSocket {
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      const isAnswer = event === "message" && String(args[0]).includes("MutationResponse");
      if (!isAnswer || losses === times) return super.emit(event, ...args);
      losses += 1;
      this.terminate();
      return true;
    }
  }
  return { Lossy, losses: () => losses };
}
