import type { MutationCtx } from "../../convex/_generated/server.js";
// @vitest-environment edge-runtime
import type { FunctionReference } from "convex/server";
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api.js";
import { insertEvent } from "../../convex/model/sync/upsert.ts";
import { listEvent } from "../../convex/model/consequences/events.ts";
import { complete } from "../../convex/model/sync/luma.ts";
import {
  as,
  begin,
  hour,
  makeBot,
  makeChannel,
  makeOrganization,
  type Plaza,
  said,
  startPlaza,
  takeOver,
} from "../support/convex/plaza.ts";

/** An organization with so many coming events, three past ones for each of them, all published. */
async function plazaWithEvents(count: number) {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  for (let from = 0; from < count; from += 500)
    await t.run(async (ctx) => {
      for (let number = from; number < Math.min(from + 500, count); number++) {
        const startDate = number % 4 === 0 ? begin + (number + 1) * hour : begin - number * hour;
        const { title, lumaUrl, lumaSlug } = said(`e${number}`, startDate);
        const content = complete(
          { title, lumaUrl, startDate, ...(lumaSlug && { lumaSlug }) },
          "UTC",
        );
        const event = await insertEvent(ctx, orgId, content, begin);
        await listEvent(ctx, event, orgId, begin);
      }
    });
  return { t, orgId };
}

async function cost(t: Plaza, query: FunctionReference<"query">, args: Record<string, unknown>) {
  return await t.query(async (ctx) => {
    await ctx.runQuery(query, args);
    const { documentsRead, databaseQueries } = await ctx.meta.getTransactionMetrics();
    return { documents: documentsRead.used, queries: databaseQueries.used };
  });
}

const small = 100;
const large = 2000;

async function costs(count: number) {
  const { t, orgId } = await plazaWithEvents(count);
  const { getPublished, upcoming, list, search, get } = api.events.queries;
  const [first] = await t.query(upcoming, {});
  const range = { from: begin, limit: 8 };
  const page = { paginationOpts: { numItems: 10, cursor: null } };
  return {
    "getPublished of all": await cost(t, getPublished, range),
    "getPublished of one": await cost(t, getPublished, { orgId, ...range }),
    "getPublished of a week": await cost(t, getPublished, {
      orgId,
      ...range,
      to: begin + 48 * hour,
    }),
    upcoming: await cost(t, upcoming, {}),
    "upcoming of one": await cost(t, upcoming, { orgId }),
    list: await cost(t, list, { orgId, ...page }),
    search: await cost(t, search, { words: "event" }),
    get: await cost(t, get, { eventId: first?._id }),
  };
}

test("what a query of events reads does not grow with the table", async () => {
  const [few, many] = [await costs(small), await costs(large)];
  const names = Object.keys(many) as (keyof typeof many)[];
  // `upcoming` gives a hundred events at most; the small table has fewer.
  const isSame = (name: keyof typeof many) =>
    name.startsWith("upcoming") || many[name].documents === few[name].documents;
  expect(names.filter((name) => !isSame(name))).toEqual([]);
  expect(many.upcoming.documents).toBeLessThanOrEqual(200);
  expect(many["upcoming of one"].documents).toBeLessThanOrEqual(200);
  expect(many["getPublished of all"].documents).toBe(8);
  expect(many["getPublished of one"].documents).toBe(16);
  const oftener = (Object.keys(many) as (keyof typeof many)[]).filter(
    (name) => !name.startsWith("upcoming") && many[name].queries > few[name].queries,
  );
  expect(oftener).toEqual([]);
});

test("whatever limit is asked for, at most a hundred events are answered", async () => {
  const { t, orgId } = await plazaWithEvents(large);
  const answer = await t.query(api.events.queries.getPublished, { limit: 100_000 });
  expect(answer).toHaveLength(100);
  const paginationOpts = { numItems: 100_000, cursor: null };
  const { page } = await t.query(api.events.queries.list, { orgId, paginationOpts });
  expect(page).toHaveLength(100);
});

test.each([0, -5, 2.5, NaN, -Infinity])("a limit of %d is no error", async (limit) => {
  const { t } = await plazaWithEvents(8);
  const answer = await t.query(api.events.queries.getPublished, { limit });
  expect(answer.length).toBeLessThanOrEqual(2);
});

async function claimCost(channels: number): Promise<number> {
  const t = startPlaza();
  const orgId = await makeOrganization(t, { hasSynced: true });
  for (let number = 0; number < channels; number++) await makeChannel(t, { chatId: `${number}` });
  await takeOver(t, orgId, [said("jam", begin + 10 * hour)]);
  return await as(t, "bot:telegram").mutation(async (ctx) => {
    await ctx.runMutation(api.deliveries.lease, { limit: 1 });
    return (await ctx.meta.getTransactionMetrics()).documentsRead.used;
  });
}

test("a claim reads as much for one channel among many as for one", async () => {
  expect(await claimCost(60)).toBe(await claimCost(1));
});

async function jobCosts(events: number): Promise<Record<string, number>> {
  const { t, orgId } = await plazaWithEvents(events);
  await makeChannel(t, { orgId });
  const used: Record<string, number> = {};
  const { updateStatuses, remind, sendAgendas } = internal.clock;
  const jobs = {
    updateStatuses: async (ctx: MutationCtx) => await ctx.runMutation(updateStatuses, {}),
    remind: async (ctx: MutationCtx) => await ctx.runMutation(remind, {}),
    sendAgendas: async (ctx: MutationCtx) => await ctx.runMutation(sendAgendas, {}),
    sweep: async (ctx: MutationCtx) =>
      await ctx.runMutation(internal.sweep.expired, { rule: "announcements" }),
  };
  for (const [name, job] of Object.entries(jobs))
    used[name] = await t.mutation(async (ctx) => {
      await job(ctx);
      return (await ctx.meta.getTransactionMetrics()).documentsRead.used;
    });
  return used;
}

test("the clock's jobs read what is due, not what there is", async () => {
  expect(await jobCosts(large)).toEqual(await jobCosts(small));
});

test("what a live query of the bots reads does not grow with the ledger", async () => {
  const { t, orgId } = await plazaWithEvents(small);
  await makeChannel(t, { orgId });
  const readyCost = async () =>
    await as(t, "bot:telegram").query(async (ctx) => {
      await ctx.runQuery(api.deliveries.nextReady, {});
      return (await ctx.meta.getTransactionMetrics()).documentsRead.used;
    });
  const told = async (name: string) => {
    await takeOver(t, orgId, [said(name, begin + 3 * hour)]);
  };
  await told("first");
  const before = await readyCost();
  for (let number = 0; number < 30; number++) await told(`more${number}`);
  await makeBot(t).sendAll();
  await told("last");
  expect(await readyCost()).toBe(before);
});
