import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { announcementMessage } from "../../shared/messages/announcement.ts";
import type { Message } from "../../shared/messages/message.ts";
import { places, talk, wordsOf } from "../support/access/chats.ts";
import {
  ana,
  as,
  begin,
  day,
  eventNamed,
  hour,
  leo,
  makeBot,
  makeChannel,
  makeOrganization,
  minute,
  pass,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

// Lists and cards of events: all of them, and their times in full.

const numbersIn = ({ items = [] }: Message) =>
  items.map(([first]) => (typeof first === "string" ? Number.parseInt(first, 10) : NaN));

async function plazaWith(events: Parameters<typeof takeOver>[2], now?: number) {
  const t = startPlaza(now);
  const orgId = await makeOrganization(t);
  await takeOver(t, orgId, events);
  return { t, orgId };
}

const later = (message: Message) =>
  message.buttons?.flat().find(({ label }) => /later/i.test(label));

describe("/events", () => {
  test.each([
    ["each at its own time", minute],
    ["all at the same time", 0],
  ])("122 events %s are shown to the last one, with how many are left", async (_, apart) => {
    const { t } = await plazaWith(
      Array.from({ length: 100 }, (__, n) => said(`e${n}`, begin + day + n * apart)),
    );
    const [org] = await t.query(api.organizations.list, {});
    if (!org) throw new Error("there is no organization");
    await takeOver(
      t,
      org._id,
      Array.from({ length: 22 }, (__, n) => said(`f${n}`, begin + day + (100 + n) * apart)),
    );
    const chat = talk(t, ana);
    let page = await chat.command("events");
    const seen = new Set<number>();
    for (let turns = 0; turns < 30; turns++) {
      const numbers = numbersIn(page);
      for (const number of numbers) seen.add(number);
      const left = 122 - Math.max(...numbers);
      const said = page.footer?.flat() ?? [];
      expect(said).toEqual(left > 0 ? [{ italic: `and ${left} more` }] : []);
      const next = later(page);
      if (!next || !("action" in next)) break;
      page = await chat.press(next.action);
    }
    expect([...seen]).toEqual(Array.from({ length: 122 }, (__, n) => n + 1));
    const earlier = page.buttons?.flat().find(({ label }) => /earlier/i.test(label));
    if (!earlier || !("action" in earlier)) throw new Error("there is no way back");
    expect(numbersIn(await chat.press(earlier.action))).toEqual([116, 117, 118, 119, 120]);
  });

  test("shows an event's end, and its year where it is another one", async () => {
    const newYear = Date.UTC(2027, 0, 2, 18);
    const { t } = await plazaWith([
      said("soon", begin + day, { endDate: begin + day + 2 * hour }),
      said("far", newYear, { endDate: newYear + 3 * day }),
    ]);
    const { items = [] } = await talk(t, ana).command("events");
    expect(items[0]).toEqual(
      expect.arrayContaining([
        { time: begin + day, style: "full" },
        { time: begin + day + 2 * hour, style: "hour" },
      ]),
    );
    expect(items[1]).toEqual(
      expect.arrayContaining([
        { time: newYear, style: "dated" },
        { time: newYear + 3 * day, style: "dated" },
      ]),
    );
  });

  test("a date without a time is a day of the event's zone, not midnight", async () => {
    const start = Date.UTC(2026, 10, 14, 23);
    const { t } = await plazaWith([
      said("fair", start, { isAllDay: true, endDate: start + day, timezone: "Europe/Madrid" }),
      said("camp", start, { isAllDay: true, endDate: start + 3 * day, timezone: "Europe/Madrid" }),
    ]);
    const words = wordsOf(await talk(t, ana).command("events"));
    expect(words).toContain("Sun, Nov 15 · all day");
    expect(words).toContain("Sun, Nov 15 – Tue, Nov 17 · all day");
  });

  test("in Discord the zone of “today” is named, unless the reader has set one", async () => {
    const { t } = await plazaWith([said("jam", begin + hour)]);
    const discord = places["Discord in private"];
    const chat = talk(t, "discord:5", discord);
    expect(wordsOf(await chat.command("events", { words: ["today"] }))).toContain("Madrid");
    expect(wordsOf(await chat.command("events", { words: ["weekend"] }))).toContain("Madrid");
    expect(wordsOf(await chat.command("events"))).not.toContain("Madrid");
    await chat.command("settings", { words: ["America/Bogota"] });
    expect(wordsOf(await chat.command("events", { words: ["today"] }))).not.toMatch(
      /Madrid|Bogota/,
    );
  });
});

describe("an event's card", () => {
  const card = async (more: object, limit?: number) => {
    const { t } = await plazaWith([said("jam", begin + day, more)]);
    const { _id: eventId } = await eventNamed(t, "jam");
    if (limit !== undefined)
      await as(t, leo).mutation(api.rsvps.setLimit, { eventId, seats: limit });
    return wordsOf(await talk(t, ana).command("event", { words: ["jam"] }));
  };

  test("has one count of the seats that its page gives away", async () => {
    const words = await card({ registrationCount: 87, maxCapacity: 120 });
    expect(words).toContain("87 of 120 registered on its page, 33 left");
    expect(words).not.toMatch(/0 of 120|seats taken/);
  });

  test("says that it is sold out", async () => {
    const words = await card({ registrationCount: 120, maxCapacity: 120 });
    expect(words).toContain("Sold out: 120 of 120 registered on its page");
  });

  test("counts Plaza's own seats where an admin has set them", async () => {
    const words = await card({ registrationCount: 87, maxCapacity: 120 }, 20);
    expect(words).toContain("0 of 20 seats taken");
    expect(words).toContain("87 are registered on its page");
  });
});

describe("a reminder in a channel", () => {
  /** How the reminder a day before begins when it is sent `late` milliseconds after it was due. */
  async function heading(start: number, late: number, timezone: string) {
    const { t, orgId } = await plazaWith([], start - 3 * day);
    await makeChannel(t, { orgId, kinds: ["reminder"], reminders: [24 * 60, 60] });
    await takeOver(t, orgId, [said("jam", start, { timezone })]);
    await pass(t, 2 * day + late);
    await t.mutation(internal.clock.remind, {});
    await pass(t, 0);
    const [sent] = await makeBot(t).sendAll();
    if (sent?.payload.kind !== "announce") return undefined;
    return announcementMessage(sent.payload, { locale: "en", timezone }).title;
  }

  test.each([
    ["on time", Date.UTC(2026, 10, 12, 18), minute, "Asia/Kolkata", "Tomorrow at this hour"],
    ["two hours late", Date.UTC(2026, 10, 12, 18), 2 * hour, "UTC", "Tomorrow"],
    // The clocks go back in the night: a day before is another hour of the clock.
    ["over a change of the clocks", Date.UTC(2026, 9, 25, 12), minute, "Europe/Madrid", "Tomorrow"],
    ["so late that it is the same day", Date.UTC(2026, 10, 12, 22), 5 * hour, "UTC", "Coming up"],
  ])("%s", async (_, start, late, timezone, expected) => {
    expect(await heading(start, late, timezone)).toBe(`${expected}: Event jam`);
  });
});
