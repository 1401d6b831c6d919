import { hashOf } from "../../../shared/linkCode.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { variable } from "../../external/environment.ts";
import { type Owner, ownerOf, type Actor } from "../people/actors.ts";
import { refusal } from "../refusal.ts";
import { type EventCard, type PublicEvent, toCard, toPublic } from "./eventViews.ts";
import { newestRsvps } from "./rsvpViews.ts";

// A person's own calendar feed (iCalendar) behind an unguessable link, readable by everyone who has
// the link. The token is "<row id>.<HMAC>", where the HMAC covers the row id and its version under
// a key derived from the deployment's encryption key. The same link can therefore be shown again
// without being stored, reading the database is not enough to forge it, and a new version revokes
// the old link. A random token would have to be stored, or, stored as a hash, could not be shown
// twice.

const maxFeeds = 10;
const maxInFeed = 200;
/** Milliseconds for which past events stay in a feed. */
const pastMs = 30 * 24 * 60 * 60 * 1000;
/**
 * Milliseconds for which a cancelled event stays, marked as cancelled: an entry that only vanished would
 * stay in calendars that were copied or are rarely read.
 */
const cancelledMs = 14 * 24 * 60 * 60 * 1000;
const maxCancelled = 100;

export async function feedsOf(ctx: Pick<QueryCtx, "db">, owner: Owner): Promise<Doc<"feeds">[]> {
  const feeds = ctx.db.query("feeds");
  const own =
    "userId" in owner
      ? feeds.withIndex("by_user", (q) => q.eq("userId", owner.userId))
      : feeds.withIndex("by_account", (q) =>
          q.eq("account", owner.account).eq("userId", undefined),
        );
  return await own.take(maxFeeds);
}

/** An owner's feed row; inserted when there is none. */
export async function feedFor(ctx: MutationCtx, who: Actor): Promise<Sealed> {
  const [known] = await feedsOf(ctx, ownerOf(who));
  if (known) return { feedId: known._id, version: known.version };
  return { feedId: await ctx.db.insert("feeds", { ...who, version: 1 }), version: 1 };
}

/**
 * Revokes an owner's link and returns the data of the new one. `version` is that of the link that
 * was shown, so that pressing the button twice revokes it once.
 */
export async function renewFeed(ctx: MutationCtx, who: Actor, version: number): Promise<Sealed> {
  const feeds = await feedsOf(ctx, ownerOf(who));
  if (feeds[0]?.version === version)
    for (const feed of feeds) await ctx.db.patch("feeds", feed._id, { version: feed.version + 1 });
  return await feedFor(ctx, who);
}

/**
 * The events of a feed: upcoming and recent ones in which the owner has a seat, and for two weeks
 * those that were cancelled.
 */
export async function feedEvents(ctx: QueryCtx, feed: Actor, now: number): Promise<PublicEvent[]> {
  const events = [];
  for (const { answer, isWaiting, eventId } of await newestRsvps(ctx, ownerOf(feed), maxInFeed)) {
    if (answer !== "going" || isWaiting) continue;
    const event = await ctx.db.get("events", eventId);
    if (!event?.isPublished) continue;
    if (event.status === "cancelled" && !isFreshlyCancelled(event, now)) continue;
    if (event.endsBy > now - pastMs) events.push(toPublic(event));
  }
  return events.toSorted((a, b) => a.startDate - b.startDate);
}

function isFreshlyCancelled({ changedAt = 0 }: Doc<"events">, now: number): boolean {
  return changedAt > now - cancelledMs;
}

/**
 * The events of an organization, or of all, that were cancelled within the last two weeks, for its
 * feed.
 */
export async function cancelledEvents(
  ctx: QueryCtx,
  orgId: Id<"organizations"> | undefined,
  now: number,
): Promise<EventCard[]> {
  const events = ctx.db.query("events");
  const since = now - cancelledMs;
  const recent = orgId
    ? events.withIndex("by_org_and_status_and_change", (q) =>
        q.eq("orgId", orgId).eq("status", "cancelled").gt("changedAt", since),
      )
    : events.withIndex("by_status_and_change", (q) =>
        q.eq("status", "cancelled").gt("changedAt", since),
      );
  const found = await recent.order("desc").take(maxCancelled);
  return found.filter((event) => event.isPublished).map(toCard);
}

export type Sealed = { feedId: Id<"feeds">; version: number };

/**
 * Creates the token of a link. Called only in actions, whose results are not logged.
 *
 * @throws no-encryption-key
 */
export async function tokenOf(sealed: Sealed): Promise<string> {
  const key = await sealingKey();
  if (!key) throw refusal("no-encryption-key");
  const mac = await crypto.subtle.sign("HMAC", key, textOf(sealed));
  return `${sealed.feedId}.${toUrl(new Uint8Array(mac))}`;
}

/** The feed row id in a token, which need not be valid. */
export function feedIn(token: string): string {
  return token.slice(0, Math.max(0, token.lastIndexOf(".")));
}

/** Whether a token is valid for this row and version. */
export async function isSealed(token: string, sealed: Sealed): Promise<boolean> {
  const [mac, key] = [fromUrl(token.slice(token.lastIndexOf(".") + 1)), await sealingKey()];
  if (!mac || !key) return false;
  return await crypto.subtle.verify("HMAC", key, mac, textOf(sealed));
}

function textOf({ feedId, version }: Sealed) {
  return new TextEncoder().encode(`${feedId}:${version}`);
}

/** A key derived for calendar links only. */
async function sealingKey(): Promise<CryptoKey | null> {
  const secret = variable("PLAZA_ENCRYPTION_KEY");
  if (!secret) return null;
  const derived = new TextEncoder().encode(await hashOf(`plaza calendars ${secret}`));
  const hmac = { name: "HMAC", hash: "SHA-256" };
  return await crypto.subtle.importKey("raw", derived, hmac, false, ["sign", "verify"]);
}

function toUrl(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromUrl(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
