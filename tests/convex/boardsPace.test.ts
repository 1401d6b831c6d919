// @vitest-environment edge-runtime
import { describe, expect, test } from "vitest";
import { invalidateBoards } from "../../convex/model/live/boards.ts";
import { addBoard, makeWall, titlesOf } from "../support/convex/boards.ts";
import {
  hour,
  makeBot,
  makeChannel,
  makeOrganization,
  minute,
  pass,
  rows,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

// How often the messages of one chat change, whatever their data do.

const start = Date.UTC(2026, 10, 6, 18);

async function standing(chats: string[] = ["-100"], platform: "telegram" | "discord" = "telegram") {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  for (const chatId of chats) await addBoard(t, { platform, chatId });
  const wall = makeWall(t, platform);
  await wall.show();
  await pass(t, minute);
  let changes = 0;
  const change = async () => {
    changes += 1;
    await takeOver(t, orgId, [said("jam", start, { title: `Jam ${changes}` })]);
  };
  /** Changes each second, with a bot that looks as often; when what was sent went out. */
  const busy = async (seconds: number) => {
    const sent: number[] = [];
    for (let second = 0; second < seconds; second++) {
      await change();
      for (const kind of await wall.show()) if (kind === "sent") sent.push(Date.now());
      await pass(t, 1000);
    }
    return sent;
  };
  return { t, orgId, wall, change, busy };
}

function mostIn(times: number[], ms: number): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + ms).length),
  );
}

describe("the pace of a chat", () => {
  test.each([
    ["telegram", 3_000, 1],
    ["telegram", minute, 14],
    ["discord", 5_000, 4],
  ] as const)("%s: in any %i ms at most %i edits", async (platform, ms, most) => {
    const { busy } = await standing(["-100"], platform);
    const sent = await busy(120);
    expect(mostIn(sent, ms)).toBeLessThanOrEqual(most);
    expect(mostIn(sent, ms)).toBeGreaterThanOrEqual(Math.floor(most * 0.8));
  });

  test("of one chat is no other chat's", async () => {
    const { wall, change } = await standing(["-1", "-2", "-3", "-4"]);
    await change();
    expect(await wall.show()).toHaveLength(4);
  });

  test("is one for all boards of a chat, and each has its turn", async () => {
    const { t, orgId, wall, busy } = await standing();
    await addBoard(t, { orgId: orgId });
    await addBoard(t, { view: "impact" });
    await pass(t, minute);
    await wall.show();
    await pass(t, minute);
    const sent = await busy(60);
    expect(mostIn(sent, minute)).toBeLessThanOrEqual(14);
    const edits = [...wall.messages.values()].map((shown) => shown.edits);
    // Nothing has changed on the board of the giving; the other two share the chat's turns.
    expect(edits[2]).toBe(0);
    expect(Math.abs((edits[0] ?? 0) - (edits[1] ?? 0))).toBeLessThanOrEqual(1);
  });

  test("a board that changes all the time does not keep another one waiting", async () => {
    const { t, wall, change } = await standing();
    await addBoard(t, { view: "impact" });
    await wall.show();
    await pass(t, minute);
    // The board of events changes while a bot holds it, again and again.
    const round = async () => {
      const shown = [];
      for (const held of await wall.bot.lease()) {
        await wall.bot.begin(held);
        await change();
        shown.push(held.payload.kind === "board" && held.payload.board.view);
        const fingerprint = `${Date.now()}`;
        await wall.bot.complete(held, {
          kind: "sent",
          messageId: held.messageId ?? "m",
          fingerprint,
        });
      }
      return shown;
    };
    await change();
    while ((await round()).length > 0);
    await t.run(async (ctx) => await invalidateBoards(ctx, "impact", Date.now()));
    const shown = [];
    for (let second = 0; second < 30; second++) {
      await pass(t, 1000);
      shown.push(...(await round()));
    }
    expect(shown.slice(0, 2)).toContain("impact");
  });

  test("a chat that was refused waits as it was told, and then changes half as often", async () => {
    const { t, wall, change, busy } = await standing();
    await change();
    const [edit] = await wall.bot.lease();
    await wall.bot.begin(edit!);
    await wall.bot.complete(edit!, { kind: "later", retryAfterMs: 30_000 });
    await pass(t, 29_000);
    expect(await wall.show()).toEqual([]);
    await pass(t, 1_000);
    expect(await wall.show()).toEqual(["sent"]);
    const strained = await busy(120);
    expect(mostIn(strained, minute)).toBeLessThanOrEqual(7);
    await pass(t, hour);
    expect(mostIn(await busy(60), minute)).toBeGreaterThan(10);
  });

  test("a refusal of anything else in the chat slows its boards too", async () => {
    const { t, orgId, wall, busy } = await standing();
    await makeChannel(t, { kinds: ["new"] });
    await takeOver(t, orgId, [said("talk", start)]);
    const leased = await wall.bot.lease();
    const told = leased.find(({ payload }) => payload.kind === "announce");
    for (const one of leased) {
      await wall.bot.begin(one);
      const later = { kind: "later", retryAfterMs: 1_000 } as const;
      await wall.bot.complete(one, one === told ? later : wall.put(one));
    }
    await pass(t, minute);
    expect(mostIn(await busy(120), minute)).toBeLessThanOrEqual(8);
  });

  test("the last state is shown when the changes have ended", async () => {
    const { t, wall, busy, change } = await standing();
    await busy(20);
    await change();
    await pass(t, 10_000);
    await wall.show();
    await pass(t, 10_000);
    await wall.show();
    expect(titlesOf(wall.last())).toEqual(["Jam 21"]);
    expect(await rows(t, "outboxes")).toEqual([]);
  });
});

describe("boards and announcements of one chat", () => {
  /** A channel that is told what is new, with a board on it. */
  async function both() {
    const { t, orgId } = await standing();
    await makeChannel(t, { kinds: ["new"] });
    const bot = makeBot(t);
    const claim = async () => (await bot.lease()).map(({ payload }) => payload.kind);
    let told = 0;
    const tell = async () => void (await takeOver(t, orgId, [said(`e${(told += 1)}`, start)]));
    return { t, claim, tell };
  }

  test("go side by side: neither waits for the other that a bot holds", async () => {
    const { claim, tell } = await both();
    await tell();
    expect(new Set(await claim())).toEqual(new Set(["announce", "board"]));
  });

  test("an announcement goes out though the board must wait", async () => {
    const { t, claim, tell } = await both();
    await tell();
    const bot = makeBot(t);
    await bot.sendAll();
    await tell();
    await bot.sendAll();
    await tell();
    expect(await claim()).toEqual(["announce"]);
  });
});
