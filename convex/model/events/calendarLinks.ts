import { hashOf } from "../../../shared/linkCode.ts";
import type { Id } from "../../_generated/dataModel.js";
import type { QueryCtx } from "../../_generated/server.js";
import { encryptionKeys } from "../../external/environment.ts";
import { open, requireKeys } from "../secrets.ts";

// The token of a personal calendar's link is "<row id>.<HMAC>", where the HMAC covers the row id and
// its version. The same link can therefore be shown again without being stored, reading the database
// is not enough to forge it, and a new version revokes the old link. A random token would have to be
// stored, or, stored as a hash, could not be shown twice.
//
// The HMAC's key is derived from the deployment's encryption key. A link stands in people's calendars
// and cannot be replaced there, so before an encryption key is removed, the key that is derived from
// it is stored, sealed by the newest one (`convex/secrets.ts`): links stay the same.

export type FeedVersion = { feedId: Id<"feeds">; version: number };

/** A feed with the deployment's stored key of calendar links, sealed; absent where none is stored. */
export type FeedSeal = FeedVersion & { linkKey?: string };

/** What the stored key is sealed to. */
export const linkKeyBinding = "secrets:calendarLinks:sealed";

export async function storedLinkKey(ctx: Pick<QueryCtx, "db">): Promise<string | undefined> {
  const row = await ctx.db
    .query("secrets")
    .withIndex("by_name", (q) => q.eq("name", "calendarLinks"))
    .unique();
  return row?.sealed;
}

export async function withLinkKey(
  ctx: Pick<QueryCtx, "db">,
  { feedId, version }: FeedVersion,
): Promise<FeedSeal> {
  const linkKey = await storedLinkKey(ctx);
  return { feedId, version, ...(linkKey !== undefined && { linkKey }) };
}

/** The key that is derived from an encryption key, 64 hexadecimal digits: for calendar links only. */
export async function derivedLinkKey(encryptionKey: string): Promise<string> {
  return await hashOf(`plaza calendars ${encryptionKey}`);
}

/**
 * The keys that verify links; the first makes them. That is the stored one, else the one that is
 * derived from the oldest encryption key, so that adding a key changes no link. A stored key that
 * none of the encryption keys opens counts as none.
 *
 * @throws no-encryption-key, bad-encryption-key
 */
async function linkKeys(stored: string | undefined): Promise<string[]> {
  const derived = await Promise.all(requireKeys().toReversed().map(derivedLinkKey));
  if (stored === undefined) return derived;
  try {
    return [open(stored, linkKeyBinding)];
  } catch {
    return derived;
  }
}

/**
 * Creates the token of a link. Called only in actions, whose results are not logged.
 *
 * @throws no-encryption-key, bad-encryption-key
 */
export async function tokenOf(feed: FeedSeal): Promise<string> {
  const [first = ""] = await linkKeys(feed.linkKey);
  const mac = await crypto.subtle.sign("HMAC", await hmacKey(first), textOf(feed));
  return `${feed.feedId}.${toUrl(new Uint8Array(mac))}`;
}

/** The feed row id in a token, which need not be valid. */
export function feedIn(token: string): string {
  return token.slice(0, Math.max(0, token.lastIndexOf(".")));
}

/**
 * Whether a token is valid for this row and version; false without an encryption key.
 *
 * @throws bad-encryption-key
 */
export async function isSealed(token: string, feed: FeedSeal): Promise<boolean> {
  const mac = fromUrl(token.slice(token.lastIndexOf(".") + 1));
  const found = encryptionKeys();
  if (!mac || ("keys" in found && found.keys.length === 0)) return false;
  for (const key of await linkKeys(feed.linkKey))
    if (await crypto.subtle.verify("HMAC", await hmacKey(key), mac, textOf(feed))) return true;
  return false;
}

function textOf({ feedId, version }: FeedVersion) {
  return new TextEncoder().encode(`${feedId}:${version}`);
}

async function hmacKey(key: string): Promise<CryptoKey> {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  return await crypto.subtle.importKey("raw", new TextEncoder().encode(key), hmac, false, [
    "sign",
    "verify",
  ]);
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
