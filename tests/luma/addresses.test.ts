import { describe, expect, test } from "vitest";

import { readCalendarUrl, readEventLink } from "../../convex/external/luma/addresses.ts";
import { identity } from "../../convex/external/luma/assemble.ts";

describe("an event's address", () => {
  test.each([
    ["https://luma.com/seed-swap", { slug: "seed-swap" }],
    ["https://luma.com/seed-swap/?utm_source=x#y", { slug: "seed-swap" }],
    ["https://www.luma.com/seed-swap", { slug: "seed-swap" }],
    ["https://lu.ma/seed-swap", { slug: "seed-swap" }],
    ["HTTPS://LUMA.COM/Seed-Swap", { slug: "Seed-Swap" }],
    ["luma.com/seed-swap", { slug: "seed-swap" }],
    ["/seed-swap", { slug: "seed-swap" }],
    ["seed-swap", { slug: "seed-swap" }],
    ["seed-swap?tk=1", { slug: "seed-swap" }],
    ["platform.garden", { slug: "platform.garden" }],
    ["https://luma.com/event/evt-A1?x=1", { id: "evt-A1" }],
    ["https://luma.com/event/manage/evt-A1", { id: "evt-A1" }],
    ["/event/evt-A1/", { id: "evt-A1" }],
    ["evt-A1", { id: "evt-A1" }],
    ["https://tickets.example/e/77?a=b", { external: "https://tickets.example/e/77?a=b" }],
    ["https://luma.com.evil.example/x", { external: "https://luma.com.evil.example/x" }],
    ["https://notluma.com/x", { external: "https://notluma.com/x" }],
  ])("%s is read", (raw, expected) => {
    expect(readEventLink(raw)).toEqual(expected);
  });

  test.each([
    "http://luma.com/seed-swap",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b.example",
    "https://user:pass@tickets.example/",
    "https://luma.com@tickets.example/",
    "https://luma.com:8443/seed-swap",
    "https://luma.com/",
    "https://luma.com/user/noorj",
    "https://luma.com/calendar/cal-A1",
    "https://luma.com/discover",
    "https://tickets.example/a\nb",
    "https:\\\\tickets.example\\a",
    "calev-A1",
    "_:b0",
    "#event",
    "//tickets.example/x",
    "",
    undefined,
  ])("%j is no address", (raw) => {
    expect(readEventLink(raw)).toBeUndefined();
  });
});

describe("the identity of an event", () => {
  test("is its evt- id, else its slug, else its address", () => {
    const lumaUrl = "https://luma.com/seed-swap";
    expect(identity({ lumaEventId: "evt-A1", lumaSlug: "seed-swap", lumaUrl })).toBe("evt-A1");
    expect(identity({ lumaSlug: "seed-swap", lumaUrl })).toBe("seed-swap");
    expect(identity({ lumaUrl })).toBe(lumaUrl);
  });
});

describe("a calendar's address as a person types it", () => {
  const page = { ok: true, calendarUrl: "https://luma.com/garden-club", slug: "garden-club" };
  const id = { ok: true, calendarId: "cal-Garden00000001" };

  test.each([
    ["https://luma.com/garden-club", page],
    [" https://luma.com/garden-club/?k=c ", page],
    ["https://lu.ma/garden-club", page],
    ["https://www.lu.ma/garden-club", page],
    ["www.luma.com/garden-club", page],
    ["luma.com/garden-club", page],
    ["Lu.ma/garden-club", page],
    ["cal-Garden00000001", id],
    ["https://luma.com/calendar/cal-Garden00000001", id],
    ["https://luma.com/calendar/manage/cal-Garden00000001/settings", id],
  ])("%s", (input, expected) => {
    expect(readCalendarUrl(input)).toEqual(expected);
  });

  test.each([
    ["", "empty"],
    ["garden club", "not-a-link"],
    ["garden-club", "not-a-link"],
    ["https://luma.com\\@evil.example/x", "not-a-link"],
    ["https://luma.com/gar\tden", "not-a-link"],
    ["http://luma.com/garden-club", "not-https"],
    ["ftp://luma.com/garden-club", "not-https"],
    ["https://user:pass@luma.com/garden-club", "credentials"],
    ["luma.com@evil.example/garden-club", "credentials"],
    ["https://evil.example/luma.com/garden-club", "not-luma"],
    ["https://luma.com.evil.example/garden-club", "not-luma"],
    ["https://evil-luma.com/garden-club", "not-luma"],
    ["https://api.luma.com/garden-club", "not-luma"],
    ["https://luma.com./garden-club", "not-luma"],
    ["https://lumа.com/garden-club", "not-luma"],
    ["https://127.0.0.1/garden-club", "not-luma"],
    ["https://luma.com:8443/garden-club", "port"],
    ["https://luma.com/event/evt-A1", "event-not-calendar"],
    ["evt-A1", "event-not-calendar"],
    ["https://luma.com", "no-calendar"],
    ["https://luma.com/discover", "no-calendar"],
    ["https://luma.com/user/noorj", "no-calendar"],
    ["https://luma.com/%2e%2e/x%00", "no-calendar"],
  ])("%j is refused: %s", (input, reason) => {
    expect(readCalendarUrl(input)).toEqual({ ok: false, reason });
  });
});
