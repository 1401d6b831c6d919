import { describe, expect, test } from "vitest";

import { startLumaEmulator } from "../../bots/sandbox/services/luma/index.ts";
import { readRetryAfter } from "../../convex/external/luma/request.ts";
import { API, ask, ITEMS, NOW, page, PAGE } from "../support/luma/lumaPages.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { flat } from "../support/luma/listings.ts";
import { serve } from "../support/luma/serve.ts";

describe("throttling", () => {
  test("a 429 is reported with its delay, never read as an empty list", async () => {
    const luma = await startLumaEmulator({ now: () => NOW });
    luma.fault({ kind: "429", count: 1, retryAfter: 42 });
    expect(await ask(luma.url, ITEMS)).toEqual({ kind: "throttled", retryAfterMs: 42_000 });
    expect((await ask(luma.url, ITEMS)).kind).toBe("page");
    await luma.close();
  });

  test("a rate limit page with HTTP 200 is suspicious, in every source", async () => {
    const luma = await startLumaEmulator({ now: () => NOW });
    for (const config of [API, ITEMS, PAGE]) {
      luma.fault({ kind: "rate-limit-page", count: 1 });
      expect((await ask(luma.url, config)).kind).toBe("suspicious");
    }
    await luma.close();
  });

  test.each([
    ["30", 30_000],
    ["0", 1000],
    ["1.5", 1500],
    ["999999", 3_600_000],
    [new Date(NOW + 5000).toUTCString(), 5000],
    [new Date(NOW - 5000).toUTCString(), 1000],
    ["soon", 60_000],
    ["-5", 60_000],
    [null, 60_000],
  ])("Retry-After %j is %d ms", (header, expected) => {
    expect(readRetryAfter(header, NOW)).toBe(expected);
  });

  test("a 503 with Retry-After is throttling, without it a failure", async () => {
    const { origin } = await serve(({ path }, response) => {
      const headers = path.startsWith("/api2") ? { "retry-after": "7" } : {};
      response.writeHead(503, headers).end();
    });
    expect(await ask(origin, ITEMS)).toEqual({ kind: "throttled", retryAfterMs: 7000 });
    expect(await ask(origin, PAGE)).toMatchObject({ kind: "failed", permanent: false });
  });
});

describe("missing event data", () => {
  test.each([
    ["half an answer", '{"entries":[{"api_id"'],
    ["JSON that is no listing", '{"message":"hello"}'],
    ["a page", "<html></html>"],
    ["nothing", ""],
  ])("%s is suspicious", async (_, body) => {
    const { origin } = await serve((_seen, response) => response.end(body));
    expect((await ask(origin, ITEMS)).kind).toBe("suspicious");
    expect((await ask(origin, API)).kind).toBe("suspicious");
    expect((await ask(origin, PAGE)).kind).toBe("suspicious");
  });

  test("a listing none of whose events can be read is suspicious, not empty", async () => {
    const entries = [flat({ start_at: "?" }), flat({ name: null })];
    const { origin } = await serve((_seen, response) => response.end(JSON.stringify({ entries })));
    expect(await ask(origin, API)).toMatchObject({ kind: "suspicious" });
  });

  test("one invalid event is refused, and the others are read", async () => {
    const body = pageWith([ldEvent(), ldEvent({ url: "https://luma.com/b", startDate: "?" })]);
    const { origin } = await serve((_seen, response) => response.end(body));
    expect(await ask(origin, PAGE)).toMatchObject({
      kind: "page",
      events: [{ lumaSlug: "seed-swap" }],
      refused: [{ identity: "b" }],
    });
  });
});

const answer = (cursor: string) =>
  JSON.stringify({ entries: [flat()], has_more: true, next_cursor: cursor });

describe("a listing that does not end", () => {
  test("a repeated cursor is suspicious", async () => {
    const { origin } = await serve((_seen, response) => response.end(answer("again")));
    const first = page(await ask(origin, API));
    expect(await ask(origin, API, first.next)).toMatchObject({ kind: "suspicious" });
  });

  test("two alternating cursors are suspicious", async () => {
    const { origin } = await serve(({ query }, response) =>
      response.end(answer(query.get("pagination_cursor") === "a" ? "b" : "a")),
    );
    const first = page(await ask(origin, API));
    const second = page(await ask(origin, API, first.next));
    expect((await ask(origin, API, second.next)).kind).toBe("suspicious");
  });

  test("a listing with endless new cursors ends", async () => {
    const { origin, seen } = await serve(({ query }, response) =>
      response.end(answer(`${query.get("pagination_cursor") ?? ""}x`)),
    );
    let last = await ask(origin, API);
    while (last.kind === "page" && seen.length < 200) last = await ask(origin, API, last.next);
    expect(last.kind).toBe("suspicious");
    expect(seen.length).toBeLessThan(100);
  });

  test("a cursor survives being stored as JSON", async () => {
    const { origin, seen } = await serve((_seen, response) => response.end(answer("the-next")));
    const { next } = page(await ask(origin, API));
    await ask(origin, API, JSON.parse(JSON.stringify(next)) as typeof next);
    expect(seen[1]?.query.get("pagination_cursor")).toBe("the-next");
  });

  test("a listing is continued with its first source, and a failure in the middle is not permanent", async () => {
    const { origin, seen } = await serve((_seen, response) => response.writeHead(404).end());
    const cursor = { source: "items", value: "x" } as const;
    const answer = await ask(origin, { ...ITEMS, ...PAGE }, cursor);
    expect(answer).toMatchObject({ kind: "failed", permanent: false });
    expect(seen).toHaveLength(1);
    expect(await ask(origin, PAGE, cursor)).toMatchObject({ kind: "failed", permanent: false });
  });
});
