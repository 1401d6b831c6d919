// @vitest-environment edge-runtime
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { viewOf } from "../../convex/model/kinds/board.ts";
import { addBoard, makeWall } from "../support/convex/boards.ts";
import {
  as,
  day,
  leo,
  makeChannel,
  makeOrganization,
  minute,
  type Outcome,
  pass,
  type Plaza,
  rows,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

// Random lives of boards: calendars change while two processes claim, begin, settle and die, answers
// are lost, messages are deleted, chats move. In the end what stands in the chat is what is true.

/** What becomes of a try: done and heard, done and not heard, not done ... */
const fate = fc.oneof(
  { weight: 6, arbitrary: fc.constant("works" as const) },
  { weight: 2, arbitrary: fc.constant("done-ambiguousAttempts" as const) },
  fc.constant("lost-ambiguousAttempts" as const),
  fc.constant("unsent" as const),
  fc.constant("later" as const),
);
const process = fc.nat(1);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("change" as const), title: fc.nat(3) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("claim" as const), process }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("begin" as const), process }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("settle" as const), process, fate }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("die" as const), process }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("show" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("move" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("language" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("add" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 5 * minute })),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Wall = ReturnType<typeof makeWall>;
type Message = Awaited<ReturnType<Wall["bot"]["lease"]>>[number];
type Process = { hand: Message[]; sending: Message | undefined };

async function live(platform: "telegram" | "discord", steps: Step[]): Promise<void> {
  const t = startPlaza();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const orgId = await makeOrganization(t, { hasSynced: true });
  const start = Date.now() + 30 * day;
  const chat = { platform, chatId: "1" };
  await addBoard(t, { ...chat, orgId });
  await addBoard(t, { ...chat, orgId: null });
  const wall = makeWall(t, platform);
  const processes: Process[] = [0, 1].map(() => ({ hand: [], sending: undefined }));
  let locale: "en" | "es" = "en";
  for (const step of steps) {
    switch (step.do) {
      case "change":
        await takeOver(t, orgId, [said("jam", start, { title: `Jam ${step.title}` })]);
        break;
      case "show":
        await pass(t, 30_000);
        await wall.show();
        break;
      case "delete":
        wall.messages.delete([...wall.messages.keys()][0] ?? "");
        break;
      case "move": {
        const from = chat.chatId;
        chat.chatId = String(Number(from) + 1);
        await as(t, `bot:${platform}`).mutation(api.channels.moved, { from, to: chat.chatId });
        wall.messages.clear();
        break;
      }
      case "language":
        locale = locale === "en" ? "es" : "en";
        await makeChannel(t, { ...chat, kinds: [], locale });
        break;
      case "add":
        await addBoard(t, { ...chat, orgId });
        break;
      case "sweep":
        await t.mutation(internal.sweep.expired, { rule: "deliveries" });
        await t.mutation(internal.sweep.expired, { rule: "chatRateLimits" });
        break;
      case "wait":
        await pass(t, step.ms);
        break;
      default:
        await act(wall, processes[step.process]!, step);
    }
  }
  await expectTruth(t, wall, chat);
}

async function act(wall: Wall, one: Process, step: Extract<Step, { process: number }>) {
  if (step.do === "die") {
    one.hand = [];
    one.sending = undefined;
  } else if (step.do === "claim" && one.hand.length === 0 && !one.sending) {
    one.hand = await wall.bot.lease(2);
  } else if (step.do === "begin" && !one.sending) {
    const message = one.hand.shift();
    if (message && (await wall.bot.begin(message))) one.sending = message;
  } else if (step.do === "settle" && one.sending) {
    const message = one.sending;
    one.sending = undefined;
    await wall.bot.complete(message, outcomeOf(wall, message, step.fate));
  }
}

function outcomeOf(wall: Wall, message: Message, fate: string): Outcome {
  if (fate === "works") return wall.put(message);
  if (fate === "done-ambiguousAttempts") wall.put(message);
  if (fate === "unsent") return { kind: "unsent", reason: "no route" };
  if (fate === "later") return { kind: "later", retryAfterMs: 3_000 };
  return { kind: "ambiguous", reason: "timeout" };
}

/** Once everything works again: each board that is on shows what is true, and nothing is owed. */
async function expectTruth(t: Plaza, wall: Wall, chat: { chatId: string }): Promise<void> {
  for (let round = 0; round < 30; round++) {
    await pass(t, minute);
    await wall.show();
    await again(t);
    if ((await rows(t, "outboxes")).length === 0) break;
  }
  expect(await rows(t, "outboxes")).toEqual([]);
  expect((await rows(t, "deliveries")).filter(({ isOpen }) => isOpen)).toEqual([]);
  for (const board of await rows(t, "boards")) {
    if (!board.isOn) {
      expect(board.offReason).toBe("its message was deleted twice");
      continue;
    }
    expect(board.isOutdated).toBe(false);
    const view = await t.run(async (ctx) => await viewOf(ctx, board));
    expect(board.fingerprint).toBe(JSON.stringify(view));
    const standing = wall.messages.get(board.messageId ?? "");
    // One that was deleted is missed only with the next change.
    if (standing) expect(standing).toMatchObject({ view, chatId: chat.chatId });
  }
}

/** An admin sends again what nobody knows of. */
async function again(t: Plaza): Promise<void> {
  for (const { _id, state } of await rows(t, "deliveries"))
    if (state === "ambiguous" || state === "dead")
      await as(t, leo).mutation(api.deliveries.retry, { deliveryId: _id });
}

/** A bot stalls for longer than its lease, and then edits a board that another has edited since. */
const stalled: Step[] = [
  { do: "show" },
  { do: "show" },
  { do: "change", title: 1 },
  { do: "claim", process: 1 },
  { do: "begin", process: 1 },
  { do: "change", title: 0 },
  { do: "show" },
  { do: "add" },
  { do: "settle", process: 1, fate: "works" },
];

test.each(["telegram", "discord"] as const)(
  "%s: whatever happens, what a board shows in the end is what is true",
  async (platform) => {
    const steps = fc.array(step, { minLength: 10, maxLength: 60, size: "max" });
    const lives = fc.assert(
      fc.asyncProperty(steps, async (life) => await live(platform, life)),
      { numRuns: 60, examples: [[stalled]] },
    );
    await expect(lives).resolves.toBeUndefined();
  },
  120_000,
);
