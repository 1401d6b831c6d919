import { describe, expect, test, vi } from "vitest";
import { renderDiscord } from "../../bots/discord/render.ts";
import { renderTelegram } from "../../bots/telegram/render.ts";
import { boardMessage, type BoardView } from "../../shared/messages/board.ts";
import type { Message, Reader } from "../../shared/messages/message.ts";

// Boards of any length: they fit, and say honestly how much more there is.

const sizes = [0, 1, 25, 60, 61, 200, 2_000];
const readers: Reader[] = [
  { locale: "en", timezone: "America/Bogota" },
  { locale: "es", timezone: "Europe/Madrid" },
];
/** As many as a view holds, see `convex/model/live/eventsBoard.ts`. */
const mostShown = 60;

function eventsBoard(count: number, letters: number): BoardView {
  const events = Array.from({ length: Math.min(count, mostShown) }, (_, index) => ({
    title: `Event number ${index} ${"*_[x](y) ".repeat(20).slice(0, letters)}`,
    startDate: Date.UTC(2026, 10, 3 + index, 18),
    location: `Some place, ${index} Main Street`,
    lumaUrl: `https://luma.com/event-${index}`,
    eventType: "in-person" as const,
    status: "upcoming" as const,
    going: index * 100,
    isFull: index % 2 === 0,
  }));
  return { view: "events", org: "Frutero", events, hasMore: count > mostShown };
}

function impactBoard(charities: number, letters: number): BoardView {
  const shares = Array.from({ length: Math.min(charities, mostShown) }, (_, index) => ({
    name: `Charity number ${index} ${"*_~ ".repeat(20).slice(0, letters)}`,
    city: "Bogotá",
    amount: 10_000 - index,
  }));
  const totals = { given: 1_000_000, carried: 500, gifts: 400, cities: 3, charities };
  return { view: "impact", week: { weekStartDate: Date.UTC(2026, 9, 26), ...totals, shares } };
}

const platforms = {
  telegram: (message: Message, reader: Reader) => {
    const { text } = renderTelegram(message, reader);
    return { text, longest: 4096, isEmpty: text.trim() === "" };
  },
  discord: (message: Message) => {
    const [embed] = renderDiscord(message).embeds;
    const text = `${embed?.title}\n${embed?.description ?? ""}`;
    return { text, longest: 4096 + 256, isEmpty: !embed?.description };
  },
};

const boards = { events: eventsBoard, impact: impactBoard };
const heads = { events: /Event number \d+/g, impact: /Charity number \d+/g };

describe.each(["telegram", "discord"] as const)("%s", (platform) => {
  describe.each(["events", "impact"] as const)("the board of %s", (view) => {
    test.each(sizes)("with %i entries fits, and counts what it leaves out", (count) => {
      for (const reader of readers)
        for (const letters of [0, 90]) {
          const message = boardMessage(boards[view](count, letters), reader);
          const { text, longest, isEmpty } = platforms[platform](message, reader);
          expect(text.length).toBeLessThanOrEqual(longest);
          expect(isEmpty).toBe(false);
          const shown = text.match(heads[view])?.length ?? 0;
          const [, bounded, more = "0"] =
            /(?:and|y) (at least |al menos )?([\d.,]+) (?:more|más)/.exec(text) ?? [];
          // Where the view was cut before it was rendered, the number is a lower bound, and says so.
          const isCut = view === "events" && count > mostShown;
          expect(shown + Number(more.replace(/[.,]/g, ""))).toBe(isCut ? mostShown + 1 : count);
          expect(bounded !== undefined).toBe(isCut);
          expect(shown > 0).toBe(count > 0);
        }
    });
  });
});

test("nothing on a board depends on the moment at which it is rendered", () => {
  const render = () =>
    readers.flatMap((reader) =>
      [eventsBoard(5, 0), impactBoard(5, 0)].map((view) => {
        const message = boardMessage(view, reader);
        return JSON.stringify([renderTelegram(message, reader), renderDiscord(message)]);
      }),
    );
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 1) });
  const before = render();
  vi.setSystemTime(Date.UTC(2027, 10, 1));
  expect(render()).toEqual(before);
  vi.useRealTimers();
});

test("what is live says so, and what is not yet distributed too, in both languages", () => {
  const board = eventsBoard(2, 0);
  const [en, es] = readers.map((reader) => {
    if (board.view !== "events") throw new Error("not a board of events");
    const events = board.events.map((event) => ({ ...event, status: "live" as const }));
    const live = renderTelegram(boardMessage({ ...board, events }, reader), reader).text;
    const none = renderTelegram(boardMessage({ view: "impact" }, reader), reader).text;
    return `${live}\n${none}`;
  });
  expect(en).toMatch(/now ·[\s\S]*Nothing has been distributed yet/i);
  expect(es).toMatch(/ahora ·[\s\S]*Aún no se ha repartido nada/i);
});
