import type { ConvexClient } from "convex/browser";
import {
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
  getFunctionName,
} from "convex/server";
import { BackendUnavailable } from "../../shared/backend.ts";

type Query = FunctionReference<"query">;

/** A live query that was not used for this long is dropped. */
const unusedMs = 10 * 60_000;
const firstAnswerMs = 8_000;
const maxHeld = 50;

type Held = {
  isAnswered: () => boolean;
  current: () => unknown;
  first: Promise<void>;
  stop: () => void;
  usedAt: number;
};

export type LiveQueries = {
  get<F extends Query>(query: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  close(): void;
};

/**
 * Answers queries from subscriptions that Convex keeps true: the first question opens one, the
 * next are answered from memory. For queries whose answer is the same for everybody.
 */
export function createLiveQueries(client: ConvexClient, now: () => number): LiveQueries {
  const held = new Map<string, Held>();

  const dropUnused = () => {
    for (const [key, one] of held) {
      if (held.size <= maxHeld && now() - one.usedAt < unusedMs) continue;
      one.stop();
      held.delete(key);
    }
  };

  const open = <F extends Query>(query: F, args: FunctionArgs<F>): Held => {
    let latest: { value: unknown } | { error: Error } | undefined;
    const { promise: first, resolve } = Promise.withResolvers<void>();
    const subscription = client.onUpdate(
      query,
      args,
      (value) => {
        latest = { value };
        resolve();
      },
      (error) => {
        latest = { error };
        resolve();
      },
    );
    const current = () => {
      if (!latest) throw new BackendUnavailable("no first answer");
      if ("error" in latest) throw latest.error;
      return latest.value;
    };
    const isAnswered = () => latest !== undefined;
    return { isAnswered, current, first, stop: () => subscription(), usedAt: now() };
  };

  return {
    async get(query, args) {
      const key = `${getFunctionName(query)}:${JSON.stringify(args)}`;
      let one = held.get(key);
      if (!one) {
        dropUnused();
        one = open(query, args);
        held.set(key, one);
      }
      one.usedAt = now();
      if (!one.isAnswered()) await within(one.first, firstAnswerMs);
      return one.current();
    },
    close() {
      for (const one of held.values()) one.stop();
      held.clear();
    },
  };
}

/** Waits for a first answer, but not for ever: the backend may be away. */
async function within(first: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new BackendUnavailable("no first answer")), ms);
  });
  try {
    await Promise.race([first, late]);
  } finally {
    clearTimeout(timer);
  }
}
