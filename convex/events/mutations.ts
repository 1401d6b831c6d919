import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { adminMutation } from "../functions.ts";
import { checkContent } from "../model/events/content.ts";
import { eventContent, syncReport } from "../model/fields.ts";
import { compare, report, announceFirstSync } from "../model/sync/finishSync.ts";
import { complete, lumaEvent, lumaSource } from "../model/sync/luma.ts";
import { findEvent } from "../model/events/lookup.ts";
import { announceNew } from "../model/events/announcements.ts";
import { refusal } from "../model/refusal.ts";
import { syncState } from "../model/sync/syncState.ts";
import { changeEvent, listEvent } from "../model/consequences/events.ts";
import { applyChanges, cancelEvent } from "../model/sync/changes.ts";
import { insertEvent, upsertPage } from "../model/sync/upsert.ts";

const { title, startDate, lumaUrl, ...others } = eventContent;
const editable = v.object({ title, startDate, lumaUrl, ...others }).partial();

/**
 * Creates an event that is in no Luma calendar and announces it. Returns its id.
 * For other clients of the deployment: no bot calls it.
 */
export const create = adminMutation({
  args: {
    orgId: v.id("organizations"),
    event: editable.extend({ title, startDate, lumaUrl }),
  },
  returns: v.id("events"),
  handler: async (ctx, { orgId, event }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    checkContent(event);
    const now = Date.now();
    const inserted = await insertEvent(ctx, orgId, complete(event, org.timezone), now);
    await listEvent(ctx, inserted, orgId, now, { byHand: true });
    await announceNew(ctx, orgId, inserted, now);
    return inserted._id;
  },
});

/**
 * Edits an event by hand. Fields that are set here are curated: a sync does not overwrite them.
 * `cancel` cancels the event even if a calendar still lists it; false lets the calendar decide
 * again.
 * For other clients of the deployment: no bot calls it.
 */
export const update = adminMutation({
  args: {
    eventId: v.id("events"),
    changes: editable,
    isFeatured: v.optional(v.boolean()),
    cancel: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { eventId, changes, isFeatured, cancel }) => {
    const event = await ctx.db.get("events", eventId);
    if (!event) throw refusal("no-such-event");
    checkContent(changes);
    const now = Date.now();
    const changed = Object.keys(changes).length > 0;
    const known = changed ? await applyChanges(ctx, event, changes, {}, now) : event;
    if (cancel) await cancelEvent(ctx, known, now);
    const curated = new Set([...(event.curated ?? []), ...Object.keys(changes)]);
    if (cancel === true) curated.add("status");
    if (cancel === false) curated.delete("status");
    const set = { curated: [...curated], ...(isFeatured !== undefined && { isFeatured }) };
    await changeEvent(ctx, known, set, now);
    return null;
  },
});

/**
 * Stores one page of a calendar (see `model/sync/upsert.ts`). `refused` are identities of
 * unreadable entries: they count as seen, because they have not disappeared.
 */
export const upsertEvents = internalMutation({
  args: {
    orgId: v.id("organizations"),
    events: v.array(lumaEvent),
    refused: v.array(v.string()),
    calendarId: v.optional(v.string()),
    /** Which source listed them, in the sync that began at `syncId` (Unix milliseconds). */
    source: v.optional(lumaSource),
    syncId: v.optional(v.number()),
  },
  returns: v.object({
    seen: v.array(v.id("events")),
    created: v.number(),
    changed: v.number(),
    removed: v.number(),
  }),
  handler: async (ctx, { orgId, events, refused, calendarId, source, syncId }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    if (calendarId && !org.lumaCalendarId)
      await ctx.db.patch("organizations", orgId, { lumaCalendarId: calendarId });
    const upserted = await upsertPage(ctx, org, events, { source, syncId }, Date.now());
    for (const name of refused) {
      const known = await findEvent(ctx, namesOf(name));
      if (known) upserted.seen.push(known._id);
    }
    return upserted;
  },
});

/** The form of an identity of `external/luma`: an id, an address, or else a slug. */
function namesOf(identity: string) {
  if (identity.startsWith("evt-")) return { lumaEventId: identity };
  if (/^(calev|ics)-/.test(identity)) return { entryId: identity };
  return identity.startsWith("https:") ? { lumaUrl: identity } : { lumaSlug: identity };
}

/**
 * After the last page: handles missing events and the first sync's digest, and stores the report.
 */
export const finishSync = internalMutation({
  args: {
    orgId: v.id("organizations"),
    state: syncState,
    completeUntil: v.optional(v.number()),
  },
  returns: syncReport,
  handler: async (ctx, { orgId, state, completeUntil }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    const now = Date.now();
    const looked = await compare(
      ctx,
      org,
      {
        seen: state.seen,
        complete: state.complete,
        completeUntil,
        source: state.source,
        startedAt: state.startedAt,
        acceptEmpty: state.acceptEmpty,
      },
      now,
    );
    const syncResult = {
      ...counts(state),
      result: looked.emptied ? ("suspicious" as const) : ("ok" as const),
      ...(looked.emptied && { message: "empty" }),
      removed: state.removed + looked.removed,
      missing: looked.missing,
      ...(!state.complete && completeUntil === undefined && { isPartial: true }),
      at: now,
    };
    if (!org.hasSynced && syncResult.result === "ok") await announceFirstSync(ctx, org, now);
    await report(ctx, org, syncResult, state.complete ? undefined : completeUntil);
    return syncResult;
  },
});

/** Stores the report of a sync that ended early; events do not change. */
export const reportSetback = internalMutation({
  args: {
    orgId: v.id("organizations"),
    state: syncState,
    result: v.union(v.literal("suspicious"), v.literal("failed")),
    message: v.string(),
    retryAt: v.optional(v.number()),
  },
  returns: syncReport,
  handler: async (ctx, { orgId, state, result, message, retryAt }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    const syncResult = {
      ...counts(state),
      result,
      message,
      missing: 0,
      at: Date.now(),
      ...(retryAt !== undefined && { retryAt }),
    };
    await report(ctx, org, syncResult);
    return syncResult;
  },
});

function counts({ read, created, changed, removed, refused, source }: typeof syncState.type) {
  return { read, created, changed, removed, refused, ...(source && { source }) };
}
