// @vitest-environment edge-runtime
import type { FunctionReference } from "convex/server";
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { hostA, hostB, inTelegram, plazaWithLine } from "../support/convex/queue.ts";
import { as, minute, pass, type Plaza, rows } from "../support/convex/plaza.ts";

// What a line costs is bounded by the line, not by the tables.

async function cost(
  t: Plaza,
  subject: string,
  call: FunctionReference<"mutation">,
  eventId: Id<"events">,
) {
  return await as(t, subject).mutation(async (ctx) => {
    await ctx.runMutation(call, { eventId });
    const { documentsRead, documentsWritten } = await ctx.meta.getTransactionMetrics();
    return { read: documentsRead.used, written: documentsWritten.used };
  });
}

/** What a join, a leave and a call cost with so many waiting, and as many places in other lines. */
async function costs(waiting: number, elsewhere: number) {
  const { t, eventId, orgId, hosts, members, join } = await plazaWithLine(waiting + 1);
  for (let number = 0; number < waiting; number++) await join(number);
  await t.run(async ({ db }) => {
    const past = await db.insert("events", {
      ...(await db.get("events", eventId).then((event) => {
        const { _id, _creationTime, ...fields } = event ?? ({} as never);
        return fields;
      })),
      orgId,
    });
    const [member] = members;
    if (!member) return;
    for (let number = 0; number < elsewhere; number++)
      await db.insert("queuePositions", {
        eventId: past,
        userId: hosts.b._id,
        position: 0,
        estimatedTime: 0,
        status: "completed",
        joinedAt: 0,
        noShows: 0,
        calls: 1,
        calledBy: hosts.a._id,
      });
  });
  return {
    join: await cost(t, inTelegram(waiting), api.queue.joinQueue, eventId),
    "leave at the end": await cost(t, inTelegram(waiting), api.queue.leaveQueue, eventId),
    next: await cost(t, hostA, api.queue.callNext, eventId),
    "next of another host": await cost(t, hostB, api.queue.callNext, eventId),
  };
}

test("what a line costs does not grow with other lines, and a join not with its own", async () => {
  const [few, many, long] = [await costs(10, 0), await costs(10, 400), await costs(60, 0)];
  expect(many).toEqual(few);
  expect(long.join).toEqual(few.join);
  expect(long["leave at the end"]).toEqual(few["leave at the end"]);
  // Everybody has a new place when the first one is called.
  expect(long.next.written - few.next.written).toBe(50);
  expect(few.join.read).toBeLessThanOrEqual(30);
});

test("how long somebody took is the line's pace from then on", async () => {
  const { t, eventId, join, next, about } = await plazaWithLine(2);
  for (const number of [0, 1]) await join(number);
  await next();
  await about("here", 0);
  await pass(t, 9 * minute);
  await next();
  const [queue] = await rows(t, "queues");
  expect(queue?.paces).toEqual([9 * minute]);
  await about("here", 1);
  await pass(t, 3 * minute);
  await about("done", 1);
  expect((await rows(t, "queues"))[0]?.paces).toEqual([9 * minute, 3 * minute]);
  const line = await as(t, hostA).query(api.queue.getEventQueue, { eventId });
  expect(line.pace).toEqual({ from: 4, to: 6 });
});
