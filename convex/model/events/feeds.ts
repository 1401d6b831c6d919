import { hashOf } from "../../../shared/linkCode.ts";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { variable } from "../../external/environment.ts";
import { type Owner, ownerOf, type Actor } from "../people/actors.ts";
import { refusal } from "../refusal.ts";
import { type PublicEvent, toPublic } from "./eventViews.ts";
import { newestRsvps } from "./rsvpViews.ts";

// The calendar of what somebody goes to, behind a link that nobody can guess: who has it may
// read. The link is "<row>.<seal>", and the seal an HMAC of the row and its version under a key that
// is made of the deployment's own. So the same link can be shown again and again while it is stored
// nowhere, who reads the database cannot make it, and a new version makes the old one worthless.
// A random token would have to be stored, or, as a hash, could never be shown a second time.

const maxFeeds = 10;
const maxInFeed = 200;
/** What is over stays in a calendar that somebody keeps, for so long. */
const pastMs = 30 * 24 * 60 * 60 * 1000;

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

/** The row of somebody's link: made where there is none. */
export async function feedFor(ctx: MutationCtx, who: Actor): Promise<Sealed> {
  const [known] = await feedsOf(ctx, ownerOf(who));
  if (known) return { feedId: known._id, version: known.version };
  return { feedId: await ctx.db.insert("feeds", { ...who, version: 1 }), version: 1 };
}

/**
 * Makes every link of somebody's worthless, and gives what the new one is made of. `version` is that
 * of the link which they saw: pressed twice, the button does it once.
 */
export async function renewFeed(ctx: MutationCtx, who: Actor, version: number): Promise<Sealed> {
  const feeds = await feedsOf(ctx, ownerOf(who));
  if (feeds[0]?.version === version)
    for (const feed of feeds) await ctx.db.patch("feeds", feed._id, { version: feed.version + 1 });
  return await feedFor(ctx, who);
}

/** What goes into a feed: where its owner has a seat, or had one lately; nothing called off. */
export async function feedEvents(ctx: QueryCtx, feed: Actor, now: number): Promise<PublicEvent[]> {
  const events = [];
  for (const { answer, isWaiting, eventId } of await newestRsvps(ctx, ownerOf(feed), maxInFeed)) {
    if (answer !== "going" || isWaiting) continue;
    const event = await ctx.db.get("events", eventId);
    if (!event?.isPublished || event.status === "cancelled") continue;
    if (event.endsBy > now - pastMs) events.push(toPublic(event));
  }
  return events.toSorted((a, b) => a.startDate - b.startDate);
}

export type Sealed = { feedId: Id<"feeds">; version: number };

/** The token of a link. Only where nothing is logged of it: in actions, whose arguments it never is. */
export async function tokenOf(sealed: Sealed): Promise<string> {
  const key = await sealingKey();
  if (!key) throw refusal("no-encryption-key");
  const mac = await crypto.subtle.sign("HMAC", key, textOf(sealed));
  return `${sealed.feedId}.${toUrl(new Uint8Array(mac))}`;
}

/** The row a token names, whether or not the token is right. */
export function feedIn(token: string): string {
  return token.slice(0, Math.max(0, token.lastIndexOf(".")));
}

/** Whether a token is that of this row and version. */
export async function isSealed(token: string, sealed: Sealed): Promise<boolean> {
  const [mac, key] = [fromUrl(token.slice(token.lastIndexOf(".") + 1)), await sealingKey()];
  if (!mac || !key) return false;
  return await crypto.subtle.verify("HMAC", key, mac, textOf(sealed));
}

function textOf({ feedId, version }: Sealed) {
  return new TextEncoder().encode(`${feedId}:${version}`);
}

/** A key of its own: what is sealed for calendars opens nothing else. */
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
