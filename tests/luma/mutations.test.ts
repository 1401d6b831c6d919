import { expect, test } from "vitest";
import { identity } from "../../convex/external/luma/assemble.ts";
import { parseIcs } from "../../convex/external/luma/ics.ts";
import { parseApi, parseItems } from "../../convex/external/luma/json.ts";
import type { Listing } from "../../convex/external/luma/listing.ts";
import { parsePage } from "../../convex/external/luma/page.ts";
import { answerWith } from "../../convex/external/luma/sources.ts";
import type { LumaSource } from "../../convex/external/luma/types.ts";
import { safeJson } from "../../convex/external/boundedFetch.ts";
import {
  feedOf,
  icsEvent,
  icsExternal,
  jsonEvent,
  jsonExternal,
} from "../support/convex/lumaSources.ts";
import { chance, damaged } from "../support/luma/damage.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";

// Damaged answers of every source: two thousand of each, with a fixed seed. Nothing is thrown, an event
// that is lost is said to be (refused, or the listing is not complete), and nothing looks empty.

const day = 86_400_000;
const now = Date.UTC(2026, 11, 1);
const names = ["a", "b", "c", "d"];
const startOf = (index: number) => now + (index + 1) * day;
const shop = "https://tickets.example/e/";

const items = {
  entries: [
    ...names.map((name, n) =>
      jsonEvent(`${name}Event0000001`, startOf(n), { location_type: "offline" }),
    ),
    jsonExternal("Shop00000000001", startOf(5), `${shop}1`),
  ],
  has_more: false,
};
const api = {
  entries: names.map((name, n) => ({
    ...jsonEvent(`${name}Event0000001`, startOf(n)).event,
    id: `evt-${name}Event0000001`,
  })),
  has_more: false,
};
const feed = feedOf(
  ...names.map((name, n) =>
    icsEvent(`${name}Event0000001`, startOf(n), ["BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"]),
  ),
  icsExternal("Shop00000000001", startOf(5), `${shop}1`),
  [...icsEvent("Weekly000000001", startOf(6)), "RRULE:FREQ=WEEKLY;COUNT=2"],
);
const listed = names.map((name, n) => ({
  "@type": "ListItem",
  item: ldEvent({
    url: `https://luma.com/${name}Event`,
    startDate: new Date(startOf(n)).toISOString(),
  }),
}));
const list = { "@type": "ItemList", numberOfItems: names.length, itemListElement: listed };
const next = {
  props: {
    pageProps: {
      initialData: {
        kind: "calendar",
        data: { featured_items: [jsonEvent("aEvent", startOf(0))] },
      },
    },
  },
};
const page = `<html><head><title>x</title>${pageWith({ "@type": "Organization", name: "Club" }, list)}</head><body><!-- x --><script id="__NEXT_DATA__">${JSON.stringify(next)}</script></body></html>`;
const legacy = pageWith({ "@type": "Organization", events: listed.map(({ item }) => item) });

const sources: [name: string, source: LumaSource, text: string, read: (text: string) => Listing][] =
  [
    ["the feed", "ics", feed, (text) => parseIcs(text, false, { now })],
    ["the keyless JSON", "items", JSON.stringify(items), (text) => parseItems(safeJson(text))],
    ["the official API", "api", JSON.stringify(api), (text) => parseApi(safeJson(text))],
    ["the page", "page", page, (text) => parsePage(text)],
    ["the page before 2026", "page", legacy, (text) => parsePage(text)],
  ];

test.each(sources)("%s", (_, source, text, read) => {
  const whole = read(text);
  if (!whole.ok) throw new Error(whole.reason);
  expect(whole).toMatchObject({ complete: true, refused: [] });
  const below = chance(text.length);
  let [said, kept] = [0, 0];
  for (let times = 0; times < 2000; times++) {
    const file = damaged(text, below);
    const listing = read(file);
    const answer = answerWith(listing, { source });
    if (!listing.ok || answer.kind !== "page") {
      said++;
      continue;
    }
    // As many events as before; the damage may have changed what one of them says, or its name.
    const isWhole = listing.events.length >= whole.events.length;
    const isSaid = !listing.complete || listing.refused.length > 0;
    if (!isWhole && !isSaid) throw new Error(`an event was lost silently in:\n${file}`);
    if (answer.events.length === 0 && answer.complete) throw new Error(`it looks empty:\n${file}`);
    const ids = new Set(listing.events.map(identity));
    if (whole.events.every((event) => ids.has(identity(event)))) kept++;
    else said++;
  }
  // Both happen often, or the damages would show nothing.
  expect(Math.min(said, kept)).toBeGreaterThan(100);
});
