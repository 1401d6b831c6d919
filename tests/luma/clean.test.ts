import { describe, expect, test } from "vitest";

import { cleanLine, cleanText, decodeEntities } from "../../convex/external/luma/text.ts";
import { readHosts } from "../../convex/external/luma/assemble.ts";

describe("untrusted text", () => {
  test("control and direction characters are stripped, emoji stay whole", () => {
    expect(cleanLine("a\u0000b\u202ec\u2066d\u200fe\u0085f\u007f")).toBe("abcde f");
    expect(cleanLine("👩‍🌾 day")).toBe("👩‍🌾 day");
  });

  test("control characters written as entities are stripped too", () => {
    expect(cleanLine("a&#8238;b&#0;c&#x202E;d")).toBe("abcd");
  });

  test("a title is one line, a description keeps its lines", () => {
    expect(cleanLine("  Seed\r\n\tswap  ")).toBe("Seed swap");
    expect(cleanText("one\r\ntwo\u2028three")).toBe("one\ntwo\nthree");
  });

  test("truncation never splits an emoji", () => {
    expect(cleanLine("ab🌱cd", 3)).toBe("ab");
    expect(cleanLine("ab🌱cd", 4)).toBe("ab🌱");
  });

  test("half a surrogate pair is removed", () => {
    expect(cleanLine("a\ud83cb")).toBe("a\ufffdb");
  });

  test("text without visible characters is undefined", () => {
    expect(cleanLine(" \u200b\u202e ")).toBeUndefined();
  });
});

describe("HTML entities", () => {
  test.each([
    ["R&amp;D", "R&D"],
    ["&quot;x&quot; &#39;y&#x27;", `"x" 'y'`],
    ["&ntilde;and&uacute; &Eacute;l", "ñandú Él"],
    ["&amp;lt;b&amp;gt;", "&lt;b&gt;"],
    ["fish & chips &unknown; &", "fish & chips &unknown; &"],
    ["&valueOf; &#55357; &#9999999;", "&valueOf;  "],
  ])("%j is %j", (text, expected) => {
    expect(decodeEntities(text)).toBe(expected);
  });
});

describe("hosts", () => {
  test("the same name is one host, with the fields of both", () => {
    const hosts = readHosts([
      { name: "Garden Club" },
      { name: "garden club", avatarUrl: "https://a.example/1.png", handle: "@garden" },
    ]);
    expect(hosts).toEqual([
      { name: "Garden Club", avatarUrl: "https://a.example/1.png", handle: "garden" },
    ]);
  });

  test("internal ids and http pictures are dropped", () => {
    const hosts = readHosts([
      { name: "Bo", handle: "usr-123", avatarUrl: "http://a.example/1.png" },
    ]);
    expect(hosts).toEqual([{ name: "Bo" }]);
  });

  test("no names, no hosts", () => {
    expect(readHosts([{ name: undefined }, { name: " " }])).toBeUndefined();
  });
});
