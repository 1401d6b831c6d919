import { describe, expect, test, vi } from "vitest";

import { fetchLumaPage } from "../../convex/external/luma/fetchLumaPage.ts";
import { withTimeLimit } from "../../convex/external/boundedFetch.ts";
import { API, ask, ITEMS, NOW, page, PAGE } from "../support/luma/lumaPages.ts";
import { fixture, ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { serve } from "../support/luma/serve.ts";

const redirectTo = (location: string) =>
  serve((_seen, response) => response.writeHead(302, { location }).end());

describe("where a request may go", () => {
  test.each([
    "https://evil.example/plaza",
    "http://luma.com/plaza",
    "https://luma.com:8443/plaza",
    "https://user@luma.com/plaza",
    "https://api2.luma.com/plaza",
    "//evil.example/plaza",
    "http://[",
  ])("a page does not follow to %s", async (location) => {
    const { origin, seen } = await redirectTo(location);
    expect(await ask(origin, PAGE)).toMatchObject({ kind: "failed", permanent: true });
    expect(seen).toHaveLength(1);
  });

  test("the API key is not sent to another host, not even Luma's", async () => {
    const { origin, seen } = await redirectTo("https://luma.com/plaza");
    expect(await ask(origin, API)).toMatchObject({ kind: "failed", permanent: true });
    expect(seen).toHaveLength(1);
  });

  test("redirect loops end after three hops", async () => {
    const { origin, seen } = await redirectTo("/plaza");
    expect(await ask(origin, PAGE)).toMatchObject({ kind: "failed" });
    expect(seen).toHaveLength(4);
  });

  test("the key is only sent to the official API", async () => {
    const { origin, seen } = await serve((_seen, response) => response.writeHead(404).end());
    await ask(origin, { ...API, ...ITEMS, ...PAGE });
    const withKey = seen.filter(({ headers }) => "x-luma-api-key" in headers);
    expect(seen).toHaveLength(5);
    expect(withKey.map(({ path }) => path.split("/")[1])).toEqual([
      "public-api.luma.com",
      "public-api.luma.com",
    ]);
  });

  test("without an emulator the real https address is requested", async () => {
    const fake = vi.fn<typeof fetch>(() =>
      Promise.resolve(new Response(fixture("garden-club.html"))),
    );
    const config = { calendarUrl: "lu.ma/garden-club" };
    expect(page(await fetchLumaPage(config, undefined, { fetch: fake, now: NOW })).source).toBe(
      "page",
    );
    expect(fake.mock.calls[0]?.[0]).toBe("https://luma.com/garden-club");
  });
});

const never = () => new Promise<never>(() => undefined);

const listening = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(new Error("aborted")));
  });

describe("bounds", () => {
  test("an endless body is truncated and the connection closed", async () => {
    let closed = false;
    const { origin } = await serve((_seen, response) => {
      response.on("close", () => (closed = true));
      response.write(pageWith({ "@type": "ItemList", itemListElement: [{ item: ldEvent() }] }));
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    expect(await ask(origin, PAGE)).toMatchObject({ kind: "page", complete: false });
    await vi.waitFor(() => expect(closed).toBe(true));
  });

  test("a broken connection is a temporary failure, with a reason without an address", async () => {
    const { origin } = await serve((_seen, response) => response.destroy());
    expect(await ask(origin, ITEMS)).toEqual({
      kind: "failed",
      reason: "Luma's event list could not be reached",
      permanent: false,
    });
  });

  test("a request times out, also with a fetch that ignores signals", async () => {
    expect(await withTimeLimit(never, 10)).toBe("timeout");
    expect(await withTimeLimit(listening, 10)).toBe("timeout");
    expect(await withTimeLimit(() => Promise.resolve("in time"), 1000)).toBe("in time");
  });

  test.each([
    [400, true],
    [404, true],
    [410, true],
    [403, false],
    [408, false],
    [500, false],
    [502, false],
  ])("a page's %d is permanent: %s", async (status, permanent) => {
    const { origin } = await serve((_seen, response) => response.writeHead(status).end());
    expect(await ask(origin, PAGE)).toMatchObject({ kind: "failed", permanent });
  });

  test("an invalid key is refused before anything is sent", async () => {
    const { origin, seen } = await serve((_seen, response) => response.end());
    expect(await ask(origin, { apiKey: "a\nb" })).toMatchObject({
      kind: "failed",
      permanent: true,
    });
    expect(seen).toEqual([]);
  });
});
