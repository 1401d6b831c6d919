import { describe, expect, test } from "vitest";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { parseApi, parseItems } from "../../convex/external/luma/json.ts";
import { parsePage } from "../../convex/external/luma/page.ts";
import { feedOf, icsEvent, jsonEvent } from "../support/convex/lumaSources.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";

// The readers take time in proportion to the length of their input, whatever stands in it. Measured as
// a ratio on the same machine: a text of 96,000 characters takes a few times ten milliseconds at most,
// and a pattern that tries again from each place would take 9,000,000,000 steps.

const at = Date.UTC(2026, 11, 6, 18);
const now = at - 86_400_000;

/** Pieces that a pattern with a loop in a loop would try again from each place. */
const pieces = [
  ")",
  "((",
  "\\r",
  "\r",
  " ",
  "\\n",
  "\\n ",
  "&",
  "&#",
  "&amp",
  ",;",
  ".",
  "<",
  "</",
  '"',
  "https://",
  "https://a.b/",
  "\\\\",
  "Z ",
  "a.",
  "-->",
  "=",
  ";",
  "日",
  "\u0000",
  "👩‍🚀",
];
const unit = 6_000;

/** The shortest of a few runs, in milliseconds. */
function timeOf(run: () => unknown): number {
  const times = [0, 1].map(() => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

/** How many times as long sixteen times the text takes. */
function growthOf(readerOf: (text: string) => () => unknown, piece: string): number {
  const textOf = (length: number) => `${piece.repeat(Math.ceil(length / piece.length))}x`;
  const small = timeOf(readerOf(textOf(unit)));
  const large = timeOf(readerOf(textOf(unit * 16)));
  // Shorter times are mostly chance.
  return large / Math.max(small, 10);
}

const most = 100;
const fields = [
  "SUMMARY",
  "DESCRIPTION",
  "LOCATION",
  "URL",
  "ORGANIZER;CN=x",
  "DTSTART",
  "RRULE",
  "GEO",
  "DTSTART;TZID=",
  "X-A",
];

describe.each(pieces)("%j, over and over", (piece) => {
  test("in each property of a feed", () => {
    for (const field of fields) {
      const growth = growthOf((text) => {
        const name = field.endsWith("=") ? `${field}${text}:20261206T180000` : `${field}:${text}`;
        const file = feedOf([name, ...icsEvent("jam", at)], [name]);
        return () => parseIcs(file, false, { now });
      }, piece);
      expect([field, growth < most]).toEqual([field, true]);
    }
  });

  test("in each field of the JSON", () => {
    const growth = growthOf((text) => {
      const texts = {
        name: text,
        description: text,
        url: text,
        timezone: text,
        start_at: text,
        host: text,
      };
      const place = { mode: "shown", address: text, full_address: text, city: text };
      const entries = [
        jsonEvent("jam", at, { ...texts, geo_address_info: place }),
        { event: texts },
      ];
      return () => [parseItems({ entries }), parseApi({ entries })];
    }, piece);
    expect(growth).toBeLessThan(most);
  });

  test("in a page, inside and outside its data", () => {
    const growth = growthOf((text) => {
      const event = ldEvent({
        name: text,
        description: text,
        location: text,
        url: text,
        startDate: text,
      });
      const html = pageWith({ "@type": "ItemList", itemListElement: [{ item: event }] });
      return () => [
        parsePage(html),
        parsePage(text + html),
        parsePage(html.replace("{", `${text}{`)),
      ];
    }, piece);
    expect(growth).toBeLessThan(most);
  });
});

test.each([
  ["entries that are nothing", (count: number) => Array.from({ length: count }, () => ({}))],
  [
    "entries of one address",
    (count: number) => Array.from({ length: count }, () => jsonEvent("jam", at)),
  ],
])("many %s of a page's data take time in proportion", (_, entriesOf) => {
  const readerOf = (count: number) => {
    const next = {
      props: { pageProps: { initialData: { data: { featured_items: entriesOf(count) } } } },
    };
    const listed = entriesOf(count).map(() => ({ item: ldEvent() }));
    const html = `${pageWith({ "@type": "ItemList", itemListElement: listed })}<script id="__NEXT_DATA__">${JSON.stringify(next)}</script>`;
    return () => parsePage(html);
  };
  expect(timeOf(readerOf(4000))).toBeLessThan(Math.max(timeOf(readerOf(250)), 10) * 100);
});
