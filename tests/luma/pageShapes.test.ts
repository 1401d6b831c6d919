import { describe, expect, test } from "vitest";

import { parsePage } from "../../convex/external/luma/page.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { good, only } from "../support/luma/listings.ts";

const title = (html: string) => only(parsePage(html)).title;

function untyped() {
  const { "@type": _, ...rest } = ldEvent();
  return rest;
}

describe("older and other shapes", () => {
  test.each([
    ["Organization.events", { "@type": "Organization", events: [ldEvent()] }],
    ["Organization.events that are untyped", { "@type": "Organization", events: [untyped()] }],
    ["a single Organization.event", { "@type": ["Organization", "Brand"], event: ldEvent() }],
    ["@graph", { "@graph": [{ "@type": "WebSite" }, ldEvent()] }],
    ["a nested @graph", { "@graph": [{ "@graph": [{ "@graph": [ldEvent()] }] }] }],
    ["a list in a @graph", { "@graph": [{ "@type": "ItemList", itemListElement: [ldEvent()] }] }],
    ["a plain list", [ldEvent()]],
    ["a single event", ldEvent()],
    ["a list of types", ldEvent({ "@type": ["Thing", "SocialEvent"] })],
    ["a type with its address", ldEvent({ "@type": "https://schema.org/Event" })],
    [
      "one element instead of a list",
      { "@type": "ItemList", itemListElement: { item: ldEvent() } },
    ],
    ["the list as a page's main entity", { "@type": "WebPage", mainEntity: [ldEvent()] }],
    [
      "items that point at events elsewhere in the graph",
      {
        "@graph": [
          {
            "@type": "ItemList",
            itemListElement: [{ item: { "@id": "https://luma.com/seed-swap" } }],
          },
          ldEvent(),
        ],
      },
    ],
  ])("%s", (_, document) => {
    expect(title(pageWith(document))).toBe("Seed swap");
  });

  test("breadcrumbs and other types with events are not events", () => {
    const crumbs = { "@type": "BreadcrumbList", itemListElement: [{ name: "Home", item: "x" }] };
    expect(title(pageWith(crumbs, ldEvent()))).toBe("Seed swap");
  });

  test("a broken block does not affect the others", () => {
    const broken = '<script type="application/ld+json">{oops</script>';
    expect(title(broken + pageWith(ldEvent()))).toBe("Seed swap");
  });

  test("JSON in a CDATA comment or escaped as HTML is parsed", () => {
    const json = JSON.stringify(ldEvent());
    const open = '<script type="application/ld+json">';
    expect(title(`${open}//<![CDATA[\n${json}\n//]]></script>`)).toBe("Seed swap");
    expect(title(`${open}${json.replaceAll('"', "&quot;")}</script>`)).toBe("Seed swap");
  });

  test("an event listed twice is one event", () => {
    expect(good(parsePage(pageWith([ldEvent(), ldEvent()]))).events).toHaveLength(1);
  });
});
