import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { maybe, no, plazaWithJam, yes } from "../support/convex/rsvps.ts";
import { refused } from "../support/convex/people.ts";
import {
  as,
  begin,
  day,
  hour,
  pass,
  type Plaza,
  rows,
  said,
  takeOver,
} from "../support/convex/plaza.ts";

// Personal calendar feeds behind a secret link.

const one = "telegram:1";
const two = "discord:2";

const linkOf = async (t: Plaza, who: string, renews?: number) =>
  await as(t, who).action(api.feeds.link, renews === undefined ? {} : { renews });
const read = async (t: Plaza, token: string) => {
  const answer = await t.fetch(`/calendars/mine/${token}.ics`, {});
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};
/** The entries of a calendar, as "title sequence". */
const entries = (text: string) =>
  text
    .split("BEGIN:VEVENT")
    .slice(1)
    .map(
      (entry) => `${/SUMMARY:(.*)/.exec(entry)?.[1]?.trim()} ${/SEQUENCE:(\d+)/.exec(entry)?.[1]}`,
    );

describe("a link", () => {
  test("is the same each time, and different for each person", async () => {
    const { t } = await plazaWithJam();
    const own = await linkOf(t, one);
    expect(await linkOf(t, one)).toEqual(own);
    expect((await linkOf(t, two)).token).not.toBe(own.token);
    expect(own.token).toMatch(/^[^.]+\.[A-Za-z0-9_-]{43}$/);
  });

  test("is stored nowhere", async () => {
    const { t } = await plazaWithJam();
    const { token } = await linkOf(t, one);
    const [, seal = ""] = token.split(".");
    expect(JSON.stringify(await rows(t, "feeds"))).not.toContain(seal);
  });

  test("that is altered is not found", async () => {
    const { t } = await plazaWithJam();
    const { token } = await linkOf(t, one);
    const other = await linkOf(t, two);
    const [id = "", seal = ""] = token.split(".");
    const [otherId = ""] = other.token.split(".");
    const flipped = `${seal.startsWith("A") ? "B" : "A"}${seal.slice(1)}`;
    const wrong = [
      "",
      "x",
      id,
      `${id}.`,
      `.${seal}`,
      `${id}.${flipped}`,
      `${otherId}.${seal}`,
    ].concat(
      `${id}.${seal}A`,
      `${id}.${seal.slice(0, -1)}`,
      "%E0%A4%A",
      `${"x".repeat(5000)}.${seal}`,
    );
    for (const attempt of wrong) expect((await read(t, attempt)).status).toBe(404);
    expect((await read(t, token)).status).toBe(200);
    expect((await t.fetch(`/calendars/mine/${token}`, {})).status).toBe(404);
  });

  test("when renewed, the old one is not found; pressed twice, it is renewed once", async () => {
    const { t } = await plazaWithJam();
    const old = await linkOf(t, one);
    const renewed = await linkOf(t, one, old.version);
    expect(await linkOf(t, one, old.version)).toEqual(renewed);
    expect((await read(t, old.token)).status).toBe(404);
    expect((await read(t, renewed.token)).status).toBe(200);
  });

  test("sealed with another key is not found", async () => {
    const { t } = await plazaWithJam();
    const { token } = await linkOf(t, one);
    vi.stubEnv("PLAZA_ENCRYPTION_KEY", btoa("q".repeat(32)));
    expect((await read(t, token)).status).toBe(404);
  });

  test("is neither made nor found without a key", async () => {
    const { t } = await plazaWithJam();
    const { token } = await linkOf(t, one);
    vi.stubEnv("PLAZA_ENCRYPTION_KEY", undefined);
    expect(await refused(linkOf(t, one))).toBe("no-encryption-key");
    expect((await read(t, token)).status).toBe(404);
  });

  test("does not appear in any log", async () => {
    const { t, say } = await plazaWithJam();
    await say(one, yes);
    const logged: string[] = [];
    for (const level of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, level).mockImplementation((...words) => void logged.push(words.join(" ")));
    const { token } = await linkOf(t, one);
    await read(t, token);
    await read(t, `${token}x`);
    expect(logged.join("\n")).not.toContain(token.split(".")[1]);
    vi.restoreAllMocks();
  });
});

describe("a calendar", () => {
  test("has the events of the person's RSVPs, upcoming and recent", async () => {
    const { t, say, orgId } = await plazaWithJam(begin + 12 * hour);
    await takeOver(t, orgId, [said("talk", begin + 2 * day), said("hike", begin + 3 * day)]);
    const events = await rows(t, "events");
    const answerOf = { talk: maybe, hike: no } as const;
    await say(one, yes);
    for (const { _id: eventId, lumaSlug } of events)
      if (lumaSlug === "talk" || lumaSlug === "hike")
        await as(t, one).mutation(api.rsvps.answer, { eventId, ...answerOf[lumaSlug] });
    await say(two, yes);
    const { token } = await linkOf(t, one);
    const { text, headers } = await read(t, token);
    expect(entries(text)).toEqual(["Event jam 0"]);
    expect(headers.get("Content-Type")).toContain("text/calendar");
    expect(headers.get("Cache-Control")).toContain("private");
    await pass(t, 20 * day);
    expect(entries((await read(t, token)).text)).toEqual(["Event jam 0"]);
    await pass(t, 20 * day);
    expect(entries((await read(t, token)).text)).toEqual([]);
  });

  test("is updated: a move raises the entry's sequence; declined or waitlisted events are removed, and cancelled ones two weeks later", async () => {
    const { t, say, move, cancel } = await plazaWithJam(begin + 12 * hour, 1);
    await say(one, yes);
    await say(two, yes);
    const [mine, theirs] = [await linkOf(t, one), await linkOf(t, two)];
    const id = /UID:(.*)/;
    const before = (await read(t, mine.token)).text;
    await move(begin + 14 * hour);
    const after = (await read(t, mine.token)).text;
    expect(entries(after)).toEqual(["Event jam 1"]);
    expect(id.exec(after)?.[1]).toBe(id.exec(before)?.[1]);
    expect(entries((await read(t, theirs.token)).text)).toEqual([]);
    await say(one, no);
    expect(entries((await read(t, mine.token)).text)).toEqual([]);
    expect(entries((await read(t, theirs.token)).text)).toEqual(["Event jam 1"]);
    await cancel();
    const cancelled = await read(t, theirs.token);
    expect(entries(cancelled.text)).toEqual(["Event jam 2"]);
    expect(cancelled.text).toContain("STATUS:CANCELLED");
    await pass(t, 13 * day);
    expect(entries((await read(t, theirs.token)).text)).toEqual(["Event jam 2"]);
    await pass(t, 2 * day);
    expect(entries((await read(t, theirs.token)).text)).toEqual([]);
  });
});

describe("an organization's feed", () => {
  const feedOf = async (t: Plaza, known?: string) => {
    const headers: Record<string, string> = known === undefined ? {} : { "If-None-Match": known };
    const answer = await t.fetch("/calendars/frutero.ics", { headers });
    const { status, headers: sent } = answer;
    return { status, text: await answer.text(), tag: sent.get("ETag") ?? "", headers: sent };
  };
  const stampsIn = (text: string) =>
    [...text.matchAll(/^(?:DTSTAMP|LAST-MODIFIED):(\S+)/gm)].map((found) => found[1]);

  test("answers 304 until something in it changes", async () => {
    const { t, move } = await plazaWithJam();
    const first = await feedOf(t);
    expect(first.headers.get("Cache-Control")).toContain("public");
    await pass(t, hour);
    for (const known of [first.tag, `W/${first.tag}`, `"x", ${first.tag}`, "*"]) {
      const again = await feedOf(t, known);
      expect([again.status, again.text, again.tag]).toEqual([304, "", first.tag]);
    }
    await move(begin + 4 * day);
    const moved = await feedOf(t, first.tag);
    expect(moved.status).toBe(200);
    expect(moved.tag).not.toBe(first.tag);
  });

  test("stamps an entry with its change, and raises its sequence with every one", async () => {
    const { t, eventId, move } = await plazaWithJam();
    const made = "20261102T100000Z";
    await pass(t, hour);
    expect(stampsIn((await feedOf(t)).text)).toEqual([made, made]);
    const change = async (changes: { title?: string; location?: string }) =>
      await as(t, "telegram:1001").mutation(api.events.mutations.update, { eventId, changes });
    await change({ title: "Jam session" });
    expect(entries((await feedOf(t)).text)).toEqual(["Jam session 1"]);
    await change({ location: "Barn" });
    await move(begin + 5 * day);
    const { text } = await feedOf(t);
    expect(entries(text)).toEqual(["Jam session 3"]);
    expect(stampsIn(text)).toEqual(["20261102T110000Z", "20261102T110000Z"]);
  });

  test("keeps a cancelled event for two weeks, marked as cancelled", async () => {
    const { t, cancel } = await plazaWithJam(begin + 40 * day);
    await cancel();
    expect((await feedOf(t)).text).toContain("STATUS:CANCELLED");
    expect(await (await t.fetch("/calendars/all.ics", {})).text()).toContain("STATUS:CANCELLED");
    await pass(t, 14 * day + 2 * hour);
    expect(entries((await feedOf(t)).text)).toEqual([]);
  });
});

test("other calendar addresses are still organizations' feeds", async () => {
  const { t } = await plazaWithJam();
  expect((await t.fetch("/calendars/frutero.ics", {})).status).toBe(200);
  expect((await t.fetch("/calendars/mine.ics", {})).status).toBe(404);
});
