import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { ConvexError } from "convex/values";
import {
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
  getFunctionName,
} from "convex/server";
import { botSubject, type Platform } from "../../shared/identity.ts";
import { type Backend, BackendUnavailable } from "../../shared/backend.ts";
import type { Clock } from "../clock.ts";
import { createLiveQueries } from "./live.ts";
import { isNotCarriedOut, untilCarriedOut } from "./retry.ts";
import type { TokenSource } from "./tokens.ts";

// The bots' only way to Convex.

/** Longer than any function should take, shorter than a person or a lease waits. */
const answerMs = 8_000;
/** A sync reads pages of a calendar. */
const actionMs = 60_000;

export type BackendClient = {
  /** Convex in the name of one chat account. */
  as(subject: string): Backend;
  /** Convex in the bot's own name. */
  bot: Backend;
  /** Calls `listener` with the query's answer now and whenever it changes, in the bot's name. */
  watch<F extends FunctionReference<"query">>(
    query: F,
    args: FunctionArgs<F>,
    listener: (value: FunctionReturnType<F>) => void,
  ): () => void;
  isConnected(): boolean;
  close(): Promise<void>;
};

/** `url` is the deployment; `siteUrl` where it serves http routes, derived for Convex Cloud. */
export function connectBackend(
  { url, siteUrl }: { url: string; siteUrl: string | undefined },
  platform: Platform,
  tokens: TokenSource,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): BackendClient {
  const client = new ConvexClient(url, {
    unsavedChangesWarning: false,
    skipConvexDeploymentUrlCheck: true,
    logger: false,
  });
  client.setAuth(async () => await tokens(botSubject(platform)));
  const live = createLiveQueries(client, () => clock.now());
  const site = siteUrl ?? cloudSite(url);

  const as = (subject: string): Backend => {
    const caller = async (fetch: typeof globalThis.fetch) =>
      new ConvexHttpClient(url, {
        skipConvexDeploymentUrlCheck: true,
        logger: false,
        auth: await tokens(subject),
        fetch,
      });
    const within =
      (ms: number): typeof fetch =>
      async (input, init) =>
        await fetch(input, { ...init, signal: AbortSignal.timeout(ms) });
    // Queries and mutations are transactions: one that was not carried out has done nothing.
    const http = async () =>
      await caller(async (input, init) => {
        const ask = async () => await within(answerMs)(input, init);
        const response = await untilCarriedOut(ask, { clock, signal });
        if (isNotCarriedOut(response)) throw new TypeError("Convex did not carry it out");
        return response;
      });
    return {
      siteUrl: site,
      live: async (query, args) => await live.get(query, args),
      query: async (query, args) =>
        await called(query, async () => await (await http()).query(query, args)),
      // One client per call, and no queue: mutations of different people do not wait for each other.
      mutation: async (mutation, args) =>
        await called(
          mutation,
          async () => await (await http()).mutation(mutation, args, { skipQueue: true }),
        ),
      action: async (action, args) =>
        await called(
          action,
          async () => await (await caller(within(actionMs))).action(action, args),
        ),
      storeLumaKey: async (slug, key) =>
        await storeLumaKey(site, await tokens(subject), { slug, key }),
    };
  };

  return {
    as,
    bot: as(botSubject(platform)),
    watch(query, args, listener) {
      // An error of a watched query is an outage of ours; the next value comes when it is mended.
      const subscription = client.onUpdate(query, args, listener, () => undefined);
      return () => subscription();
    },
    isConnected: () => client.connectionState().isWebSocketConnected,
    async close() {
      live.close();
      await client.close();
    },
  };
}

/** `https://name.convex.cloud` serves its routes on `https://name.convex.site`. */
function cloudSite(url: string): string | undefined {
  const { hostname } = new URL(url);
  if (!hostname.endsWith(".convex.cloud")) return undefined;
  return `https://${hostname.slice(0, -".convex.cloud".length)}.convex.site`;
}

/** Refusals pass; a transport that failed becomes `BackendUnavailable`; nothing of the arguments is kept. */
async function called<T>(
  fn: FunctionReference<"query" | "mutation" | "action">,
  call: () => Promise<T>,
) {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ConvexError) throw error;
    const isTransport =
      error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
    if (isTransport) throw new BackendUnavailable(getFunctionName(fn));
    throw new Error(`Convex failed in ${getFunctionName(fn)}`);
  }
}

async function storeLumaKey(
  site: string | undefined,
  token: string,
  body: { slug: string; key: string | null },
): Promise<void> {
  if (!site) throw new BackendUnavailable("no site address");
  let response: Response;
  try {
    response = await fetch(`${site}/luma-key`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMs),
    });
  } catch {
    throw new BackendUnavailable("luma-key");
  }
  if (response.ok) return;
  const said: unknown = await response.json().catch(() => null);
  if (typeof said === "object" && said !== null && "refusal" in said)
    throw new ConvexError({ refusal: said.refusal as string });
  throw new Error(`the luma-key route answered ${response.status}`);
}
