import { describe, expect, test } from "vitest";

import { parsePage } from "../../convex/external/luma/page.ts";
import { ldEvent, pageWith } from "../support/luma/fixtures.ts";
import { good, readLd } from "../support/luma/listings.ts";

function place(address: object) {
  return { "@type": "Place", address: { "@type": "PostalAddress", ...address } };
}

function stream(url: string) {
  return { "@type": "VirtualLocation", url };
}

describe("all notations of fields", () => {
  test.each([
    ["a text", "Casa Azul, Calle 1", { location: "Casa Azul, Calle 1", eventType: "in-person" }],
    ["a place without a name", place({ addressLocality: "Lima" }), { location: "Lima" }],
    ["a list of a place", [place({ streetAddress: "Calle 1" })], { location: "Calle 1" }],
    [
      "a place and a stream",
      [place({ streetAddress: "Calle 1" }), stream("https://video.example/1")],
      { location: "Calle 1", eventType: "hybrid", locationUrl: "https://video.example/1" },
    ],
    [
      "coordinates on the place itself",
      { "@type": "Place", name: "Casa", latitude: -12.05, longitude: "-77.04" },
      { coordinates: { lat: -12.05, lng: -77.04 } },
    ],
  ])("location may be %s", (_, location, expected) => {
    expect(readLd({ location })).toMatchObject(expected);
  });

  test("coordinates out of range, null or 0,0 are dropped", () => {
    for (const [latitude, longitude] of [
      [91, 0],
      [null, 5],
      ["", ""],
      [0, 0],
      ["north", "east"],
    ]) {
      const event = readLd({
        location: { "@type": "Place", name: "A", geo: { latitude, longitude } },
      });
      expect(event).not.toHaveProperty("coordinates");
    }
  });

  test.each([
    ["https://schema.org/OnlineEventAttendanceMode", "virtual"],
    ["http://schema.org/MixedEventAttendanceMode", "hybrid"],
    ["OfflineEventAttendanceMode", "in-person"],
  ])("attendance mode %s is %s", (eventAttendanceMode, eventType) => {
    expect(readLd({ eventAttendanceMode })).toMatchObject({ eventType });
  });

  test.each([
    "EventCancelled",
    "http://schema.org/EventCancelled",
    ["https://schema.org/EventCancelled"],
  ])("%s is a cancellation", (eventStatus) => {
    expect(readLd({ eventStatus })).toMatchObject({ cancelled: true });
  });

  test("postponed and rescheduled are not cancellations", () => {
    expect(readLd({ eventStatus: "https://schema.org/EventPostponed" })).not.toHaveProperty(
      "cancelled",
    );
  });

  test("null drops the field, not the event", () => {
    const keys = "endDate location image organizer offers description eventStatus @id".split(" ");
    const event = readLd(Object.fromEntries(keys.map((key) => [key, null])));
    expect(Object.keys(event).toSorted()).toEqual(["lumaSlug", "lumaUrl", "startDate", "title"]);
  });

  test("an image can be an object, and only https is accepted", () => {
    const image = [
      { "@type": "ImageObject", url: "http://a.example/1.png" },
      { url: "https://a.example/2.png" },
    ];
    expect(readLd({ image })).toMatchObject({ coverImage: "https://a.example/2.png" });
    expect(readLd({ image: "javascript:alert(1)" })).not.toHaveProperty("coverImage");
  });

  test("an anchor in @id is not an address", () => {
    expect(readLd({ "@id": "_:b0" }).lumaUrl).toBe("https://luma.com/seed-swap");
    const refused = good(parsePage(pageWith([ldEvent(), ldEvent({ url: null, "@id": "#event" })])));
    expect(refused.refused).toEqual([{ title: "Seed swap", reason: expect.any(String) as string }]);
  });
});
