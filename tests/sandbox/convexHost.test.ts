import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  add,
  adminClient,
  adminKey,
  echo,
  follow,
  httpClient,
  list,
  live,
  token,
  visit,
  whoami,
} from "../support/convexHost/host.ts";
import { host } from "../support/convexHost/running.ts";

const addThenRefuse = makeFunctionReference<"mutation">("notes:addThenRefuse");
const countAll = makeFunctionReference<"query">("notes:countAll");

describe("the HTTP client", () => {
  test("reads what it wrote", async () => {
    const client = httpClient(host);
    expect(await client.mutation(add, { author: "reads", text: "one" })).toBe("one");
    expect(await client.query(list, { author: "reads" })).toEqual(["one"]);
    expect(await client.consistentQuery(list, { author: "reads" })).toEqual(["one"]);
  });

  test("runs actions, whose mutations may run side by side", async () => {
    const addByAction = makeFunctionReference<"action">("notes:addByAction");
    const texts = ["a", "b", "c", "d"];
    expect(await httpClient(host).action(addByAction, { author: "acts", texts })).toEqual(texts);
    expect(await httpClient(host).query(list, { author: "acts" })).toHaveLength(4);
  });

  test("may be used by an action, against the deployment it runs in", async () => {
    const visitByHttp = makeFunctionReference<"action">("pages:visitByHttp");
    const { tables } = await host.state();
    const pages = ["/a", "/b", "/c"];
    await Promise.all(pages.map((page) => httpClient(host).action(visitByHttp, { page })));
    expect((await host.state()).tables["visits"]).toBe((tables["visits"] ?? 0) + pages.length);
  });

  test("stores files from actions, whatever refuses meanwhile", async () => {
    const storeFiles = makeFunctionReference<"action">("pages:storeFiles");
    const texts = ["one", "two", "three", "four"];
    const refused = texts.map(() =>
      httpClient(host)
        .mutation(addThenRefuse, { author: "files", refuse: true })
        .catch(() => "refused"),
    );
    expect(await httpClient(host).action(storeFiles, { texts })).toEqual(texts);
    expect(await Promise.all(refused)).toEqual(texts.map(() => "refused"));
  });

  test("gets a value of every kind back as it was", async () => {
    const value = { big: 5n, bytes: new Uint8Array([1, 2]).buffer, none: null, n: [1.5, -0] };
    expect(await httpClient(host).mutation(echo, { value })).toEqual(value);
  });

  test("is told which function is missing, and which is of another kind", async () => {
    const missing = makeFunctionReference<"query">("notes:nothing");
    await expect(httpClient(host).query(missing, {})).rejects.toThrow(
      "Could not find public function for 'notes:nothing'",
    );
    const listAsMutation = makeFunctionReference<"mutation">("notes:list");
    await expect(httpClient(host).mutation(listAsMutation, { author: "x" })).rejects.toThrow(
      "Trying to execute notes.js:list as Mutation, but it is defined as Query.",
    );
  });
});

describe("a transaction", () => {
  test("that refuses leaves nothing behind, and its data reaches the client", async () => {
    const refused = httpClient(host).mutation(addThenRefuse, { author: "half", refuse: true });
    await expect(refused).rejects.toThrow(ConvexError);
    await expect(refused).rejects.toMatchObject({ data: { code: "no", count: 3n } });
    expect(await httpClient(host).query(list, { author: "half" })).toEqual([]);
  });

  test("that breaks tells its error to the host, and to callers only that it broke", async () => {
    const call = { author: "half", refuse: false };
    await expect(httpClient(host).mutation(addThenRefuse, call)).rejects.toThrow(
      /^\[Request ID: [0-9a-f]{16}\] Server Error$/,
    );
    expect(host.records.at(-1)?.error).toContain("hunter2");
    await expect(adminClient(host).mutation(addThenRefuse, call)).rejects.toThrow("hunter2");
    expect(await httpClient(host).query(list, { author: "half" })).toEqual([]);
  });

  test("whose return value is refused leaves nothing behind", async () => {
    const badReturn = makeFunctionReference<"mutation">("notes:badReturn");
    await expect(httpClient(host).mutation(badReturn, { author: "wrong" })).rejects.toThrow(
      "Server Error",
    );
    expect(await httpClient(host).query(list, { author: "wrong" })).toEqual([]);
  });

  test("sees all of another or nothing of it", async () => {
    const appendCount = makeFunctionReference<"mutation">("notes:appendCount");
    const clients = Array.from({ length: 8 }, () => httpClient(host));
    await Promise.all(clients.map((client) => client.mutation(appendCount, { author: "race" })));
    const counted = await httpClient(host).query(list, { author: "race" });
    expect(counted).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
  });

  test("is measured as Convex counts it", async () => {
    await httpClient(host).mutation(add, { author: "measured", text: "one" });
    expect(host.records.at(-1)).toMatchObject({
      path: "notes:add",
      metrics: { documentsWritten: 1, documentsRead: 0 },
    });
    await httpClient(host).query(list, { author: "measured" });
    const { metrics, logLines } = host.records.at(-1) ?? {};
    expect(metrics).toMatchObject({ documentsWritten: 0, documentsRead: 1 });
    expect(metrics?.bytesRead).toBeGreaterThan(0);
    expect(logLines).toEqual(["[LOG] 'listing' 'measured'"]);
  });
});

describe("an internal function", () => {
  test("does not exist for a caller without the admin key", async () => {
    await expect(httpClient(host).query(countAll, {})).rejects.toThrow("Could not find public");
    expect(await adminClient(host).query(countAll, {})).toBeGreaterThanOrEqual(0);
  });

  test("stays closed to a wrong key, as does the host's own state", async () => {
    for (const key of ["", "wrong", `${adminKey}x`]) {
      const headers = { authorization: `Convex ${key}` };
      const response = await fetch(`${host.url}/api/local/state`, { headers });
      expect(response.status).toBe(401);
    }
    expect((await fetch(`${host.url}/api/local/state`)).status).toBe(403);
  });
});

describe("a subscription", () => {
  test("is told of another client's write, and of nothing else", async () => {
    await live(host, async (client) => {
      const { seen, until } = follow(client, "told");
      await until(1);
      await client.mutation(visit, { page: "/unrelated" });
      await httpClient(host).mutation(add, { author: "told", text: "hello" });
      await until(2);
      expect(seen).toEqual([[], ["hello"]]);
    });
  });

  test("shows a client's own mutation by the time it is done, even one that writes nothing", async () => {
    await live(host, async (client) => {
      const { seen, until } = follow(client, "own");
      await until(1);
      await client.mutation(add, { author: "own", text: "mine" });
      expect(seen.at(-1)).toEqual(["mine"]);
      expect(await client.mutation(echo, { value: "nothing written" })).toBe("nothing written");
      expect(seen).toHaveLength(2);
    });
  });

  test("is told of what actions and scheduled functions write", async () => {
    await live(host, async (client) => {
      const { seen, until } = follow(client, "others");
      await until(1);
      const addByAction = makeFunctionReference<"action">("notes:addByAction");
      await client.action(addByAction, { author: "others", texts: ["by action"] });
      await until(2);
      const addLater = makeFunctionReference<"mutation">("notes:addLater");
      await client.mutation(addLater, { author: "others", text: "later", inMs: 0 });
      await until(3);
      expect(seen.at(-1)).toEqual(["by action", "later"]);
    });
  });

  test("that fails says why", async () => {
    await live(host, async (client) => {
      const failed = Promise.withResolvers<Error>();
      client.onUpdate(countAll, {}, () => undefined, failed.resolve);
      expect((await failed.promise).message).toContain("Could not find public function");
    });
  });

  test("goes on after the connection was lost, with what happened meanwhile", async () => {
    await live(host, async (client) => {
      const { seen, until } = follow(client, "lost");
      await until(1);
      host.dropSockets();
      await httpClient(host).mutation(add, { author: "lost", text: "meanwhile" });
      await until(2);
      await client.mutation(add, { author: "lost", text: "after" });
      expect(seen.at(-1)).toEqual(["meanwhile", "after"]);
    });
  });

  test("a mutation whose answer was lost with the connection is applied once", async () => {
    let losses = 1;
    /** Loses the connection where the first answer would arrive. */
    class Lossy extends WebSocket {
      override emit(event: string | symbol, ...args: unknown[]): boolean {
        if (event === "message" && String(args[0]).includes("MutationResponse") && losses > 0) {
          losses -= 1;
          this.terminate();
          return true;
        }
        return super.emit(event, ...args);
      }
    }
    await live(
      host,
      async (client) => {
        expect(await client.mutation(add, { author: "once", text: "only" })).toBe("only");
      },
      Lossy,
    );
    expect(losses).toBe(0);
    expect(await httpClient(host).query(list, { author: "once" })).toEqual(["only"]);
  });
});

describe("a token", () => {
  test("of a known provider makes the caller its subject", async () => {
    const more = { given_name: "Ana", team: { id: 7 }, subject: "forged" };
    const identity = await httpClient(host, await token(host, { more })).query(whoami, {});
    expect(identity).toEqual({
      tokenIdentifier: "https://tokens.example|ana",
      issuer: "https://tokens.example",
      subject: "ana",
      givenName: "Ana",
      "team.id": 7,
    });
  });

  test("of an OpenID provider is verified with the keys its discovery document names", async () => {
    const signed = await token(host, { iss: "https://people.example", aud: "convex", sub: "bo" });
    expect(await httpClient(host, signed).query(whoami, {})).toMatchObject({ subject: "bo" });
  });

  test("that proves nothing is refused, and the request is not served as anonymous", async () => {
    const people = { iss: "https://people.example", aud: "convex" };
    const refusals: [string, string][] = [
      ["not a token", "Could not parse JWT payload"],
      [
        await token(host, { aud: "another app" }),
        "No auth provider found matching the given token",
      ],
      [await token(host, { iss: "https://evil.example" }), "No auth provider found"],
      [await token(host, { expiresIn: -60 }), "Token expired"],
      [await token(host, {}, "foreign"), "Could not decode token"],
      [await token(host, people, "foreign"), "Could not verify OIDC token claim"],
    ];
    for (const [presented, text] of refusals) {
      await expect(httpClient(host, presented).query(whoami, {})).rejects.toThrow(text);
    }
  });

  test("identifies a live client, until it runs out and a new one is asked for", async () => {
    await live(host, async (client) => {
      let asked = 0;
      client.setAuth(async () => await token(host, { sub: `ana ${(asked += 1)}` }));
      const seen = { subject: "" as unknown, wake: () => {} };
      const until = async (subject: string): Promise<void> => {
        while (seen.subject !== subject) await new Promise<void>((wake) => (seen.wake = wake));
      };
      client.onUpdate(whoami, {}, (identity) => {
        seen.subject = identity?.["subject"];
        seen.wake();
      });
      // The client replaces the token it starts with at once.
      await until("ana 2");
      host.clock.now += 10 * 60_000;
      expect(await client.mutation(echo, { value: "once more" })).toBe("once more");
      await until("ana 3");
    });
  });

  test("that is refused signs a live client out", async () => {
    await live(host, async (client) => {
      const signedIn = await new Promise<boolean>((resolve) => {
        client.setAuth(async () => await token(host, {}, "foreign"), resolve);
      });
      expect(signedIn).toBe(false);
    });
  });
});
