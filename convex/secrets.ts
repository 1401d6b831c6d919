import { v } from "convex/values";
import { internal } from "./_generated/api.js";
import {
  type ActionCtx,
  internalAction,
  internalMutation,
  internalQuery,
} from "./_generated/server.js";
import { derivedLinkKey, linkKeyBinding, storedLinkKey } from "./model/events/calendarLinks.ts";
import { lumaKeyBinding } from "./model/organizations.ts";
import { openByAny, requireKeys, seal } from "./model/secrets.ts";

// The rotation of PLAZA_ENCRYPTION_KEY (docs/deploy.md): after a new key was put in front, this seals
// anew what older keys sealed, so that they can be removed. Actions, because sealing needs real
// randomness.

/** Organizations that one transaction reads. */
const pageSize = 100;

const counts = v.object({
  /** Secrets that an older key had sealed and the newest one now does. */
  resealed: v.number(),
  /** Secrets that the newest key had sealed already. */
  current: v.number(),
  /** Secrets that none of the keys opens: they are left as they are. */
  unopened: v.number(),
});
type Counts = typeof counts.type;

/**
 * Seals by the newest key what older ones sealed, and returns how many secrets that were. It can be
 * repeated. Old keys can be removed once it returns `unopened: 0`. `renewsCalendarLinks` replaces the
 * key of the personal calendars' links, which revokes all of them: for a key that became known.
 *
 * @throws no-encryption-key, bad-encryption-key
 */
export const reseal = internalAction({
  args: { renewsCalendarLinks: v.optional(v.boolean()) },
  returns: counts,
  handler: async (ctx, { renewsCalendarLinks = false }): Promise<Counts> => {
    const done: Counts = { resealed: 0, current: 0, unopened: 0 };
    done[await resealLinkKey(ctx, renewsCalendarLinks)]++;
    let cursor: string | null = null;
    do {
      const page: { keys: Stored[]; next: string | null } = await ctx.runQuery(
        internal.secrets.lumaKeys,
        { cursor },
      );
      for (const key of page.keys) done[await resealLumaKey(ctx, key)]++;
      cursor = page.next;
    } while (cursor !== null);
    return done;
  },
});

const stored = v.object({ orgId: v.id("organizations"), sealed: v.string() });
type Stored = typeof stored.type;

async function resealLumaKey(ctx: ActionCtx, { orgId, sealed }: Stored): Promise<keyof Counts> {
  const opened = tryToOpen(sealed, lumaKeyBinding(orgId));
  if (!opened) return "unopened";
  if (opened.isNewest) return "current";
  const anew = seal(opened.secret, lumaKeyBinding(orgId));
  await ctx.runMutation(internal.secrets.replaceLumaKey, { orgId, was: sealed, sealed: anew });
  return "resealed";
}

/** The first time, stores the key that links are made with so far: that of the oldest key. */
async function resealLinkKey(ctx: ActionCtx, renews: boolean): Promise<keyof Counts> {
  const was: string | null = await ctx.runQuery(internal.secrets.linkKey, {});
  const opened = was === null ? null : tryToOpen(was, linkKeyBinding);
  if (!renews && was !== null && opened?.isNewest !== false) return opened ? "current" : "unopened";
  const oldest = requireKeys().at(-1) ?? "";
  const secret = renews ? randomKey() : (opened?.secret ?? (await derivedLinkKey(oldest)));
  const sealed = seal(secret, linkKeyBinding);
  await ctx.runMutation(internal.secrets.storeLinkKey, { was, sealed });
  return "resealed";
}

function tryToOpen(sealed: string, boundTo: string): ReturnType<typeof openByAny> | null {
  requireKeys();
  try {
    return openByAny(sealed, boundTo);
  } catch {
    return null;
  }
}

/** 32 random bytes in hexadecimal digits. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The Luma keys of the next organizations, sealed; `next` is null after the last. */
export const lumaKeys = internalQuery({
  args: { cursor: v.union(v.string(), v.null()) },
  returns: v.object({ keys: v.array(stored), next: v.union(v.string(), v.null()) }),
  handler: async (ctx, { cursor }) => {
    const page = await ctx.db.query("organizations").paginate({ numItems: pageSize, cursor });
    const keys = page.page.flatMap(({ _id, lumaApiKey }) =>
      lumaApiKey === undefined ? [] : [{ orgId: _id, sealed: lumaApiKey }],
    );
    return { keys, next: page.isDone ? null : page.continueCursor };
  },
});

/** Replaces a sealed Luma key, unless an admin has meanwhile stored another. */
export const replaceLumaKey = internalMutation({
  args: { orgId: v.id("organizations"), was: v.string(), sealed: v.string() },
  returns: v.null(),
  handler: async (ctx, { orgId, was, sealed }) => {
    const org = await ctx.db.get("organizations", orgId);
    if (org?.lumaApiKey === was) await ctx.db.patch("organizations", orgId, { lumaApiKey: sealed });
    return null;
  },
});

/** The sealed key of calendar links; null where none is stored. */
export const linkKey = internalQuery({
  args: {},
  returns: v.union(v.string(), v.null()),
  handler: async (ctx) => (await storedLinkKey(ctx)) ?? null,
});

/** Stores the key of calendar links, unless it is no longer what it `was`. */
export const storeLinkKey = internalMutation({
  args: { was: v.union(v.string(), v.null()), sealed: v.string() },
  returns: v.null(),
  handler: async (ctx, { was, sealed }) => {
    const row = await ctx.db
      .query("secrets")
      .withIndex("by_name", (q) => q.eq("name", "calendarLinks"))
      .unique();
    if ((row?.sealed ?? null) !== was) return null;
    if (row) await ctx.db.patch("secrets", row._id, { sealed });
    else await ctx.db.insert("secrets", { name: "calendarLinks", sealed });
    return null;
  },
});
