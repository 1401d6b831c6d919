import type { FunctionReturnType } from "convex/server";
import { ConvexError, v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { type ActionCtx, internalAction } from "../_generated/server.js";
import type { LumaPage, WrongPage } from "../external/luma/types.ts";
import { adminAction } from "../functions.ts";
import { syncReport } from "../model/fields.ts";
import type { SyncReport } from "../model/sync/finishSync.ts";
import { refusal } from "../model/refusal.ts";
import { keyProblem } from "../model/secrets.ts";
import { freshSync, type SyncState, syncState, withPage } from "../model/sync/syncState.ts";
import { fetchLumaEvents } from "./lumaClient.ts";

/** Pages that one action reads before it schedules the next action. */
const pagesPerAction = 10;
const eventsPerMutation = 100;
const maxTries = 5;
const secondLookMs = 2 * 60_000;
const suspiciousRetryMs = 10 * 60_000;

/** Milliseconds between the starts of two organizations' syncs. */
const staggerMs = 2_000;

/** Syncs one organization's calendar; scheduled by the cron, by a retry, and for the next pages. */
export const syncOrgEvents = internalAction({
  args: { orgId: v.id("organizations"), state: v.optional(syncState) },
  returns: v.union(syncReport, v.null()),
  handler: async (ctx, { orgId, state }) => await sync(ctx, orgId, state ?? freshSync(Date.now())),
});

/** Schedules the syncs of all organizations with a Luma calendar, spread over time. */
export const runFullEventSync = internalAction({
  args: { cursor: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { cursor }) => {
    const page: FunctionReturnType<typeof internal.events.queries.getOrgsWithLumaConfig> =
      await ctx.runQuery(internal.events.queries.getOrgsWithLumaConfig, { cursor: cursor ?? null });
    for (const [index, orgId] of page.orgIds.entries())
      await ctx.scheduler.runAfter(index * staggerMs, internal.events.sync.syncOrgEvents, {
        orgId,
      });
    if (page.next)
      await ctx.scheduler.runAfter(
        page.orgIds.length * staggerMs,
        internal.events.sync.runFullEventSync,
        { cursor: page.next },
      );
    return null;
  },
});

/**
 * An admin's "sync now". Returns the report, or null if the calendar has more pages than one
 * request waits for. `acceptEmpty`: the admin confirms that an empty calendar is correct.
 */
export const syncNow = adminAction({
  args: { orgId: v.id("organizations"), acceptEmpty: v.optional(v.boolean()) },
  returns: v.union(syncReport, v.null()),
  handler: async (ctx, { orgId, acceptEmpty }) =>
    await sync(ctx, orgId, freshSync(Date.now(), acceptEmpty ?? false)),
});

async function sync(
  ctx: ActionCtx,
  orgId: Id<"organizations">,
  start: SyncState,
): Promise<SyncReport | null> {
  let org = await ctx.runQuery(internal.organizations.forSync, { orgId });
  if (!org) throw refusal("no-such-organization");
  if (!org.lumaApiKey && !org.lumaCalendarId && !org.lumaCalendarUrl) throw refusal("no-calendar");
  let state = start;
  for (let pages = 0; pages < pagesPerAction; pages++) {
    const answer = await read(org, state);
    if (answer.kind !== "page") return await setback(ctx, orgId, state, answer);
    state = withPage(state, answer, await takeOver(ctx, orgId, answer, state));
    // The page contained the calendar's id: continue with the listing.
    if (answer.calendarId) org = { lumaCalendarId: answer.calendarId, ...org };
    if (!answer.next) return await finish(ctx, orgId, state, answer);
  }
  await ctx.scheduler.runAfter(0, internal.events.sync.syncOrgEvents, { orgId, state });
  return null;
}

type Org = NonNullable<FunctionReturnType<typeof internal.organizations.forSync>>;

/**
 * Reads the next page. A key that cannot be decrypted is reported as a failure, because an admin
 * can fix it.
 */
async function read(org: Org, state: SyncState) {
  try {
    return await fetchLumaEvents(org, state.cursor, Date.now());
  } catch (error) {
    const problem = org.lumaApiKey ? keyProblem() : null;
    if (error instanceof ConvexError && !problem) throw error;
    return {
      kind: "failed" as const,
      reason: problem ?? "the stored Luma key cannot be opened",
      permanent: true,
    };
  }
}

type Upserted = FunctionReturnType<typeof internal.events.mutations.upsertEvents>;

/** Stores a page in parts that fit into a transaction: a feed can have a thousand events. */
async function takeOver(
  ctx: ActionCtx,
  orgId: Id<"organizations">,
  page: LumaPage,
  { startedAt }: SyncState,
): Promise<Upserted> {
  const { events, refused, calendarId, source } = page;
  const whole: Upserted = { seen: [], created: 0, changed: 0, removed: 0 };
  for (let from = 0; from === 0 || from < events.length; from += eventsPerMutation) {
    const part = await ctx.runMutation(internal.events.mutations.upsertEvents, {
      orgId,
      events: events.slice(from, from + eventsPerMutation),
      refused: from === 0 ? refused.flatMap((entry) => entry.identity ?? []) : [],
      ...(calendarId && { calendarId }),
      source,
      syncId: startedAt,
    });
    whole.seen.push(...part.seen);
    whole.created += part.created;
    whole.changed += part.changed;
    whole.removed += part.removed;
  }
  return whole;
}

async function finish(
  ctx: ActionCtx,
  orgId: Id<"organizations">,
  state: SyncState,
  last: LumaPage,
): Promise<SyncReport> {
  const report = await ctx.runMutation(internal.events.mutations.finishSync, {
    orgId,
    state,
    ...(last.completeUntil !== undefined && { completeUntil: last.completeUntil }),
  });
  if (report.missing > 0)
    await planAnother(ctx, orgId, secondLookMs, freshSync(0, state.acceptEmpty));
  return report;
}

type Setback =
  | { kind: "suspicious"; reason: string }
  | { kind: "throttled"; retryAfterMs: number }
  | { kind: "failed"; reason: string; permanent: boolean; code?: WrongPage };

/**
 * Handles an unusable page: events do not change, the report is stored and a retry is scheduled.
 */
async function setback(
  ctx: ActionCtx,
  orgId: Id<"organizations">,
  state: SyncState,
  answer: Setback,
): Promise<SyncReport> {
  const tries = state.tries + 1;
  const again = answer.kind !== "failed" || !answer.permanent;
  const wait =
    answer.kind === "throttled"
      ? answer.retryAfterMs
      : answer.kind === "suspicious"
        ? suspiciousRetryMs
        : 2 ** tries * 30_000;
  const retryAt = again && tries < maxTries ? Date.now() + wait : undefined;
  // A throttled listing continues at its cursor; otherwise the retry starts from the beginning.
  if (retryAt !== undefined)
    await planAnother(
      ctx,
      orgId,
      wait,
      answer.kind === "throttled" ? { ...state, tries } : freshSync(0, state.acceptEmpty, tries),
    );
  return await ctx.runMutation(internal.events.mutations.reportSetback, {
    orgId,
    state,
    result: answer.kind === "suspicious" ? "suspicious" : "failed",
    message:
      answer.kind === "throttled"
        ? "throttled"
        : ((answer.kind === "failed" ? answer.code : undefined) ?? answer.reason),
    ...(retryAt !== undefined && { retryAt }),
  });
}

async function planAnother(
  ctx: ActionCtx,
  orgId: Id<"organizations">,
  wait: number,
  state: SyncState,
): Promise<void> {
  const startedAt = state.startedAt || Date.now() + wait;
  await ctx.scheduler.runAfter(wait, internal.events.sync.syncOrgEvents, {
    orgId,
    state: { ...state, startedAt },
  });
}
