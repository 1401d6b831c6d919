"use node";

import { lookup, type LookupAddress } from "node:dns";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { v } from "convex/values";
import { internalAction } from "../_generated/server.js";
import { maxBodyBytes } from "./boundedFetch.ts";
import { variable } from "./environment.ts";
import { isAddress, isPublicAddress } from "./publicAddress.ts";
import { isFeedAddress } from "./needsFeed.ts";

// Requests to addresses that an admin configured. They go to public addresses only, also on a Convex
// that stands in a private network: each name is resolved here, refused where any of its addresses is
// private, and connected to at the address that was checked, so that a second answer of the resolver
// changes nothing. This needs Node: Convex's default runtime cannot resolve names.

/** The text of the answer, or a short reason for admins, which never contains the address. */
const fetched = v.union(v.object({ text: v.string() }), v.object({ error: v.string() }));
type Fetched = { text: string } | { error: string };

/** One GET of the needs feed or from the geocoder, which redirect within their rules only. */
export const get = internalAction({
  args: { url: v.string(), purpose: v.union(v.literal("needs"), v.literal("geocoder")) },
  returns: fetched,
  handler: async (_ctx, { url, purpose }) => {
    const start = new URL(url);
    if (purpose === "geocoder") {
      const isAllowed = ({ origin }: URL) => origin === start.origin;
      return await getPublic(start, { isAllowed, isTrusted: isConfiguredLoopback });
    }
    const emulator = variable("NEEDS_ORIGIN")?.replace(/\/$/, "");
    return await getPublic(start, {
      isAllowed: ({ href }) => isFeedAddress(href),
      ...(emulator !== undefined && {
        addressOf: ({ hostname, pathname, search }: URL) =>
          new URL(`${emulator}/${hostname}${pathname}${search}`),
        isTrusted: () => true,
      }),
    });
  },
});

/** A geocoder on this machine, which the configuration names by its address: the sandbox's. */
function isConfiguredLoopback({ hostname }: URL): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

type Rules = {
  /** Whether an address or a redirect may be followed. */
  isAllowed: (url: URL) => boolean;
  /** Maps an address to an emulator's. */
  addressOf?: (url: URL) => URL;
  /** Configured by the operator: need not be public. */
  isTrusted?: (url: URL) => boolean;
  resolve?: Resolve;
  isPublic?: (address: string) => boolean;
  limitMs?: number;
};
type Resolve = (host: string, done: (error: Error | null, found: LookupAddress[]) => void) => void;

const timeLimitMs = 15_000;
const maxRedirects = 3;
const privateReason = "its address is not on the public internet";

/** One GET with limits on time, size, redirects and where it may go. Never throws. */
export async function getPublic(start: URL, rules: Rules): Promise<Fetched> {
  const signal = AbortSignal.timeout(rules.limitMs ?? timeLimitMs);
  try {
    let next = start;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const response = await ask(rules.addressOf?.(next) ?? next, rules, signal);
      const { statusCode: status = 0, headers } = response;
      if (status < 300 || status >= 400 || headers.location === undefined)
        return await readText(response, status);
      response.destroy();
      const target = URL.canParse(headers.location, next) && new URL(headers.location, next);
      if (!target || !rules.isAllowed(target))
        return { error: "it redirects to where nothing may be read" };
      next = target;
    }
    return { error: "it redirects in circles" };
  } catch (error) {
    if (error instanceof PrivateAddress) return { error: privateReason };
    // The error is dropped: its message may contain the address.
    return { error: signal.aborted ? "no answer in time" : "it could not be reached" };
  }
}

class PrivateAddress extends Error {}

async function ask(url: URL, rules: Rules, signal: AbortSignal): Promise<IncomingMessage> {
  const { isTrusted = () => false, resolve = all, isPublic = isPublicAddress } = rules;
  const isFree = isTrusted(url);
  // Node resolves no IP address, so its `lookup` would not see one.
  if (!isFree && isAddress(url.hostname) && !isPublic(url.hostname)) throw new PrivateAddress();
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const headers = {
    accept: "application/json",
    "accept-encoding": "identity",
    "user-agent": "Plaza (community giving)",
  };
  const options = { headers, signal, agent: false } as const;
  return await new Promise((done, fail) => {
    const sent = request(
      url,
      isFree ? options : { ...options, lookup: publicLookup(resolve, isPublic) },
      done,
    );
    sent.on("error", fail);
    sent.end();
  });
}

const all: Resolve = (host, done) => lookup(host, { all: true }, done);

/** Resolves a name for one connection, and refuses it where any of its addresses is private. */
function publicLookup(resolve: Resolve, isPublic: (address: string) => boolean): LookupFunction {
  return (host, { all: wantsAll }, done) => {
    resolve(host, (error, found) => {
      const [first] = found ?? [];
      if (error || !first) return done(error ?? new Error("no address"), "", 0);
      const isSafe = found.every(({ address }) => isPublic(address));
      if (!isSafe) return done(new PrivateAddress(privateReason), "", 0);
      return wantsAll ? done(null, found) : done(null, first.address, first.family);
    });
  };
}

async function readText(response: IncomingMessage, status: number): Promise<Fetched> {
  if (status < 200 || status >= 300) {
    response.destroy();
    return { error: `it answered ${status}` };
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBodyBytes) {
      response.destroy();
      return { error: "the answer is too large" };
    }
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString("utf8") };
}
