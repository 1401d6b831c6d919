import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findEntities, finalEntities } from "../../bots/sandbox/telegram/findEntities.ts";
import { renderTelegram } from "../../bots/telegram/render.ts";
import { commands } from "../../shared/commands/index.ts";
import type { Message } from "../../shared/messages/message.ts";
import { cleanName } from "../../shared/messages/sanitize.ts";

// What Telegram's server makes of a bot's text, by the emulator's rules: of strangers' words nothing.

const reader = { locale: "en", timezone: "UTC" } as const;
const types = (text: string) => findEntities(text).map(({ type }) => type);

describe("what the server finds by itself", () => {
  test.each([
    ["@ana_1 and x@ana", ["mention"]],
    ["@abc", []],
    ["@gif", ["mention"]],
    ["/help /a/b x/help /help@plaza_bot </x>", ["bot_command", "bot_command"]],
    ["#tag #1 #año2 a#b #a#b", ["hashtag", "hashtag"]],
    ["$USD $20 US$X", ["cashtag"]],
    ["see example.com, https://a.bc/x(y) and 1.2.3.4 but 3.50 or e. g.", ["url", "url", "url"]],
    ["write to ana@example.com", ["email"]],
    ["tg://resolve?domain=x", ["url"]],
  ])("%s", (text, expected) => {
    expect(types(text)).toEqual(expected);
  });

  test("only a hundred of those that count are kept, without a word", () => {
    const text = "#a ".repeat(120);
    const bold = { type: "bold" as const, offset: 0, length: text.length };
    const kept = finalEntities(text, [bold]);
    expect(kept.filter(({ type }) => type === "hashtag")).toHaveLength(100);
    expect(kept).toContainEqual(bold);
  });
});

const signs =
  "@ # $ / . : :/ // https:// tg:// ana example com a.com me USD 1INCH /help /stop @plaza_bot";
const letters = "ñ ١ \u200d \u0dc1 😀 ( < - _ 1.2.3.4 xn--a भारत";
const tricky = fc
  .array(fc.constantFrom(" ", ...signs.split(" "), ...letters.split(" ")), { maxLength: 12 })
  .map((parts) => parts.join(""));
const foreign = fc.oneof(tricky, fc.string({ unit: "grapheme", maxLength: 40 }));

/** What can be tapped in a rendered message, that it does not say itself. */
function tappable(message: Message): string[] {
  const { text, entities } = renderTelegram(message, reader);
  const own = new Set(entities.map(({ offset }) => offset));
  return finalEntities(text, entities)
    .filter(({ type, offset }) => !own.has(offset) && type !== "bold" && type !== "italic")
    .map(({ offset, length }) => text.slice(offset, offset + length));
}

describe("a stranger's words", () => {
  test("never become a mention, a command, a tag, an address or a link, wherever they stand", () => {
    fc.assert(
      fc.property(foreign, (words) => {
        const name = cleanName(words, 80);
        expect(
          tappable({
            title: words,
            lines: [[{ bold: words }], ["By ", name, " · ", { italic: name }], [`(${name})`]],
            items: [[name]],
            body: words,
          }),
        ).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test("look the same: nothing but the invisible sign is added", () => {
    fc.assert(
      fc.property(foreign, (words) => {
        const { text } = renderTelegram({ title: `x${words}x` }, reader);
        expect(text.replaceAll("\u2060", "")).toBe(`x${words}x`.replaceAll("\u2060", ""));
      }),
    );
  });
});

describe("Plaza's own commands", () => {
  test("can be tapped, all of them, also in words around them", () => {
    for (const { name } of commands)
      expect(tappable({ lines: [[`Write /${name} now.`]] })).toEqual([`/${name}`]);
  });

  test("stand beside Plaza's own addresses, which can be tapped and copied", () => {
    const feed = "https://plaza.example/calendars/all.ics";
    expect(tappable({ lines: [[`Subscribe: ${feed}`]] })).toEqual([feed]);
  });

  test("of another bot, or that there are not, can't", () => {
    expect(tappable({ lines: [["/help@other_bot or /nonsense"]] })).toEqual([]);
  });
});

describe("more than a hundred entities", () => {
  const at = Date.UTC(2026, 10, 2);
  test("in a list: it ends earlier and says how many are left", () => {
    const items = Array.from({ length: 80 }, (_, index) => [
      { link: `E${index}`, url: `https://e.co/${index}` },
      { time: at, style: "hour" as const },
    ]);
    const { text, entities } = renderTelegram(
      { items, more: (left) => `and ${left} more` },
      reader,
    );
    const counted = entities.filter(({ type }) => type !== "italic");
    expect(counted.length).toBeLessThanOrEqual(100);
    expect(text).toContain("and 30 more");
    expect(finalEntities(text, entities)).toHaveLength(entities.length);
  });

  test("in lines: times lose their formatting before links do, and no word is lost", () => {
    const lines = Array.from({ length: 70 }, (_, index) => [
      { link: `E${index}`, url: `https://e.co/${index}` },
      " ",
      { time: at, style: "hour" as const },
    ]);
    const { text, entities } = renderTelegram({ lines }, reader);
    expect(entities.filter(({ type }) => type === "text_link")).toHaveLength(70);
    expect(entities.filter(({ type }) => type === "date_time")).toHaveLength(30);
    expect(text).toContain("E69");
  });
});
