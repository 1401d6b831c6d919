import type { JSONValue } from "convex/values";
import type { Engine, Journal, Outcome, Timestamp } from "../engine.ts";
import { canonicalPath } from "../functionsDirectory.ts";
import { type Caller, type Functions, refused, type Reply } from "./functions.ts";

export type Subscription = { path: string; args: JSONValue; journal: Journal };

/** `fingerprint` is equal for equal results; a reply is not, where it names a request. */
export type QueryResult = { fingerprint: string; journal: Journal; reply: () => Reply };

/** Evaluates a client's subscriptions as of one moment. */
export async function queryResults(
  engine: Engine,
  functions: Functions,
  subscriptions: readonly Subscription[],
  caller: Caller,
): Promise<{ ts: Timestamp; results: QueryResult[] }> {
  const admitted = await Promise.all(
    subscriptions.map(({ path }) => functions.admit({ kind: "query", path, caller })),
  );
  const calls = subscriptions
    .filter((_, i) => !isRefused(admitted[i]))
    .map(({ path, args, journal }) => ({
      path: canonicalPath(path),
      args,
      auth: caller.auth,
      ...(journal === null ? {} : { journal }),
    }));
  const { ts, outcomes } = await engine.queries(calls);
  for (const [i, call] of calls.entries()) functions.observeQuery(call.path, outcomes[i]);

  let next = 0;
  const results = admitted.map((admission): QueryResult => {
    if ("refusal" in admission) {
      return {
        fingerprint: `refused ${admission.refusal}`,
        journal: null,
        reply: () => refused(admission.refusal),
      };
    }
    const outcome = outcomes[next++];
    if (outcome === undefined) throw new Error("The engine left a query unanswered");
    return {
      fingerprint: fingerprint(outcome),
      journal: outcome.ok ? (outcome.journal ?? null) : null,
      reply: () => functions.replyTo(caller, outcome),
    };
  });
  return { ts, results };
}

const isRefused = (admission: object | undefined): boolean =>
  admission === undefined || "refusal" in admission;

const fingerprint = (outcome: Outcome): string =>
  outcome.ok
    ? `value ${JSON.stringify(outcome.value)}`
    : `failure ${JSON.stringify([outcome.failure.message, outcome.failure.data])}`;

const kept = 5000;

/**
 * Runs a session's mutations one after another, each request id once: a client that lost its
 * connection sends unanswered mutations again, and is given the first run's result.
 */
export function createMutationsOnce() {
  const replies = new Map<string, Promise<Reply>>();
  const settled: string[] = [];
  /** The last mutation of each session that still has one running. */
  const last = new Map<string, Promise<unknown>>();

  return (sessionId: string, requestId: number, run: () => Promise<Reply>): Promise<Reply> => {
    const key = JSON.stringify([sessionId, requestId]);
    const known = replies.get(key);
    if (known !== undefined) return known;
    const before = last.get(sessionId) ?? Promise.resolve();
    const reply = before.then(run);
    replies.set(key, reply);
    const ended = reply
      .catch(() => undefined)
      .finally(() => {
        if (last.get(sessionId) === ended) last.delete(sessionId);
        settled.push(key);
        if (settled.length > kept) replies.delete(settled.shift() ?? "");
      });
    last.set(sessionId, ended);
    return reply;
  };
}

export type MutationsOnce = ReturnType<typeof createMutationsOnce>;
