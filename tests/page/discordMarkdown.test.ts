import { expect, test } from "vitest";
import { discordText } from "../../bots/sandbox/page/text/discordMarkdown.ts";
import { plain, type TextNode } from "../../bots/sandbox/page/text/draw.ts";

const bold = (...children: TextNode[]): TextNode => ({ as: "bold", children });
const italic = (...children: TextNode[]): TextNode => ({ as: "italic", children });
const link = (url: string, ...children: TextNode[]): TextNode => ({ as: "link", url, children });

test.each([
  ["plain words\nin two lines", ["plain words\nin two lines"]],
  ["a **bold** word", ["a ", bold("bold"), " word"]],
  ["*one* and _two_", [italic("one"), " and ", italic("two")]],
  [
    "__under__ ~~gone~~",
    [{ as: "underline", children: ["under"] }, " ", { as: "strike", children: ["gone"] }],
  ],
  ["||secret||", [{ as: "spoiler", children: ["secret"] }]],
  ["`a **b**`", [{ as: "code", children: ["a **b**"] }]],
  ["```ts\nlet a;\n```", [{ as: "block", children: ["let a;"] }]],
])("Reads %j", (text, nodes) => {
  expect(discordText(text)).toEqual(nodes);
});

test("Styles go inside each other", () => {
  expect(discordText("**a *b* c**")).toEqual([bold("a ", italic("b"), " c")]);
  expect(discordText("***both***")).toEqual([bold(italic("both"))]);
});

test("A backslash takes the meaning from a mark, inside a style too", () => {
  expect(discordText(String.raw`\*not\* \_this\_ \[x\](y)`)).toEqual(["*not* _this_ [x](y)"]);
  expect(discordText(String.raw`**2 \*\* 3**`)).toEqual([bold("2 ** 3")]);
  expect(discordText(String.raw`\# no heading`)).toEqual(["# no heading"]);
  expect(discordText(String.raw`\<t:1:F>`)).toEqual(["<t:1:F>"]);
  expect(discordText(String.raw`C:\name`)).toEqual([String.raw`C:\name`]);
});

test("Marks without a partner are themselves", () => {
  for (const text of ["2 * 3 * 4", "**open", "snake_case_name", "`", "[x](", "a || b", "<t:x:F>"]) {
    expect(discordText(text)).toEqual([text]);
  }
});

test("A link has a text of its own, with styles and escaped brackets", () => {
  expect(discordText("[Demo day](https://luma.com/demo)")).toEqual([
    link("https://luma.com/demo", "Demo day"),
  ]);
  expect(discordText(String.raw`**[\[A\] *day*](https://luma.com/a%29)**`)).toEqual([
    bold(link("https://luma.com/a%29", "[A] ", italic("day"))),
  ]);
});

test("Addresses are links, without the full stop after them", () => {
  expect(discordText("See https://luma.com/a_b_c.")).toEqual([
    "See ",
    link("https://luma.com/a_b_c", "https://luma.com/a_b_c"),
    ".",
  ]);
  expect(discordText("<https://luma.com/x>")).toEqual([
    link("https://luma.com/x", "https://luma.com/x"),
  ]);
});

test("Only https becomes a link", () => {
  for (const text of ["[x](http://a.b)", "[x](javascript:alert)", "http://a.b", "[x](/here)"]) {
    expect(discordText(text)).toEqual([text]);
  }
});

test("Timestamps keep their moment and style; without one it is f", () => {
  expect(discordText("<t:1700000000:R> <t:1700000000>")).toEqual([
    { as: "timestamp", at: 1_700_000_000_000, style: "R" },
    " ",
    { as: "timestamp", at: 1_700_000_000_000, style: "f" },
  ]);
  expect(discordText("**<t:5:t>**")).toEqual([bold({ as: "timestamp", at: 5000, style: "t" })]);
});

test("Headings, quotes, small print and lists begin a line", () => {
  expect(discordText("# Plaza\n> said\n-# small\n- one\na # b > c")).toEqual([
    { as: "heading", children: ["Plaza"] },
    { as: "quote", children: ["said"] },
    { as: "small", children: ["small"] },
    "• one\na # b > c",
  ]);
});

test("Mentions and commands are marked, not resolved", () => {
  expect(discordText("<@12> <#34> </events:56> @everyone")).toEqual([
    { as: "mention", children: ["@12"] },
    " ",
    { as: "mention", children: ["#34"] },
    " ",
    { as: "mention", children: ["/events"] },
    " ",
    { as: "mention", children: ["@everyone"] },
  ]);
});

test.each(["[", "|x", "**a", "[a](", "<t:", "https:/"])("A long row of %j is read", (mark) => {
  const text = mark.repeat(Math.floor(4096 / mark.length));
  expect(plain(discordText(text)).length).toBeGreaterThan(0);
});
