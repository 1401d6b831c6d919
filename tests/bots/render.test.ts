import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderDiscord } from "../../bots/discord/render.ts";
import { renderTelegram } from "../../bots/telegram/render.ts";
import type { Line, Message } from "../../shared/messages/message.ts";

const reader = { locale: "en", timezone: "Europe/Madrid" } as const;
const item = (index: number): Line => [
  { bold: `Event number ${index} with a long and winding name` },
  " · ",
  { time: 1_795_249_000_000 + index * 3_600_000, style: "full" },
];
const list = (count: number, total = count): Message => ({
  title: "What is on",
  items: Array.from({ length: count }, (_, index) => item(index)),
  total,
  more: (hidden) => `and ${hidden} more`,
});

describe("every list fits", () => {
  test.each([0, 1, 25, 200, 2000])("%i entries, and what is left out is counted", (count) => {
    const telegram = renderTelegram(list(count), reader);
    expect(telegram.text.length).toBeLessThanOrEqual(4096);
    const discord = renderDiscord(list(count)).embeds[0];
    expect(discord?.description?.length ?? 0).toBeLessThanOrEqual(4096);
    for (const text of [telegram.text, discord?.description ?? ""]) {
      const shown = text.match(/Event number/g)?.length ?? 0;
      const hidden = Number(/and (\d+) more/.exec(text)?.[1] ?? 0);
      expect(shown + hidden).toBe(count);
    }
  });

  test("entries that exist but were not handed over are counted too", () => {
    expect(renderTelegram(list(3, 40), reader).text).toContain("and 37 more");
  });
});

test.each([25, 200])("the %i lines of a table stand under each other, and fit as well", (count) => {
  const table = { ...list(count), isTable: true };
  const [telegram, discord] = [renderTelegram(table, reader), renderDiscord(table).embeds[0]];
  for (const text of [telegram.text, discord?.description ?? ""]) {
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(text).toMatch(/Event number 0 .*\n.*Event number 1 /);
    const shown = text.match(/Event number/g)?.length ?? 0;
    expect(shown + Number(/and (\d+) more/.exec(text)?.[1] ?? 0)).toBe(count);
  }
});

const inline = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.record({ bold: fc.string({ unit: "grapheme", maxLength: 300 }) }),
  fc.record({ link: fc.string({ maxLength: 50 }), url: fc.webUrl() }),
  fc.record({
    time: fc.integer({ min: 0, max: 4e12 }),
    style: fc.constantFrom("full" as const, "hour" as const),
  }),
);
const anyMessage = fc.record(
  {
    title: fc.string({ unit: "grapheme", maxLength: 300 }),
    lines: fc.array(fc.array(inline, { maxLength: 4 }), { maxLength: 10 }),
    items: fc.array(fc.array(inline, { maxLength: 4 }), { maxLength: 60 }),
    body: fc.string({ unit: "grapheme", maxLength: 9000 }),
    buttons: fc.array(
      fc.array(
        fc.record({ label: fc.string({ maxLength: 120 }), action: fc.string({ maxLength: 90 }) }),
        {
          maxLength: 7,
        },
      ),
      { maxLength: 9 },
    ),
  },
  { requiredKeys: ["title"] },
);

test("whatever is said, Telegram's limits hold and no entity leaves the text", () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const { text, entities, reply_markup } = renderTelegram(message, reader);
      expect(text.length).toBeLessThanOrEqual(4096);
      for (const { offset, length } of entities) {
        expect(length).toBeGreaterThan(0);
        expect(offset + length).toBeLessThanOrEqual(text.length);
      }
      const presses = (reply_markup?.inline_keyboard.flat() ?? []).map((button) =>
        "callback_data" in button ? button.callback_data : "",
      );
      for (const press of presses) expect(Buffer.byteLength(press)).toBeLessThanOrEqual(64);
    }),
    { numRuns: 300 },
  );
});

test("whatever is said, Discord's limits hold", () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const { embeds, components } = renderDiscord(message);
      for (const embed of embeds) {
        expect(embed.title?.length ?? 0).toBeLessThanOrEqual(256);
        expect(embed.description?.length ?? 0).toBeLessThanOrEqual(4096);
      }
      expect(components.length).toBeLessThanOrEqual(5);
      for (const row of components) {
        expect(row.components.length).toBeLessThanOrEqual(5);
        for (const button of row.components)
          expect(button.label?.length ?? 0).toBeLessThanOrEqual(80);
      }
    }),
    { numRuns: 300 },
  );
});

describe("what strangers wrote stays text", () => {
  test("markup in a title is neither bold nor a link nor a ping on Discord", () => {
    const rendered = renderDiscord({
      lines: [["**x** [a](https://evil.example) <@123> @everyone `y`"]],
    });
    expect(rendered.content).not.toMatch(/(?<!\\)\*\*/);
    expect(rendered.content).not.toMatch(/(?<!\\)<@/);
    expect(rendered.content).not.toMatch(/(?<!\\)\[a\]\(/);
  });

  test.each([
    ["a masked link", "[Sign in](https://evil.example/login)", /(?<!\\)\[Sign in\]\(/],
    ["a heading", "# Free tickets", /^# /m],
    ["a quotation", "ok\n> said the admin", /^> /m],
    ["small print", "ok\n-# by the moderators", /^-# /m],
    ["a mention", "<@&123> <#4>", /(?<!\\)<[@#]/],
  ])("%s in a description, a line or a title stays text on Discord", (_name, text, markup) => {
    const { embeds } = renderDiscord({ title: text, lines: [[text]], body: text });
    for (const part of [embeds[0]?.title, embeds[0]?.description]) expect(part).not.toMatch(markup);
  });

  test("an address that is too long for a Discord button is a link in the text", () => {
    const url = `https://checkout.stripe.com/c/pay/cs_live_a1#${"f".repeat(496)}`;
    expect(url).toHaveLength(541);
    const message: Message = { lines: [["Pay here"]], buttons: [[{ label: "Pay", url }]] };
    expect(renderDiscord(message)).toMatchObject({
      content: `Pay here\n[Pay](${url})`,
      components: [],
    });
    const short = { label: "Pay", url: url.slice(0, 512) };
    expect(renderDiscord({ buttons: [[short]] }).components).toHaveLength(1);
    const telegram = renderTelegram(message, reader).reply_markup;
    expect(JSON.stringify(telegram)).toContain(url);
  });

  test("a title with markup has no entities of its own on Telegram", () => {
    const rendered = renderTelegram(
      { lines: [["<b>x</b> *y* [z](https://evil.example)"]] },
      reader,
    );
    expect(rendered.entities).toEqual([]);
  });

  test("a link that is not https is shown as text, and never becomes a button", () => {
    const unsafe: Message = {
      lines: [[{ link: "here", url: "javascript:alert(1)" }]],
      buttons: [[{ label: "go", url: "http://example.com" }]],
    };
    expect(renderTelegram(unsafe, reader).entities).toEqual([]);
    expect(renderTelegram(unsafe, reader).reply_markup).toBeUndefined();
    expect(renderDiscord(unsafe)).toMatchObject({ content: "here", components: [] });
  });
});
