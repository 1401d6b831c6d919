// @vitest-environment edge-runtime
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import type { MutationCtx } from "../../convex/_generated/server.js";
import { plazaWithJam } from "../support/convex/rsvps.ts";
import { as, begin, hour, type Plaza } from "../support/convex/plaza.ts";

// What is read does not grow with how many come.

const me = "telegram:me";

/** An event with so many who go, wait and may come, each with a reminder. */
async function crowded(count: number) {
  const plaza = await plazaWithJam(begin + 12 * hour, count);
  const { t, eventId } = plaza;
  const answers = ["going", "waiting", "maybe"] as const;
  await t.run(async ({ db }) => {
    for (const said of answers)
      for (let number = 0; number < count; number++) {
        const account = `telegram:${said}${number}`;
        await db.insert("rsvps", {
          account,
          eventId,
          answer: said === "maybe" ? "maybe" : "going",
          guests: 0,
          isWaiting: said === "waiting",
          since: begin + number,
          answeredAt: begin,
        });
        const dueAt = begin + 11 * hour;
        await db.insert("reminders", { account, eventId, minutesBefore: 60, dueAt });
      }
    const [row] = await db.query("attendances").take(1);
    if (row) await db.delete("attendances", row._id);
    await db.insert("attendances", { eventId, going: count, maybe: count, waiting: count });
  });
  return plaza;
}

type Used = { read: number; written: number; queries: number };

async function cost(t: Plaza, who: string | null, run: (ctx: Running) => Promise<unknown>) {
  const caller = who === null ? t : as(t, who);
  return await caller.mutation(async (ctx): Promise<Used> => {
    await run(ctx);
    const used = await ctx.meta.getTransactionMetrics();
    return {
      read: used.documentsRead.used,
      written: used.documentsWritten.used,
      queries: used.databaseQueries.used,
    };
  });
}
type Running = Pick<MutationCtx, "runMutation" | "runQuery">;

async function costs(count: number): Promise<Record<string, Used>> {
  const { t, eventId } = await crowded(count);
  const answer = async (answer: "going" | "not") =>
    await cost(t, me, async (ctx) => await ctx.runMutation(api.rsvps.answer, { eventId, answer }));
  return {
    "a place in a full line": await answer("going"),
    "and out of it": await answer("not"),
    "a seat that goes to the next": await cost(t, "telegram:going0", async (ctx) => {
      await ctx.runMutation(api.rsvps.answer, { eventId, answer: "not" });
    }),
    show: await cost(t, me, async (ctx) => await ctx.runQuery(api.rsvps.show, { eventId })),
    mine: await cost(t, me, async (ctx) => await ctx.runQuery(api.rsvps.mine, {})),
    "a reminder": await cost(t, me, async (ctx) => {
      await ctx.runMutation(api.reminders.set, { eventId, minutesBefore: 60 });
    }),
    "reminders of mine": await cost(t, me, async (ctx) => {
      await ctx.runQuery(api.reminders.mine, {});
    }),
    "a batch of those who are told": await cost(t, null, async (ctx) => {
      const args = { eventId, number: 1, answer: "going" as const, cursor: null };
      await ctx.runMutation(internal.rsvps.notifyChange, args);
    }),
    "a batch of reminders that follow": await cost(t, null, async (ctx) => {
      await ctx.runMutation(internal.reminders.follow, { eventId, cursor: null });
    }),
  };
}

test("an answer, a look and a batch read as much of a thousand as of three hundred", async () => {
  const [few, many] = [await costs(300), await costs(1000)];
  expect(many).toEqual(few);
  // Whoever waits is told their place, counted up to a hundred; a batch is a hundred people.
  const most = Math.max(...Object.values(many).map(({ read, written }) => read + written));
  expect(most).toBeLessThanOrEqual(310);
});
