import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readCalendarUrl } from "../../convex/external/luma/addresses.ts";
import type { Listing } from "../../convex/external/luma/listing.ts";
import { parseApi, parseItems } from "../../convex/external/luma/json.ts";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { parsePage } from "../../convex/external/luma/page.ts";
import { fixture, pageWith } from "../support/luma/fixtures.ts";

/** Field names and values that the parsers know, so that random input reaches deeper code. */
const WORDS =
  "@type @id @graph Event ItemList Organization events itemListElement item name url startDate " +
  "endDate location address geo latitude organizer image offers price api_id id event start_at " +
  "timezone coordinate geo_address_json hosts calendar ticket_info evt-A1 calev-A1 luma.com/a " +
  "https://luma.com/a 2026-11-07T10:00:00Z 2026-11-07T10:00:00 Europe/Madrid PT1H public null";
const word = fc.constantFrom(...WORDS.split(" "));

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    word,
    fc.string(),
    fc.double(),
    fc.constantFrom(null, true, 0),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(word, tie("tree"), { maxKeys: 8 }),
  ),
}));

/** Checks that a parser's result is well-formed: finite times, https addresses, a title. */
function isSound(listing: Listing): boolean {
  if (!listing.ok) return listing.reason !== "";
  return listing.events.every(
    (event) =>
      Number.isFinite(event.startDate) &&
      (event.endDate ?? event.startDate) >= event.startDate &&
      event.lumaUrl.startsWith("https://") &&
      event.title.trim() !== "",
  );
}

describe("random input is read or refused, and nothing is thrown", () => {
  test("JSON", () => {
    fc.assert(
      fc.property(fc.array(tree), (entries) => {
        expect(isSound(parseItems({ entries }))).toBe(true);
        expect(isSound(parseApi({ entries }))).toBe(true);
      }),
    );
  });

  test("ld+json and the page's own data", () => {
    fc.assert(
      fc.property(tree, tree, (document, items) => {
        const next = {
          props: { pageProps: { initialData: { data: { featured_items: [items] } } } },
        };
        const script = `<script id="__NEXT_DATA__">${JSON.stringify(next)}</script>`;
        expect(isSound(parsePage(pageWith(document) + script))).toBe(true);
      }),
    );
  });

  test("pages and feeds with pieces missing", () => {
    const page = fixture("garden-club.html");
    const feed = fixture("garden-feed.ics");
    const cuts = fc.tuple(fc.nat(page.length), fc.nat(200), fc.string());
    fc.assert(
      fc.property(cuts, ([at, length, noise]) => {
        const damage = (text: string) => text.slice(0, at) + noise + text.slice(at + length);
        expect(isSound(parsePage(damage(page)))).toBe(true);
        expect(isSound(parseIcs(damage(feed)))).toBe(true);
      }),
    );
  });

  test("addresses", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (input) => {
        expect(readCalendarUrl(input)).toHaveProperty("ok");
      }),
    );
  });
});
