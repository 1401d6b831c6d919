// @vitest-environment edge-runtime
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { refusalOf } from "../../shared/refusals.ts";
import {
  expectEachCallTold,
  newModel,
  type RealLine,
  steps,
} from "../support/queueModel/commands.ts";
import { apply, type Op, seenPlace } from "../support/queueModel/model.ts";
import { hostA, hostB, inDiscord, inTelegram, plazaWithLine } from "../support/convex/queue.ts";
import { as, begin, pass, rows } from "../support/convex/plaza.ts";

// Short lives of a small line beside the model, very many of them: what goes wrong is made small.
// Five hundred people, and kills, are in tests/sandbox/queueModel.test.ts.

const people = 7;
const hostNames = [hostA, hostB];

async function smallLine(): Promise<RealLine> {
  const { t, eventId, members, hosts } = await plazaWithLine(people, { capacity: 1000 });
  const newest = async (who: number) =>
    (await rows(t, "queuePositions")).findLast(({ userId }) => userId === members[who]?._id)?._id;
  const answerOf = async (op: Op): Promise<string> => {
    const me = as(
      t,
      "chat" in op ? (op.chat ? inDiscord : inTelegram)(op.who) : (hostNames[op.host] ?? ""),
    );
    switch (op.do) {
      case "join": {
        const { isNew, place } = await me.mutation(api.queue.joinQueue, { eventId });
        return isNew ? `place ${place.position}` : "in already";
      }
      case "leave":
        await me.mutation(api.queue.leaveQueue, { eventId });
        return "ok";
      case "coming":
        await me.mutation(api.queue.confirmTurn, { eventId });
        return "ok";
      case "next": {
        const { called } = await me.mutation(api.queue.callNext, { eventId });
        return called ? `calls ${called.name.replace("Member ", "")}` : "nobody";
      }
      case "open":
        await me.mutation(api.queue.openQueue, { eventId });
        return "ok";
      case "close":
        await me.mutation(api.queue.closeQueue, { eventId });
        return "ok";
      default: {
        const which = {
          here: "confirmEntry",
          done: "completeEntry",
          noshow: "noShowEntry",
          remove: "cancelEntry",
        } as const;
        const positionId = await newest(op.who);
        if (!positionId) return "no change";
        const { isNew } = await me.mutation(api.queue[which[op.do]], { positionId });
        return isNew ? "ok" : "no change";
      }
    }
  };
  return {
    act: async (op) =>
      await answerOf(op).catch((error: unknown) => {
        const refused = refusalOf(error);
        if (refused === null) throw error;
        return refused;
      }),
    seen: async () =>
      (await rows(t, "queuePositions")).map(
        ({ userId, status, position, calls, noShows, calledBy, confirmedAt }) =>
          seenPlace({
            who: members.findIndex(({ _id }) => _id === userId),
            status,
            position,
            calls,
            noShows,
            host: calledBy ? [hosts.a._id, hosts.b._id].indexOf(calledBy) : null,
            isConfirmed: status === "called" && confirmedAt !== undefined,
          }),
      ),
    pass: async (ms) => await pass(t, ms),
    turns: async () => {
      const topics = (await rows(t, "deliveries")).map(({ subjectKey }) => subjectKey);
      return [...new Set(topics.filter((subjectKey) => subjectKey.includes(":turn:")))];
    },
  };
}

test("whatever people, hosts and the clock do, the line is the model's, and each call is told once", async () => {
  const life = fc.array(steps(hostNames.length), { minLength: 10, maxLength: 40, size: "max" });
  const lives = fc.assert(
    fc.asyncProperty(life, async (commands) => {
      const real = await smallLine();
      const model = newModel(begin, people, false);
      for (let who = 0; who < people; who++) {
        const join = { do: "join", who, chat: 0 } as const;
        expect(await real.act(join)).toBe(apply(model.line, join));
      }
      await fc.asyncModelRun(() => ({ model, real }), commands);
      await expectEachCallTold(model, real);
    }),
    { numRuns: 40 },
  );
  await expect(lives).resolves.toBeUndefined();
});
