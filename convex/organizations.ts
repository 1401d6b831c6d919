import { v } from "convex/values";
import { isNamedTimezone } from "../shared/time/zoneNames.ts";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation, internalQuery } from "./_generated/server.js";
import { readCalendarUrl } from "./external/luma/addresses.ts";
import { adminMutation, adminQuery, publicQuery } from "./functions.ts";
import { locale, syncReport } from "./model/fields.ts";
import { invalidateBoards } from "./model/live/boards.ts";
import { reconcileBothServers } from "./model/events/scheduledEvents.ts";
import { organizationBySlug, slugOf } from "./model/organizations.ts";
import { takeOnce } from "./model/people/receipts.ts";
import { refusal } from "./model/refusal.ts";

const maxListed = 100;
const maxNameLength = 80;

const publicOrganization = v.object({
  _id: v.id("organizations"),
  name: v.string(),
  slug: v.string(),
  city: v.optional(v.string()),
  locale,
  timezone: v.string(),
});

function toPublic({ _id, name, slug, city, locale, timezone }: Doc<"organizations">) {
  return { _id, name, slug, locale, timezone, ...(city !== undefined && { city }) };
}

/** The organizations, oldest first; at most a hundred. Public. */
export const list = publicQuery({
  args: {},
  returns: v.array(publicOrganization),
  handler: async (ctx) => (await ctx.db.query("organizations").take(maxListed)).map(toPublic),
});

/** An organization for admins; of its Luma key only whether there is one. */
export const show = adminQuery({
  args: { orgId: v.id("organizations") },
  returns: publicOrganization.extend({
    lumaCalendarUrl: v.optional(v.string()),
    lumaCalendarId: v.optional(v.string()),
    discordMemberRole: v.optional(v.string()),
    hasLumaKey: v.boolean(),
    mirrorsEvents: v.boolean(),
    mirrorOffReason: v.optional(v.string()),
    eventsLastSynced: v.optional(v.number()),
    lastSync: v.optional(syncReport),
  }),
  handler: async (ctx, { orgId }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    const { lumaCalendarUrl, lumaCalendarId, eventsLastSynced, lastSync, discordMemberRole } = org;
    const { mirrorsEvents = false, mirrorOffReason } = org;
    return {
      ...toPublic(org),
      mirrorsEvents,
      ...(mirrorOffReason !== undefined && { mirrorOffReason }),
      ...(discordMemberRole !== undefined && { discordMemberRole }),
      hasLumaKey: org.lumaApiKey !== undefined,
      ...(lumaCalendarUrl !== undefined && { lumaCalendarUrl }),
      ...(lumaCalendarId !== undefined && { lumaCalendarId }),
      ...(eventsLastSynced !== undefined && { eventsLastSynced }),
      ...(lastSync !== undefined && { lastSync }),
    };
  },
});

const changeable = {
  name: v.optional(v.string()),
  city: v.optional(v.string()),
  timezone: v.optional(v.string()),
  locale: v.optional(locale),
  /** A page address ("luma.com/plaza") or a calendar id ("cal-..."); "none" removes it. */
  luma: v.optional(v.string()),
};

/** Adds an organization. Its slug is derived from its name; refused if the slug is taken. */
export const add = adminMutation({
  args: { ...changeable, name: v.string(), timezone: v.string(), locale },
  returns: v.id("organizations"),
  handler: async (ctx, { luma, ...fields }) => {
    checkFields(fields);
    const slug = slugOf(fields.name);
    if (!slug) throw refusal("bad-name");
    if (await organizationBySlug(ctx, slug)) throw refusal("slug-taken");
    const calendar = luma === undefined ? {} : calendarFields(luma);
    return await ctx.db.insert("organizations", {
      ...fields,
      slug,
      hasSynced: false,
      ...Object.fromEntries(Object.entries(calendar).filter(([, value]) => value !== undefined)),
    });
  },
});

/**
 * Changes the given fields. After a change of calendar the next sync counts as the first, which
 * does not announce events one by one.
 */
export const change = adminMutation({
  args: { orgId: v.id("organizations"), ...changeable },
  returns: v.null(),
  handler: async (ctx, { orgId, luma, ...fields }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    checkFields(fields);
    await ctx.db.patch("organizations", orgId, {
      ...fields,
      ...(luma !== undefined && { ...calendarFields(luma), hasSynced: false }),
    });
    if (fields.name !== undefined && fields.name !== org.name)
      await invalidateBoards(ctx, `events:${orgId}`, Date.now());
    return null;
  },
});

function checkFields({ name, timezone }: { name?: string; timezone?: string }) {
  if (name !== undefined && (name.trim() === "" || name.length > maxNameLength))
    throw refusal("bad-name");
  if (timezone !== undefined && !isNamedTimezone(timezone)) throw refusal("bad-timezone");
}

/** Replaces the calendar. An old id must not remain with a new page whose id is not known yet. */
function calendarFields(luma: string) {
  const read = luma === "none" ? null : readCalendarUrl(luma);
  if (read?.ok === false) throw refusal("bad-luma-url");
  return {
    lumaCalendarUrl: read && "calendarUrl" in read ? read.calendarUrl : undefined,
    lumaCalendarId: read && "calendarId" in read ? read.calendarId : undefined,
  };
}

/**
 * Sets the role of members in a Discord server, by name or id; null removes it. Role deliveries of
 * all accounts are enqueued.
 */
export const setMemberRole = adminMutation({
  args: {
    orgId: v.id("organizations"),
    member: v.union(v.object({ guildId: v.string(), role: v.string() }), v.null()),
  },
  returns: v.null(),
  handler: async (ctx, { orgId, member }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) throw refusal("no-such-organization");
    const role = member?.role.trim();
    if (member && (!/^\d{5,25}$/.test(member.guildId) || !role || role.length > 100))
      throw refusal("bad-role");
    const guildId = member?.guildId ?? (org.mirrorsEvents ? org.discordGuildId : undefined);
    await ctx.db.patch("organizations", orgId, {
      discordGuildId: guildId,
      discordMemberRole: role,
    });
    if (org.mirrorsEvents) await reconcileBothServers(ctx, org.discordGuildId, guildId);
    const args = { orgId, cursor: null };
    if (member) await ctx.scheduler.runAfter(0, internal.memberRoles.reconcile, args);
    return null;
  },
});

/** Whether the caller may store a key, and for which organization: checked before a key is read. */
export const forKey = adminQuery({
  args: { slug: v.string() },
  returns: v.id("organizations"),
  handler: async (ctx, { slug }) => {
    const org = await organizationBySlug(ctx, slug);
    if (!org) throw refusal("no-such-organization");
    return org._id;
  },
});

/** Stores an encrypted Luma key. The route that calls this has checked the caller. */
export const storeLumaKey = internalMutation({
  args: { orgId: v.id("organizations"), sealed: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { orgId, sealed }) => {
    await ctx.db.patch("organizations", orgId, { lumaApiKey: sealed ?? undefined });
    return null;
  },
});

/** The data for a sync; the key is still encrypted. */
export const forSync = internalQuery({
  args: { orgId: v.id("organizations") },
  returns: v.union(
    v.object({
      _id: v.id("organizations"),
      timezone: v.string(),
      lumaApiKey: v.optional(v.string()),
      lumaCalendarId: v.optional(v.string()),
      lumaCalendarUrl: v.optional(v.string()),
    }),
    v.null(),
  ),
  handler: async (ctx, { orgId }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (!org) return null;
    const { _id, timezone, lumaApiKey, lumaCalendarId, lumaCalendarUrl } = org;
    return {
      _id,
      timezone,
      ...(lumaApiKey !== undefined && { lumaApiKey }),
      ...(lumaCalendarId !== undefined && { lumaCalendarId }),
      ...(lumaCalendarUrl !== undefined && { lumaCalendarUrl }),
    };
  },
});

/** An organization by its slug, for routes and webhooks. */
export const bySlug = internalQuery({
  args: { slug: v.string() },
  returns: v.union(publicOrganization, v.null()),
  handler: async (ctx, { slug }) => {
    const org = await organizationBySlug(ctx, slug);
    return org && toPublic(org);
  },
});

/** Luma sends several webhooks for one change, and a busy event one for each registration. */
const webhookDelayMs = 5_000;
const betweenWebhookSyncsMs = 60_000;

/**
 * Plans the sync that a webhook asks for. However many webhooks come, one sync is planned at a time,
 * and none within a minute of the last. A webhook that was received before (`receipt` identifies it)
 * plans nothing.
 */
export const syncSoon = internalMutation({
  args: { orgId: v.id("organizations"), receipt: v.string() },
  returns: v.null(),
  handler: async (ctx, { orgId, receipt }) => {
    const now = Date.now();
    const org = await ctx.db.get("organizations", orgId);
    if (!org || (org.webhookSyncAt ?? 0) > now) return null;
    if (!(await takeOnce(ctx, receipt, now))) return null;
    const last = org.webhookSyncAt ?? -Infinity;
    const webhookSyncAt = Math.max(now + webhookDelayMs, last + betweenWebhookSyncsMs);
    await ctx.db.patch("organizations", orgId, { webhookSyncAt });
    await ctx.scheduler.runAt(webhookSyncAt, internal.events.sync.syncOrgEvents, { orgId });
    return null;
  },
});
