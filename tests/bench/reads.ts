import type { FunctionReference } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../convex/_generated/dataModel.js";
import { organization, type PlazaHere, startPlazaHere } from "./convex.ts";

const hour = 3_600_000;
/** One in so many events is still to come: a calendar is mostly past. */
const pastFor = 4;
const batch = 5_000;

export type Cost = { documents: number; bytes: number };
export type Reads = { events: number; queries: Record<string, Cost> };

/** What the queries of `/events` read, at so many events. */
export async function reads(sizes: readonly number[]): Promise<Reads[]> {
  const t = startPlazaHere();
  const orgId = await t.run(async (ctx) => await ctx.db.insert("organizations", organization));
  const now = Date.now();
  const { upcoming, getPublished } = api.events.queries;
  const week = { from: now, to: now + 7 * 24 * hour, limit: 100 };
  const measured: Reads[] = [];
  let stored = 0;
  for (const events of sizes) {
    await fill(t, orgId, now, stored, events);
    stored = events;
    const queries = {
      upcoming: await cost(t, upcoming, {}),
      "upcoming of one": await cost(t, upcoming, { orgId }),
      "a week": await cost(t, getPublished, week),
      "a week of one": await cost(t, getPublished, { orgId, ...week }),
    };
    measured.push({ events, queries });
  }
  return measured;
}

/** Writes events straight into the tables: how they get there is not what is measured. */
export async function fill(
  t: PlazaHere,
  orgId: Id<"organizations">,
  now: number,
  from: number,
  to: number,
): Promise<void> {
  for (let first = from; first < to; first += batch)
    await t.run(async (ctx) => {
      for (let index = first; index < Math.min(first + batch, to); index++) {
        const event = eventAt(index, orgId, now);
        const eventId = await ctx.db.insert("events", event);
        const { startDate, status } = event;
        const isOpen = status === "upcoming";
        await ctx.db.insert("listings", { orgId, eventId, startDate, isOpen });
      }
    });
}

function eventAt(
  index: number,
  orgId: Id<"organizations">,
  now: number,
): WithoutSystemFields<Doc<"events">> {
  const isPast = index % pastFor !== 0;
  const startDate = now + (isPast ? -1 : 1) * (index + 4) * hour;
  return {
    orgId,
    // The same length for each, so that bytes can be compared.
    title: `Event ${String(index).padStart(6, "0")}`,
    description: "What happens, who comes and what to bring. ".repeat(10),
    startDate,
    endDate: startDate + hour,
    endsBy: startDate + hour,
    timezone: organization.timezone,
    location: "Casa Naranja, Mexico City",
    hosts: [{ name: "Leo Park" }],
    registrationCount: 0,
    registrationType: "free",
    lumaUrl: `https://luma.com/event-${String(index).padStart(6, "0")}`,
    eventType: "in-person",
    status: isPast ? "past" : "upcoming",
    isPublished: true,
    isFeatured: false,
    moves: 0,
    syncedAt: now,
    contentHash: "0".repeat(64),
  };
}

async function cost(
  t: PlazaHere,
  query: FunctionReference<"query">,
  args: Record<string, unknown>,
): Promise<Cost> {
  return await t.query(async (ctx) => {
    await ctx.runQuery(query, args);
    const { documentsRead, bytesRead } = await ctx.meta.getTransactionMetrics();
    return { documents: documentsRead.used, bytes: bytesRead.used };
  });
}
