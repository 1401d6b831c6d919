import { describe, expect, test } from "vitest";

import { parseIcs } from "../../convex/external/luma/ics.ts";
import { BASE, feed, readFeed } from "../support/luma/icsFeeds.ts";
import { good, only } from "../support/luma/listings.ts";

const address = (lines: string[], uid = "UID:calev-A1@events.lu.ma") =>
  only(parseIcs(feed([...lines, uid, ...BASE.slice(1)])));
const INTRO = "DESCRIPTION:Get up-to-date information at: ";

describe("addresses of a feed", () => {
  test("the link after Luma's intro is the event's, also outside Luma", () => {
    const lines = [`${INTRO}https://tickets.example/e/77\\n\\nAlso see https://luma.com/other`];
    expect(address(lines)).toMatchObject({
      external: true,
      lumaUrl: "https://tickets.example/e/77",
    });
  });

  test("without the intro it is the first Luma link, never another one", () => {
    const lines = ["DESCRIPTION:See https://blog.example/x and (https://lu.ma/seed-swap)."];
    expect(address(lines).lumaUrl).toBe("https://luma.com/seed-swap");
  });

  test("without a link an evt- UID is used, a calev- UID is not", () => {
    expect(address([], "UID:evt-A1@events.lu.ma").lumaUrl).toBe("https://luma.com/event/evt-A1");
    const file = feed(["UID:calev-A1@events.lu.ma", ...BASE.slice(1)]);
    expect(good(parseIcs(file)).refused).toMatchObject([{ title: "Seed swap" }]);
  });

  test("a link that is not Luma's in LOCATION makes an event virtual", () => {
    expect(readFeed(["LOCATION:https://stream.example/live"])).toMatchObject({
      eventType: "virtual",
      locationUrl: "https://stream.example/live",
    });
  });
});
