// @vitest-environment edge-runtime
import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import {
  addBoard,
  here,
  listBoards,
  makeWall,
  onlyBoard,
  owedTo,
  titlesOf,
} from "../support/convex/boards.ts";
import {
  as,
  day,
  hour,
  leo,
  makeChannel,
  makeOrganization,
  minute,
  pass,
  rows,
  said,
  settled,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

const start = Date.UTC(2026, 10, 6, 18);

/** An organization, a board of its events in an otherwise silent chat, and one event on it. */
async function standing() {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  await takeOver(t, orgId, [said("jam", start)]);
  await addBoard(t);
  const wall = makeWall(t);
  const show = async () => {
    await pass(t, minute);
    return await wall.show();
  };
  return { t, orgId, wall, show };
}

describe("a board", () => {
  test("is posted once, and stays one message however often it changes", async () => {
    const { t, orgId, wall, show } = await standing();
    expect(await show()).toEqual(["sent"]);
    expect(await show()).toEqual([]);
    for (const title of ["Jam session", "Jam night"]) {
      await takeOver(t, orgId, [said("jam", start, { title })]);
      expect(await show()).toEqual(["sent"]);
      expect(titlesOf(wall.last())).toEqual([title]);
    }
    expect(wall.messages.size).toBe(1);
    const board = await onlyBoard(t);
    expect(board).toMatchObject({ posts: 1, edits: 2, shownAt: Date.now(), isOutdated: false });
    expect(await owedTo(t, board._id)).toEqual(["message sent", "sync sent"]);
  });

  test("many changes before a bot looks are one edit", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    for (let count = 1; count <= 20; count++)
      await takeOver(t, orgId, [said("jam", start, { title: `Jam ${count}` })]);
    expect(await show()).toEqual(["sent"]);
    expect(titlesOf(wall.last())).toEqual(["Jam 20"]);
  });

  test("that would look the same is not sent, and the chat's turn is given back", async () => {
    const { t, orgId, show } = await standing();
    await show();
    const [before] = await rows(t, "chatRateLimits");
    await takeOver(t, orgId, [said("jam", start, { title: "Other" })]);
    await takeOver(t, orgId, [said("jam", start)]);
    expect(await show()).toEqual(["unchanged"]);
    expect(await onlyBoard(t)).toMatchObject({ edits: 0, shownAt: Date.now() });
    const [after] = await rows(t, "chatRateLimits");
    expect((after?.fullAt ?? 0) - Date.now()).toBeLessThanOrEqual(0);
    expect(after?._id).toBe(before?._id);
  });

  test("that changes while a bot holds it is shown again", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    await takeOver(t, orgId, [said("jam", start, { title: "First" })]);
    await pass(t, minute);
    const [held] = await wall.bot.lease();
    await takeOver(t, orgId, [said("jam", start, { title: "Second" })]);
    await wall.bot.begin(held!);
    await wall.bot.complete(held!, wall.put(held!));
    expect(titlesOf(wall.last())).toEqual(["First"]);
    expect(await show()).toEqual(["sent"]);
    expect(titlesOf(wall.last())).toEqual(["Second"]);
  });

  test("that a bot edits after it has lost its lease is shown again", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    await takeOver(t, orgId, [said("jam", start, { title: "First" })]);
    await pass(t, minute);
    const [stalled] = await wall.bot.lease();
    await wall.bot.begin(stalled!);
    await takeOver(t, orgId, [said("jam", start, { title: "Second" })]);
    expect(await show()).toEqual(["sent"]);
    const late = wall.put(stalled!);
    expect(titlesOf(wall.last())).toEqual(["First"]);
    await wall.bot.complete(stalled!, late);
    expect(await show()).toEqual(["sent"]);
    expect(titlesOf(wall.last())).toEqual(["Second"]);
    await wall.bot.complete(stalled!, late);
    expect(await show()).toEqual(["sent"]);
    expect(titlesOf(wall.last())).toEqual(["Second"]);
  });

  test("of fifty-one and more chats is marked in each of them", async () => {
    const t = startPlaza();
    const orgId = await makeOrganization(t, { hasSynced: true });
    for (let chat = 0; chat < 120; chat++) await addBoard(t, { chatId: `-${1000 + chat}` });
    const wall = makeWall(t);
    await wall.show();
    await takeOver(t, orgId, [said("jam", start)]);
    expect((await rows(t, "boards")).every(({ isOutdated }) => isOutdated)).toBe(true);
    await pass(t, minute);
    await wall.show();
    expect([...wall.messages.values()].every((shown) => titlesOf(shown).length === 1)).toBe(true);
  });

  test("shows the latest week of giving, and says so where there is none", async () => {
    const t = startPlaza();
    await addBoard(t, { view: "impact" });
    const wall = makeWall(t);
    await wall.show();
    expect(wall.last()?.view).toEqual({ view: "impact" });
  });
});

describe("adding", () => {
  test("makes a chat known that is told nothing else", async () => {
    const t = startPlaza();
    const orgId = await makeOrganization(t, { hasSynced: true });
    await addBoard(t, { chatId: "-7", title: "Silent" });
    expect(await rows(t, "channels")).toMatchObject([
      { chatId: "-7", title: "Silent", kinds: [], isOn: true, timezone: "Europe/Madrid" },
    ]);
    await takeOver(t, orgId, [said("jam", start)]);
    expect((await rows(t, "deliveries")).map(({ task }) => task.kind)).toEqual(["board"]);
  });

  test("leaves a chat that is told something as it is", async () => {
    const t = startPlaza();
    await makeOrganization(t);
    await makeChannel(t, { kinds: ["new"], locale: "es" });
    await addBoard(t);
    expect(await rows(t, "channels")).toMatchObject([{ kinds: ["new"], locale: "es" }]);
  });

  test("shows the channel's organization, another one that is named, or everybody's", async () => {
    const t = startPlaza();
    const orgId = await makeOrganization(t, { hasSynced: true });
    const other = await makeOrganization(t, { name: "Other", hasSynced: true });
    await makeChannel(t, { orgId });
    await takeOver(t, orgId, [said("jam", start)]);
    await takeOver(t, other, [said("talk", start + hour)]);
    const wall = makeWall(t);
    const abouts = [];
    for (const named of [{}, { orgId: other }, { orgId: null }]) {
      await pass(t, minute);
      abouts.push((await addBoard(t, named)).about);
      await wall.show();
    }
    expect(abouts).toEqual(["Frutero", "Other", undefined]);
    expect([...wall.messages.values()].map(titlesOf)).toEqual([
      ["Event jam"],
      ["Event talk"],
      ["Event jam", "Event talk"],
    ]);
  });

  test("what is there already posts it anew; what still waits is not posted twice", async () => {
    const { t, orgId, wall, show } = await standing();
    await addBoard(t);
    expect(await show()).toEqual(["sent"]);
    await addBoard(t);
    await show();
    expect(wall.messages.size).toBe(2);
    expect(wall.retired).toEqual(["m-1"]);
    await takeOver(t, orgId, [said("jam", start, { title: "Jam night" })]);
    await show();
    expect([...wall.messages.values()].map(titlesOf)).toEqual([["Event jam"], ["Jam night"]]);
    expect(await onlyBoard(t)).toMatchObject({ posts: 2 });
  });

  test("refuses an eleventh board, an organization and a line that are not there", async () => {
    const t = startPlaza();
    for (let count = 0; count < 10; count++)
      await addBoard(t, { orgId: await makeOrganization(t, { name: `Org ${count}` }) });
    await expect(addBoard(t, { view: "impact" })).rejects.toThrow("too-many-boards");
    await expect(addBoard(t, { view: "queue" })).rejects.toThrow("no-line");
    await expect(addBoard(t, { view: "queue", eventId: "x" })).rejects.toThrow("no-such-event");
    expect(await listBoards(t)).toHaveLength(10);
  });
});

describe("taking away", () => {
  test("leaves a message that says so, and cancels what is owed", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    await takeOver(t, orgId, [said("jam", start, { title: "Unseen" })]);
    const board = await onlyBoard(t);
    await as(t, leo).mutation(api.boards.remove, { ...here, boardId: board._id });
    expect(await show()).toEqual([]);
    expect(wall.retired).toEqual(["m-1"]);
    expect(titlesOf(wall.last())).toEqual(["Event jam"]);
    expect(await owedTo(t, board._id)).toEqual(["message sent", "sync cancelled"]);
    expect(await rows(t, "boards")).toEqual([]);
  });

  test("works in the board's own chat alone", async () => {
    const { t } = await standing();
    await makeChannel(t, { chatId: "-200" });
    const board = await onlyBoard(t);
    const elsewhere = { ...here, chatId: "-200", boardId: board._id };
    await expect(as(t, leo).mutation(api.boards.remove, elsewhere)).rejects.toThrow(
      "no-such-board",
    );
  });
});

describe("a channel and its boards", () => {
  test("another language or zone of the channel is another board", async () => {
    const { t, wall, show } = await standing();
    await show();
    await makeChannel(t, { kinds: [], locale: "es" });
    await pass(t, minute);
    const [edit] = await wall.bot.lease();
    expect(edit?.to.locale).toBe("es");
    expect(edit?.messageId).toBe("m-1");
  });

  test("what else changes in a channel changes no board", async () => {
    const { t, show } = await standing();
    await show();
    await makeChannel(t, { kinds: ["new"] });
    expect(await show()).toEqual([]);
  });

  test("a channel that goes off takes its boards along; it alone comes back", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    await as(t, leo).mutation(api.channels.unsubscribe, here);
    await takeOver(t, orgId, [said("jam", start, { title: "Jam night" })]);
    expect(await show()).toEqual([]);
    expect(wall.retired).toEqual(["m-1"]);
    await makeChannel(t, { kinds: [] });
    expect(await show()).toEqual([]);
    expect(await listBoards(t)).toMatchObject([{ isOn: false, offReason: "admin" }]);
    await addBoard(t);
    await show();
    expect(titlesOf(wall.last())).toEqual(["Jam night"]);
    expect(await listBoards(t)).toMatchObject([{ isOn: true, isPosted: true }]);
  });

  test("a board in a channel that was off brings back the board alone", async () => {
    const t = startPlaza();
    await makeOrganization(t);
    await makeChannel(t);
    await as(t, leo).mutation(api.channels.unsubscribe, here);
    await addBoard(t);
    expect(await rows(t, "channels")).toMatchObject([{ isOn: true, kinds: [] }]);
  });

  test("a chat that is gone switches its boards off, with the reason", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    await takeOver(t, orgId, [said("jam", start, { title: "Jam night" })]);
    await pass(t, minute);
    await wall.meets({ kind: "channel-gone", reason: "bot was kicked" });
    expect(await listBoards(t)).toMatchObject([{ isOn: false, offReason: "bot was kicked" }]);
    expect(await show()).toEqual([]);
    expect(wall.retired).toEqual([]);
    expect(await rows(t, "outboxes")).toEqual([]);
  });

  test("a chat with a new id gets a new message, as often as that happens", async () => {
    const { t, wall, show } = await standing();
    await show();
    for (const [from, to] of [
      ["-100", "-101"],
      ["-101", "-102"],
    ] as const) {
      await as(t, "bot:telegram").mutation(api.channels.moved, { from, to });
      expect(await show()).toEqual(["sent"]);
      expect(wall.last()?.chatId).toBe(to);
    }
    expect(wall.messages.size).toBe(3);
    expect(await onlyBoard(t)).toMatchObject({ isOn: true });
  });

  test("a bot that hears of the new id from an edit posts there", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    await takeOver(t, orgId, [said("jam", start, { title: "Jam night" })]);
    await pass(t, minute);
    await wall.meets({ kind: "migrated", chatId: "-101" });
    expect(await show()).toEqual(["sent"]);
    expect(wall.last()).toMatchObject({ chatId: "-101", edits: 0 });
    expect(titlesOf(wall.last())).toEqual(["Jam night"]);
  });
});

describe("a message that was deleted", () => {
  /** Deletes the message that stands, and lets the board find out. */
  async function deleting() {
    const world = await standing();
    const { t, orgId, wall, show } = world;
    await show();
    let changes = 0;
    const deleted = async () => {
      wall.messages.clear();
      changes += 1;
      await takeOver(t, orgId, [said("jam", start, { title: `Jam ${changes}` })]);
      return await show();
    };
    return { ...world, deleted };
  }

  test("is posted anew once; deleted again within a day, the board is off", async () => {
    const { t, wall, show, deleted } = await deleting();
    expect(await deleted()).toContain("message-gone");
    await show();
    expect(titlesOf(wall.last())).toEqual(["Jam 1"]);
    expect(await deleted()).toEqual(["message-gone"]);
    expect(await show()).toEqual([]);
    expect(await listBoards(t)).toMatchObject([
      { isOn: false, offReason: "its message was deleted twice" },
    ]);
  });

  test("a day later it is posted anew again", async () => {
    const { t, wall, show, deleted } = await deleting();
    await deleted();
    await show();
    await pass(t, day);
    await deleted();
    await show();
    expect(titlesOf(wall.last())).toEqual(["Jam 2"]);
  });

  test("adding the board again is no deletion", async () => {
    const { t, wall, show, deleted } = await deleting();
    await deleted();
    await show();
    await addBoard(t);
    await show();
    await deleted();
    await show();
    expect(titlesOf(wall.last())).toEqual(["Jam 2"]);
  });
});

describe("what the ledger keeps of a board", () => {
  test("the sweep forgets old rows without harm", async () => {
    const { t, orgId, wall, show } = await standing();
    await show();
    await takeOver(t, orgId, [said("jam", start, { title: "One" })]);
    await show();
    await pass(t, 31 * day);
    await t.mutation(internal.sweep.expired, { rule: "deliveries" });
    await settled(t);
    expect(await rows(t, "deliveries")).toEqual([]);
    await takeOver(t, orgId, [said("later", Date.now() + day)]);
    expect(await show()).toEqual(["sent"]);
    expect(wall.messages.size).toBe(1);
    expect(titlesOf(wall.last())).toContain("Event later");
  });

  test("one that is owed still is not swept", async () => {
    const { t } = await standing();
    await pass(t, 31 * day);
    await t.mutation(internal.sweep.expired, { rule: "deliveries" });
    await settled(t);
    expect(await owedTo(t, (await onlyBoard(t))._id)).toEqual(["message pending"]);
  });

  test("a chat's pace is swept when it no longer matters", async () => {
    const { t, show } = await standing();
    await show();
    await t.mutation(internal.sweep.expired, { rule: "chatRateLimits" });
    expect(await rows(t, "chatRateLimits")).toHaveLength(1);
    await pass(t, 2 * hour);
    await t.mutation(internal.sweep.expired, { rule: "chatRateLimits" });
    expect(await rows(t, "chatRateLimits")).toEqual([]);
  });

  test("what could not be posted says why, and an admin can try again", async () => {
    const { t, wall, show } = await standing();
    await wall.meets({ kind: "refused", reason: "bad entities" });
    expect(await listBoards(t)).toMatchObject([{ isPosted: false, problem: "bad entities" }]);
    const [failed] = await as(t, leo).query(api.deliveries.list, {});
    expect(failed).toMatchObject({ kind: "board", to: "Plaza", canRetry: true });
    await as(t, leo).mutation(api.deliveries.retry, { deliveryId: failed!._id });
    expect(await show()).toEqual(["sent"]);
    expect(await listBoards(t)).toMatchObject([{ isPosted: true }]);
  });
});
