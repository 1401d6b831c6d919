import { describe, expect, test } from "vitest";
import { readLead } from "../../shared/time/lead.ts";
import type { Message } from "../../shared/messages/message.ts";
import { places, talk, wordsOf } from "../support/access/chats.ts";
import { answersIn, no, plazaWithJam, plusOne, yes } from "../support/convex/rsvps.ts";
import { linkWith } from "../support/convex/linkedAccounts.ts";
import { begin, day, hour, leo, rows, said, takeOver } from "../support/convex/plaza.ts";

// `/going`, `/remind` and the buttons under an event, as people write and press them.

const one = "telegram:1";
const group = places["a Telegram group"];
const server = places["a Discord server"];

const labels = ({ buttons = [] }: Message) => buttons.flat().map(({ label }) => label);
const words = (text: string) => ({ words: text.split(" ") });

describe("/going", () => {
  test.each([
    ["jam yes", "goes"],
    ["jam sí", "goes"],
    ["jam +1", "goes +1"],
    ["jam yes +1", "goes +1"],
    ["jam voy +1", "goes +1"],
    ["JAM maybe", "maybe"],
    ["jam tal vez", "maybe"],
    ["jam no", "not"],
    ["jam no voy", "not"],
  ])("“%s” is understood", async (text, expected) => {
    const { t } = await plazaWithJam();
    await talk(t, one).command("going", words(text));
    expect(await answersIn(t)).toEqual({ [one]: expected });
  });

  test("the options of a slash command are, too", async () => {
    const { t, eventId } = await plazaWithJam();
    await talk(t, "discord:2", server).command("going", {
      named: { event: `id:${eventId}`, answer: "+1" },
    });
    expect(await answersIn(t)).toEqual({ "discord:2": "goes +1" });
  });

  test("alone lists, and says so where there is nothing", async () => {
    const { t, say } = await plazaWithJam();
    expect(wordsOf(await talk(t, one).command("going"))).toContain("not said yes to anything");
    await say(one, plusOne);
    const list = await talk(t, one).command("going");
    expect(wordsOf(list)).toMatch(/Event jam .*going, \+1/);
    expect(labels(list)).toEqual(["Event jam", "My calendar", "My reminders"]);
  });

  test("an answer without an event asks for which, and the buttons give that answer", async () => {
    const { t, eventId } = await plazaWithJam();
    const asked = await talk(t, one).command("going", words("yes"));
    expect(asked.buttons?.[0]).toEqual([{ label: "Event jam", action: `rsvp|yes|${eventId}` }]);
  });

  test("one confirmation holds the answer, the count and the choice of reminders", async () => {
    const { t, eventId } = await plazaWithJam(begin + 3 * day);
    const card = await talk(t, one).press(`rsvp|yes|${eventId}`);
    expect(wordsOf(card)).toMatch(/You are going\..*1 going.*Shall I remind you\?/);
    expect(labels(card)).toEqual(
      ["✓ I'm in", "+1", "Maybe", "Not coming"].concat("1 day before", "1 hour before", [
        "Details",
        "My events",
      ]),
    );
    const reminded = await talk(t, one).press(`reminder|${eventId}|60|on`);
    expect(wordsOf(reminded)).toMatch(/You are going\..*I remind you 1 hour before\./);
    expect(labels(reminded)).toContain("✓ 1 hour before");
    expect(reminded).toMatchObject({ options: { editsMessage: true, ephemeral: true } });
  });

  test("says why somebody waits, and why a guest has no seat", async () => {
    const { t, say, eventId } = await plazaWithJam(undefined, 1);
    await say("telegram:9", yes);
    const waiting = await talk(t, one).press(`rsvp|yes|${eventId}`);
    expect(wordsOf(waiting)).toContain("Every seat is taken. You are number 1 on the waitlist");
    expect(wordsOf(waiting)).toContain("1 of 1 seat taken, 1 waits");
    const alone = await talk(t, "telegram:9").press(`rsvp|plus|${eventId}`);
    expect(wordsOf(alone)).toContain("There is no second seat, so you keep yours alone.");
  });

  test("who waits for two seats is told of the one that is free", async () => {
    const { t, say, eventId } = await plazaWithJam(undefined, 2);
    await say("telegram:9", yes);
    const waiting = await talk(t, one).press(`rsvp|plus|${eventId}`);
    expect(wordsOf(waiting)).toContain("There are no two seats free. You are number 1");
    expect(wordsOf(waiting)).toContain("For one person there is a seat: press “I'm in”");
    expect(wordsOf(await talk(t, one).press(`rsvp|yes|${eventId}`))).toContain("You are going.");
  });

  test("what is over or unknown is told so", async () => {
    const { t, eventId, cancel } = await plazaWithJam();
    await cancel();
    expect(wordsOf(await talk(t, one).command("going", words("jam yes")))).toContain("called off");
    expect(wordsOf(await talk(t, one).press(`rsvp|yes|${eventId}`))).toContain("called off");
    expect(wordsOf(await talk(t, one).press("rsvp|yes|nothing"))).toContain("no longer listed");
    expect(wordsOf(await talk(t, one).press("rsvp|show|nothing"))).toContain("no longer listed");
  });

  test("of several events with such a name offers each, with what was asked for", async () => {
    const { t, orgId } = await plazaWithJam();
    await takeOver(t, orgId, [said("jam-two", begin + 2 * day)]);
    const asked = await talk(t, one).command("going", words("event +1"));
    expect(asked.buttons).toHaveLength(2);
    expect(JSON.stringify(asked.buttons)).toContain("rsvp|plus|");
  });

  test.each([
    ["limit jam 20", 20],
    ["limite jam 5", 5],
    ["limit jam none", undefined],
  ])("an admin sets the seats: “%s”", async (text, seats) => {
    const { t } = await plazaWithJam(undefined, 3);
    await talk(t, leo).command("going", words(text));
    expect((await rows(t, "events"))[0]?.maxCapacity).toBe(seats);
    await talk(t, one).command("going", words("limit jam 1"));
    expect((await rows(t, "events"))[0]?.maxCapacity).toBe(seats);
  });

  test.each(["limit", "limit jam", "limit jam many"])(
    "“%s” is asked to be clearer",
    async (text) => {
      const { t } = await plazaWithJam();
      expect(wordsOf(await talk(t, leo).command("going", words(text)))).toContain("/going limit");
    },
  );
});

describe("/remind", () => {
  test.each([
    ["jam hour", [60]],
    ["jam una hora", [60]],
    ["jam 45m", [45]],
    ["jam 2 hours", [120]],
    ["jam 1h30m", [90]],
    ["jam día", [1440]],
    ["jam", []],
  ])("“%s”", async (text, minutes) => {
    const { t } = await plazaWithJam(begin + 3 * day);
    const card = await talk(t, one).command("remind", words(text));
    expect((await rows(t, "reminders")).map((row) => row.minutesBefore)).toEqual(minutes);
    expect(labels(card)).toContain(minutes.includes(1440) ? "✓ 1 day before" : "1 day before");
  });

  test("none takes all of them away; alone lists them with their moments", async () => {
    const { t, remind } = await plazaWithJam(begin + 3 * day);
    expect(wordsOf(await talk(t, one).command("remind"))).toContain("You have no reminders");
    await remind(one, 60);
    await remind(one, 1440);
    expect(wordsOf(await talk(t, one).command("remind"))).toMatch(/1 day before.*1 hour before/);
    await talk(t, one).command("remind", words("jam none"));
    expect(await rows(t, "reminders")).toEqual([]);
  });

  test("words that are no time are asked about", async () => {
    const { t } = await plazaWithJam();
    const asked = await talk(t, one).command("remind", {
      named: { event: "jam", when: "soonish" },
    });
    expect(wordsOf(asked)).toContain("I do not know “soonish”");
  });
});

describe("under an announcement in a group of Telegram", () => {
  test("an answer is a sentence for the one who pressed", async () => {
    const { t, eventId } = await plazaWithJam();
    const alert = await talk(t, one, group).press(`rsvp|yes|${eventId}`);
    expect(alert).toEqual({
      lines: [["Event jam: You are going."]],
      options: { ephemeral: true },
    });
  });

  test("a reminder is the usual one, and says so", async () => {
    const { t, eventId } = await plazaWithJam(begin + 12 * hour);
    const alert = await talk(t, one, group).press(`reminder|${eventId}`);
    expect(wordsOf(alert)).toContain("Event jam: I remind you 1 hour before. If we have never");
    expect(wordsOf(alert).length).toBeLessThanOrEqual(200);
    expect(alert.buttons).toBeUndefined();
    expect(await rows(t, "reminders")).toMatchObject([{ minutesBefore: 60 }]);
    await linkWith(t, one);
    const known = await talk(t, one, group).press(`reminder|${eventId}`);
    expect(wordsOf(known)).toBe("Event jam: I remind you 1 hour before.");
  });

  test("nobody's own answer stands in the card that all can read", async () => {
    const { t, say, eventId } = await plazaWithJam();
    await say(one, yes);
    await say("telegram:3", no);
    const [open, own] = [
      await talk(t, one, group).press(`event|${eventId}`),
      await talk(t, one).press(`event|${eventId}`),
    ];
    expect(wordsOf(open)).not.toContain("You are going");
    expect(wordsOf(open)).toContain("In Plaza: 1 going");
    expect(wordsOf(own)).toContain("You are going");
  });

  test("the link of a calendar is shown in private alone", async () => {
    const { t } = await plazaWithJam();
    for (const where of [group, server]) {
      const who = where === group ? one : "discord:2";
      expect(JSON.stringify(await talk(t, who, where).press("calendar|mine"))).not.toContain(
        ".ics",
      );
    }
    const shown = await talk(t, one).press("calendar|mine");
    expect(JSON.stringify(shown)).toContain("https://plaza.example/calendars/mine/");
    expect(labels(shown)).toEqual(["New link"]);
  });
});

test("every text under a press fits into an alert", async () => {
  const { t, say, eventId, orgId } = await plazaWithJam(undefined, 1);
  await takeOver(t, orgId, [
    said("jam", begin + 12 * hour, { title: "J".repeat(200), maxCapacity: 1 }),
  ]);
  await say("telegram:9", yes);
  for (const press of [`rsvp|plus|${eventId}`, `rsvp|maybe|${eventId}`, `reminder|${eventId}`])
    expect(wordsOf(await talk(t, one, group).press(press)).length).toBeLessThanOrEqual(200);
});

test.each([
  ["week", 10_080],
  ["90m", 90],
  ["90 minutos", 90],
  ["1h 30m", 90],
  ["2 días antes", 2880],
  ["none", null],
  ["ninguno", null],
  ["5", undefined],
  ["5 apples", undefined],
  ["", undefined],
  ["constructor", undefined],
])("“%s” before is %s minutes", (text, minutes) => {
  expect(readLead(text)).toBe(minutes);
});
