import type { Reply } from "./functions.ts";

const kept = 5000;

/**
 * Runs a session's mutations one after another, each request id once: a client that lost its
 * connection sends again what it got no answer to, and is given the answer of the first time.
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
