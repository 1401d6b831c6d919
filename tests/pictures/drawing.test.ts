import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { pixelsOf, sceneOf, toPng } from "../../bots/pictures/png.ts";
import { drawPicture, illustrated } from "../../bots/pictures/illustrate.ts";
import { createLog } from "../../bots/log.ts";
import type { Picture } from "../../shared/messages/message.ts";
import { bars, map, weeks } from "../support/pictures/examples.ts";

const en = { locale: "en", timezone: "UTC" } as const;
const es = { locale: "es", timezone: "UTC" } as const;

describe("a picture as a file", () => {
  test.each([bars("es", 60), weeks("es", 52), map("es", 12)])(
    "$kind: a PNG of the size that was said, the same each time",
    async (picture) => {
      const scene = await sceneOf(picture, es);
      const one = toPng(scene);
      const { png: other } = await drawPicture(picture, es);
      expect(one.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
      const { width, height } = pixelsOf(scene);
      expect([one.readUInt32BE(16), one.readUInt32BE(20)]).toEqual([width, height]);
      expect(Math.max(width, height)).toBe(1280);
      expect(one.equals(other)).toBe(true);
      expect(one.length).toBeLessThan(500_000);
    },
  );

  test("is drawn once for each language, and forgotten when many others came", async () => {
    const first = await drawPicture(bars("en", 3), en);
    expect((await drawPicture(bars("en", 3), { ...en })).png).toBe(first.png);
    expect((await drawPicture(bars("en", 3), es)).png.equals(first.png)).toBe(false);
    for (let count = 0; count < 32; count++)
      await drawPicture({ kind: "bars", title: `${count}`, alt: "", bars: [] }, en);
    const again = await drawPicture(bars("en", 3), en);
    expect(again.png).not.toBe(first.png);
    expect(again.png.equals(first.png)).toBe(true);
  });
});

test("pictures asked for at once are all drawn, also beside one that cannot be", async () => {
  const broken = { kind: "spiral", title: "", alt: "" } as unknown as Picture;
  const asked = [bars("en", 2), broken, bars("en", 4), weeks("en", 5)];
  const all = await Promise.allSettled(asked.map(async (one) => await drawPicture(one, en)));
  expect(all.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
});

describe("what a picture says", () => {
  const said = async (picture: Picture, reader: typeof en | typeof es = en) =>
    (await sceneOf(picture, reader)).texts.map(({ text }) => text);

  test("sixteen charities have a bar each; of more, the others share the last row with their sum", async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ label: `Charity ${index}`, cents: 100 }));
    const picture = (count: number): Picture => ({
      ...bars("en", 0),
      kind: "bars",
      bars: many(count),
    });
    expect(await said(picture(16))).toContain("Charity 15");
    const some = await said(picture(60));
    expect(some).toContain("Charity 14");
    expect(some).not.toContain("Charity 15");
    expect(some.slice(-2)).toEqual(["and 45 more", "$45"]);
    const rest = { count: 940, cents: 5_050 };
    const more = await said({ ...picture(60), kind: "bars", bars: many(60), rest }, es);
    expect(more.slice(-2)).toEqual(["y 985 más", "95,50 US$"]);
  });

  test("names on the same spot are one dot that counts them", async () => {
    const place = { latitude: 19.4, longitude: -99.1, cents: 100 };
    const places = [
      { ...place, label: "Small" },
      { ...place, label: "Large", cents: 900 },
      { ...place, label: "Far", longitude: -90 },
    ];
    const all = await said({ kind: "map", title: "Here", alt: "", places });
    expect(all.toSorted()).toEqual(["Far", "Here", "Large +1"]);
  });

  test("emoji that the fonts lack are left out, foreign letters become a box, markup stays text", async () => {
    const label = "Soup 🍲 <b>漢字</b> & more";
    const all = await said({ kind: "bars", title: "x", alt: "", bars: [{ label, cents: 1 }] });
    expect(all).toContain("Soup <b>□</b> & more");
  });
});

test("a picture that cannot be drawn is left out, and the log says so", async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const picture = { kind: "spiral", title: "", alt: "" } as unknown as Picture;
  expect(await illustrated({ title: "Week", picture }, en, log)).toEqual({
    message: { title: "Week" },
  });
  expect(lines).toEqual([expect.stringContaining("a picture was not drawn")]);
  const fine = await illustrated({ picture: bars("en", 1) }, en, createLog("silent"));
  expect(fine).toMatchObject({ drawn: { name: "bars.png" } });
});
