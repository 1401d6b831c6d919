import { describe, expect, test } from "vitest";

import { parsePage } from "../../convex/external/luma/page.ts";
import { safeJson } from "../../convex/external/boundedFetch.ts";
import { scanHtml } from "../../convex/external/luma/scanHtml.ts";

const MB2 = 2_000_000;

describe("finding scripts", () => {
  test.each([
    `<script type="application/ld+json">{}</script>`,
    `<script type='application/ld+json'>{}</script>`,
    `<script type=application/ld+json>{}</script>`,
    `<SCRIPT DATA-A="a>b" TYPE = "Application/LD+JSON" async>{}</SCRIPT >`,
    `<script\n\tnonce=""\n\ttype="application/ld+json; charset=utf-8"\n>{}</script\n>`,
    `<script async type="application/ld&#43;json">{}</script>`,
    `<script type="application/ld+json"/>{}</script>`,
  ])("%j", (html) => {
    const [script] = scanHtml(`<p>1 < 2 <b x="<script>">${html}<i>`).scripts.slice(-1);
    expect(script?.attributes.get("type")?.toLowerCase()).toMatch(/^application\/ld\+json/);
    expect(script?.content).toBe("{}");
  });

  test("an escaped </script in the JSON does not end it", () => {
    const html = `<script type="application/ld+json">{"a":"<\\/script>"}</script>`;
    expect(safeJson(scanHtml(html).scripts[0]?.content ?? "")).toEqual({ a: "</script>" });
  });

  test("tags with a longer name are other tags", () => {
    const html = "<scripture>x</scripture><metadata content='x'>";
    expect(scanHtml(html)).toMatchObject({ scripts: [], metas: [] });
  });

  test("comments are skipped", () => {
    expect(scanHtml("<!-- <script>1</script> --><script>2</script>").scripts).toHaveLength(1);
  });

  test("letters whose lower case is longer do not shift the offsets", () => {
    const html = `${"İ".repeat(50)}<script>{"a":1}</script>`;
    expect(scanHtml(html).scripts[0]?.content).toBe('{"a":1}');
  });

  test("of a repeated attribute the first counts", () => {
    const html = `<meta name="a" name="b" content="x &amp; y">`;
    expect([...(scanHtml(html).metas[0]?.attributes ?? [])]).toEqual([
      ["name", "a"],
      ["content", "x & y"],
    ]);
  });
});

describe("two megabytes of hostile page", () => {
  test.each([
    ["<"],
    ["<script"],
    ["<script "],
    ["<script>"],
    ['<script a="'],
    ["<script></"],
    ["<script></script"],
    ["<meta "],
    ["<meta content='"],
    ["<meta ="],
    ["<!--"],
    ["<!-- --"],
    ["</script>"],
    ["<title>"],
    [`<script type="application/ld+json">[`],
    ["&amp;"],
  ])("%j over and over is walked once", (piece) => {
    const html = piece.repeat(Math.ceil(MB2 / piece.length));
    const scan = scanHtml(html);
    expect(scan.steps).toBeLessThanOrEqual(html.length);
    expect(parsePage(html)).toMatchObject({ ok: false });
  });

  test("JSON deeper than any calendar is refused before it is parsed", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(safeJson(deep)).toBeUndefined();
    expect(safeJson(`"${"[".repeat(500)}"`)).toBe("[".repeat(500));
    expect(safeJson('{"a":"\\"[[[","b":[1]}')).toEqual({ a: '"[[[', b: [1] });
  });

  test("JSON larger than any calendar is refused before it is parsed", () => {
    expect(safeJson(`"${"x".repeat(3_000_000)}"`)).toBeUndefined();
  });
});
