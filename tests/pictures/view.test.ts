import fc from "fast-check";
import { expect, test } from "vitest";
import { viewOf } from "../../bots/pictures/view.ts";

const frame = { left: 0, right: 800, top: 100, bottom: 740 };
const at = (longitude: number, latitude: number) => ({ longitude, latitude });
const shown = (places: ReturnType<typeof at>[]) => {
  const { project } = viewOf(places, frame);
  return places.map(({ longitude, latitude }) => project([longitude, latitude]) ?? [NaN, NaN]);
};

test("one town alone lies in the middle of a country, not of a street", () => {
  const { project } = viewOf([at(-99.13, 19.43)], frame);
  const [middle = 0, level = 0] = project([-99.13, 19.43]) ?? [];
  expect(middle).toBeCloseTo(400);
  expect(Math.abs(level - 420)).toBeLessThan(10);
  const [x = 0] = project([-98.13, 19.43]) ?? [];
  expect(x - 400).toBeLessThan(100);
});

test("neighbours on both sides of the 180th are neighbours on the map", () => {
  const [[suva = 0], [apia = 0]] = shown([at(178.4, -18.1), at(-171.8, -13.8)]) as [
    number[],
    number[],
  ];
  expect(apia - suva).toBeGreaterThan(100);
  expect(apia - suva).toBeLessThan(640);
});

test("every place is on the map, wherever on the globe", () => {
  const place = fc.record({
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    latitude: fc.double({ min: -75, max: 75, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), (places) => {
      for (const [x, y] of shown(places)) {
        expect(x).toBeGreaterThanOrEqual(frame.left - 1);
        expect(x).toBeLessThanOrEqual(frame.right + 1);
        expect(y).toBeGreaterThanOrEqual(frame.top - 1);
        expect(y).toBeLessThanOrEqual(frame.bottom + 1);
      }
    }),
    { numRuns: 500 },
  );
});
