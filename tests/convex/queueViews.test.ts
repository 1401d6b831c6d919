// @vitest-environment edge-runtime
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderDiscord } from "../../bots/discord/render.ts";
import { renderTelegram } from "../../bots/telegram/render.ts";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { queueBoardOf } from "../../convex/model/queue/views.ts";
import { inMinutes, paceOf, waitOf, withPace } from "../../convex/model/queue/reading.ts";
import { queueBoardMessage } from "../../shared/messages/board.ts";
import { texts } from "../../shared/texts/index.ts";
import { hostA, hostB, inTelegram, plazaWithLine } from "../support/convex/queue.ts";
import {
  as,
  begin,
  hour,
  makeChannel,
  minute,
  pass,
  type Plaza,
  rows,
  said,
  takeOver,
} from "../support/convex/plaza.ts";

// What a line shows: an honest wait to each, names to hosts, and to everybody those who chose that.

describe("the wait", () => {
  const pace = fc.record({
    paces: fc.array(fc.integer({ min: 0, max: 2 * 60 * minute }), { maxLength: 20 }),
    slotMinutes: fc.integer({ min: 1, max: 240 }),
  });
  const since = fc.array(fc.integer({ min: begin - 90 * minute, max: begin + minute }), {
    maxLength: 6,
  });

  test("is a range, never in the past, and never shorter for those behind", () => {
    fc.assert(
      fc.property(pace, since, fc.integer({ min: 1, max: 999 }), (line, served, position) => {
        const here = waitOf(position, paceOf(line), served, begin);
        const behind = waitOf(position + 1, paceOf(line), served, begin);
        expect(here.from).toBeGreaterThanOrEqual(0);
        expect(here.to).toBeGreaterThanOrEqual(here.from);
        expect(behind.from).toBeGreaterThanOrEqual(here.from);
        expect(behind.to).toBeGreaterThanOrEqual(here.to);
        const said = inMinutes(here);
        expect(said.to).toBeGreaterThan(said.from - 1);
        expect(said.from * minute).toBeLessThanOrEqual(here.from);
        expect(said.to * minute).toBeGreaterThanOrEqual(here.to);
      }),
    );
  });

  test("begins with the slot, and follows what this line really takes", () => {
    const slotMinutes = 10;
    const first = paceOf({ paces: [], slotMinutes });
    expect(inMinutes(first)).toEqual({ from: 8, to: 12 });
    let paces: number[] = [];
    for (let served = 0; served < 25; served++) paces = withPace(paces, 3 * minute);
    expect(paces).toHaveLength(20);
    expect(inMinutes(paceOf({ paces, slotMinutes }))).toEqual({ from: 2, to: 4 });
    // A host who forgot to say that they were done is no pace.
    expect(withPace(paces, 5 * 60 * minute)).toEqual(paces);
  });

  test("is shorter with more hosts, and counts how long somebody is served already", () => {
    const pace = { from: 8 * minute, to: 12 * minute };
    expect(inMinutes(waitOf(5, pace, [begin], begin))).toEqual({ from: 40, to: 60 });
    expect(inMinutes(waitOf(5, pace, [begin, begin], begin))).toEqual({ from: 20, to: 40 });
    expect(inMinutes(waitOf(1, pace, [begin], begin + 6 * minute))).toEqual({ from: 2, to: 6 });
  });

  test("that is stored is never before the moment at which it was written", async () => {
    const { t, join, next, about } = await plazaWithLine(5);
    for (const number of [0, 1, 2, 3, 4]) await join(number);
    await next();
    await pass(t, minute);
    await about("here", 0);
    await pass(t, 90 * minute);
    await next();
    const waiting = (await rows(t, "queuePositions")).filter(({ status }) => status === "waiting");
    expect(waiting).toHaveLength(3);
    for (const { estimatedTime } of waiting)
      expect(estimatedTime).toBeGreaterThanOrEqual(Date.now());
  });
});

test("members see their own place and nobody's name; hosts see who is next and who serves whom", async () => {
  const { t, eventId, join, next } = await plazaWithLine(25);
  for (let number = 0; number < 25; number++) await join(number);
  await next(hostB);
  const now = Date.now();
  const [mine, ...others] = await as(t, inTelegram(4)).query(api.queue.getUserQueue, { now });
  expect(others).toEqual([]);
  expect(mine).toMatchObject({ position: 4, title: "Event demo", isMoving: true });
  expect(JSON.stringify(mine)).not.toContain("Member");
  const line = await as(t, hostA).query(api.queue.getEventQueue, { eventId });
  expect(line.called).toMatchObject([{ name: "Member 0", by: "Host B", isMine: false }]);
  expect(line).toMatchObject({ count: 24 });
  expect(line.first).toHaveLength(20);
  expect(line.first[0]).toMatchObject({ position: 1, name: "Member 1" });
});

describe("the board", () => {
  test.each([
    ["public", ["Member 0"], [{ name: "Member 1" }]],
    ["members", [undefined], [{}]],
    ["private", [undefined], [{}]],
  ] as const)(
    "names who chose to be shown to everybody: %s",
    async (profileVisibility, serving, waiting) => {
      const { t, eventId, join, next } = await plazaWithLine(2);
      await t.run(async ({ db }) => {
        for (const { _id } of await db.query("profiles").collect())
          await db.patch("profiles", _id, { profileVisibility });
      });
      for (const number of [0, 1]) await join(number);
      await next();
      const board = await t.run(async (ctx) => await queueBoardOf(ctx, eventId));
      expect(board?.serving.map(({ name }) => name)).toEqual(serving);
      expect(board?.waiting).toEqual(waiting);
    },
  );

  test("says nothing that becomes false by the passing of time", async () => {
    const { t, eventId, join, next } = await plazaWithLine(3);
    for (const number of [0, 1, 2]) await join(number);
    await next();
    const look = async () => await t.run(async (ctx) => await queueBoardOf(ctx, eventId));
    const before = await look();
    await pass(t, minute);
    expect(await look()).toEqual(before);
  });

  test("is marked by everything that changes what it shows, and by nothing else", async () => {
    const { t, eventId, join, leave, next, coming, about } = await plazaWithLine(5);
    const boardId = await markable(t, eventId);
    const isMarkedBy = async (act: () => Promise<unknown>) => {
      await t.run((ctx) => ctx.db.patch("boards", boardId, { isOutdated: false }));
      await act();
      return (await rows(t, "boards"))[0]?.isOutdated;
    };
    for (const number of [0, 1, 2, 3]) expect(await isMarkedBy(() => join(number))).toBe(true);
    expect(await isMarkedBy(() => join(0))).toBe(false);
    expect(await isMarkedBy(next)).toBe(true);
    expect(await isMarkedBy(() => coming(0))).toBe(true);
    expect(await isMarkedBy(() => coming(0))).toBe(false);
    expect(await isMarkedBy(() => about("done", 0))).toBe(true);
    expect(await isMarkedBy(next)).toBe(true);
    expect(await isMarkedBy(() => pass(t, 2 * minute))).toBe(true);
    expect(await isMarkedBy(() => leave(3))).toBe(true);
    const host = as(t, hostA);
    const { closeQueue, openQueue } = api.queue;
    expect(await isMarkedBy(() => host.mutation(closeQueue, { eventId }))).toBe(true);
    expect(await isMarkedBy(() => host.mutation(openQueue, { eventId }))).toBe(true);
    expect(await isMarkedBy(() => host.mutation(closeQueue, { eventId, sendsHome: true }))).toBe(
      true,
    );
  });

  test("is marked by what people and the event are called, and by who wants to be seen", async () => {
    const { t, eventId, orgId, join } = await plazaWithLine(2);
    const boardId = await markable(t, eventId);
    await join(0);
    const isMarkedBy = async (act: () => Promise<unknown>) => {
      await t.run((ctx) => ctx.db.patch("boards", boardId, { isOutdated: false }));
      await act();
      return (await rows(t, "boards"))[0]?.isOutdated;
    };
    const ofMember = (number: number) => as(t, inTelegram(number));
    const hide = { profileVisibility: "private" } as const;
    expect(await isMarkedBy(() => ofMember(0).mutation(api.profiles.update, hide))).toBe(true);
    expect(await isMarkedBy(() => ofMember(1).mutation(api.profiles.update, hide))).toBe(false);
    const name = { displayName: "Somebody" };
    expect(await isMarkedBy(() => ofMember(0).mutation(api.users.update, name))).toBe(true);
    const arrives = { name: "New in chat" };
    expect(await isMarkedBy(() => ofMember(0).mutation(api.chatAccounts.arrive, arrives))).toBe(
      true,
    );
    expect(await isMarkedBy(() => ofMember(0).mutation(api.chatAccounts.arrive, arrives))).toBe(
      false,
    );
    const event = said("demo", begin - hour, { endDate: begin + 12 * hour, title: "Renamed" });
    expect(await isMarkedBy(() => takeOver(t, orgId, [event]))).toBe(true);
  });

  test.each([0, 1, 25, 200, 2000])("of %d people fits, and counts those it leaves out", (count) => {
    const shown = Math.min(count, 60);
    const names = Array.from({ length: shown }, (_, index) =>
      index % 3 === 0 ? {} : { name: `Maximiliana <b>&_*${index}`.padEnd(80, "x") },
    );
    const board = {
      view: "queue" as const,
      title: "D".repeat(200),
      isOpen: true,
      serving: names.slice(0, 5).map((one) => ({ ...one, isConfirmed: true })),
      waiting: names,
      count,
      pace: { from: 5, to: 7 },
    };
    for (const locale of ["en", "es"] as const) {
      const reader = { locale, timezone: "UTC" };
      const message = queueBoardMessage(board, reader);
      const { text } = renderTelegram(message, reader);
      expect(text.length).toBeLessThanOrEqual(4096);
      const discord = renderDiscord(message);
      expect(JSON.stringify(discord).length).toBeLessThanOrEqual(6000);
      const more = (words: string) =>
        Number(/(\d+)\D*$/.exec(words.replaceAll(/(\d)[.,](\d{3})/g, "$1$2"))?.[1]);
      const listed = text.split("\n").filter((line) => /^\d+\. /.test(line)).length;
      expect(listed < count ? listed + more(text) : listed).toBe(count);
      expect(text).toContain(texts(locale)("queue.board.pace", { from: 5, to: 7 }));
    }
  });
});

/** A board of the line that is out. */
async function markable(t: Plaza, eventId: Id<"events">): Promise<Id<"boards">> {
  const channelId = await makeChannel(t);
  return await t.run(
    async ({ db }) =>
      await db.insert("boards", {
        channelId,
        view: "queue",
        eventId,
        scope: `queue:${eventId}`,
        isOn: true,
        isOutdated: false,
        posts: 1,
        messageId: "1",
        edits: 0,
      }),
  );
}
