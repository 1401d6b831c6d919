// @vitest-environment edge-runtime
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Doc, Id } from "../../convex/_generated/dataModel.js";
import {
  day,
  makeBot,
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

// Random lives of the ledger: two processes per platform that claim, begin, settle and die in any
// order, clocks that jump, platforms that answer anything. What must hold is checked at each step.

const lease = 20_000;
const nonceMemory = 120_000;

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Outcome>({ kind: "sent", messageId: "1" }) },
  { weight: 2, arbitrary: fc.constant<Outcome>({ kind: "ambiguous", reason: "timeout" }) },
  { weight: 2, arbitrary: fc.constant<Outcome>({ kind: "unsent", reason: "no route" }) },
  fc.integer({ min: 0, max: 60_000 }).map((ms): Outcome => ({ kind: "later", retryAfterMs: ms })),
  fc.constant<Outcome>({ kind: "refused", reason: "bad" }),
  fc.constant<Outcome>({ kind: "message-gone" }),
  fc.constant<Outcome>({ kind: "migrated", chatId: "-1009" }),
  fc.constant<Outcome>({ kind: "channel-gone", reason: "kicked" }),
);
const process = fc.nat(3);
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant("tell" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("move" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("claim" as const), process, limit: fc.nat(3) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("begin" as const), process }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("settle" as const), process, outcome }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), process }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 10 * minute })),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

type Message = Awaited<ReturnType<ReturnType<typeof makeBot>["lease"]>>[number];
type Process = { bot: ReturnType<typeof makeBot>; hand: Message[]; sending: Message | undefined };

async function live(steps: Step[]) {
  const t = startPlaza();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const orgId = await makeOrganization(t, { hasSynced: true });
  await makeChannel(t, { chatId: "1" });
  await makeChannel(t, { chatId: "2", orgId });
  await makeChannel(t, { chatId: "3", platform: "discord" });
  const processes: Process[] = (["telegram", "telegram", "discord", "discord"] as const).map(
    (platform) => ({ bot: makeBot(t, platform), hand: [], sending: undefined }),
  );
  const watch = watcher();
  const events: { name: string; start: number }[] = [];

  const take = async (step: Step): Promise<void> => {
    if (step.do === "wait") return await pass(t, step.ms);
    if (step.do === "tell") {
      events.push({ name: `e${events.length}`, start: Date.now() + day });
      await takeOver(t, orgId, [said(`e${events.length - 1}`, Date.now() + day)]);
      return;
    }
    if (step.do === "move") {
      const event = events.at(-1);
      if (!event) return;
      event.start += minute;
      await takeOver(t, orgId, [said(event.name, event.start)]);
      return;
    }
    const one = processes[step.process];
    if (one) await act(t, one, step, watch);
  };
  for (const step of steps) {
    await take(step);
    await expectOneOutboxPerOpenChannel(t);
  }
  await expectItEnds(t);
}

/** What one process does; it sends what it holds before it asks for more. */
async function act(
  t: Plaza,
  one: Process,
  step: Extract<Step, { process: number }>,
  watch: ReturnType<typeof watcher>,
) {
  if (step.do === "die") {
    one.hand = [];
    one.sending = undefined;
  } else if (step.do === "claim" && one.hand.length === 0 && !one.sending) {
    one.hand = await one.bot.lease(step.limit);
    watch.leased(one.hand, await rows(t, "deliveries"));
  } else if (step.do === "begin" && !one.sending) {
    const message = one.hand.shift();
    if (!message || !(await one.bot.begin(message))) return;
    one.sending = message;
    watch.began(message, await rows(t, "deliveries"));
  } else if (step.do === "settle" && one.sending) {
    const message = one.sending;
    one.sending = undefined;
    watch.answered(message, step.outcome);
    await one.bot.complete(message, step.outcome);
  }
}

/** Who holds what, and what may have arrived: seen from outside the ledger. */
function watcher() {
  const holds = new Map<string, Pick<Message, "deliveryId" | "fencingToken"> & { until: number }>();
  const maybeArrived = new Map<Id<"deliveries">, { fencingToken: number; at: number }[]>();
  const rowOf = (all: Doc<"deliveries">[], { deliveryId }: Message) => {
    const row = all.find(({ _id }) => _id === deliveryId);
    if (!row) throw new Error("a message that is in no ledger");
    return row;
  };
  return {
    leased(messages: Message[], all: Doc<"deliveries">[]) {
      for (const message of messages) {
        const { destination } = rowOf(all, message);
        const other = holds.get(destination);
        expect(other === undefined || other.until <= Date.now()).toBe(true);
        holds.set(destination, { ...message, until: Date.now() + lease });
      }
    },
    began(message: Message, all: Doc<"deliveries">[]) {
      const row = rowOf(all, message);
      const { deliveryId, fencingToken } = message;
      expect(holds.get(row.destination)).toMatchObject({ deliveryId, fencingToken });
      // Corrections may overtake what is new, nothing overtakes its like.
      const older = all.filter(
        (other) =>
          other.destination === row.destination &&
          other.rank <= row.rank &&
          other._creationTime < row._creationTime,
      );
      expect(older.filter(({ isOpen }) => isOpen)).toEqual([]);
      holds.set(row.destination, { ...message, until: Date.now() + lease });
      // Until somebody says otherwise it may have arrived.
      const before = maybeArrived.get(row._id) ?? [];
      maybeArrived.set(row._id, [...before, { fencingToken, at: Date.now() }]);
      if (row.part !== "message") return;
      if (row.platform === "telegram") expect(before.length).toBeLessThanOrEqual(1);
      else expect(Date.now() - (before[0]?.at ?? Date.now())).toBeLessThan(nonceMemory);
    },
    answered({ deliveryId, fencingToken }: Message, { kind }: Outcome) {
      const tries = maybeArrived.get(deliveryId) ?? [];
      const surelyNot = kind !== "sent" && kind !== "ambiguous";
      if (surelyNot)
        maybeArrived.set(
          deliveryId,
          tries.filter((one) => one.fencingToken !== fencingToken),
        );
      for (const [destination, hold] of holds)
        if (hold.deliveryId === deliveryId && hold.fencingToken === fencingToken)
          holds.delete(destination);
    },
  };
}

async function expectOneOutboxPerOpenChannel(t: Plaza) {
  const open = (await rows(t, "deliveries")).filter(({ isOpen }) => isOpen);
  const outboxes = (await rows(t, "outboxes")).map(({ destination }) => destination);
  expect(new Set(outboxes).size).toBe(outboxes.length);
  for (const { destination } of open) expect(outboxes).toContain(destination);
}

/** Once everything works again, all that is owed comes to an end. */
async function expectItEnds(t: Plaza) {
  for (let rounds = 0; rounds < 12; rounds++) {
    if ((await rows(t, "outboxes")).length === 0) break;
    await pass(t, 2 * minute);
    for (const platform of ["telegram", "discord"] as const) await makeBot(t, platform).sendAll();
  }
  expect((await rows(t, "deliveries")).filter(({ isOpen }) => isOpen)).toEqual([]);
  expect(await rows(t, "outboxes")).toEqual([]);
}

test("whatever bots, clocks and platforms do: one holder at a time, order kept, and an end for all", async () => {
  const steps = fc.array(step, { minLength: 10, maxLength: 50, size: "max" });
  const lives = fc.assert(fc.asyncProperty(steps, live), { numRuns: 200 });
  await expect(lives).resolves.toBeUndefined();
});
