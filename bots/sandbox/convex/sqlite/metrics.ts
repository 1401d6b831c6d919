// What a transaction has used of Convex's limits. A nested call counts on from its caller's use, and
// may be held to less; undone, what it read still counts and what it wrote does not.

const mebibyte = 2 ** 20;
const defaultLimits = {
  bytesRead: 16 * mebibyte,
  bytesWritten: 16 * mebibyte,
  databaseQueries: 4096,
  documentsRead: 32_000,
  documentsWritten: 16_000,
  functionsScheduled: 1000,
  scheduledFunctionArgsBytes: 16 * mebibyte,
};
export type Usage = typeof defaultLimits;
export type UsageLimits = Partial<Usage>;

/** For what the host itself writes. */
export const noLimits: UsageLimits = {
  bytesRead: Infinity,
  bytesWritten: Infinity,
  databaseQueries: Infinity,
  documentsRead: Infinity,
  documentsWritten: Infinity,
};

const kinds = Object.keys(defaultLimits) as (keyof Usage)[];
const reading: readonly (keyof Usage)[] = ["bytesRead", "databaseQueries", "documentsRead"];

const readLess =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries " +
  "with a selective index range expressions.";

const exceeded: Record<keyof Usage, (limit: number) => string> = {
  bytesRead: (n) =>
    `Too many bytes read in a single function execution (limit: ${n} bytes). ${readLess}`,
  bytesWritten: (n) => `Too many bytes written in a single function execution (limit: ${n} bytes)`,
  databaseQueries: (n) =>
    `Too many reads in a single function execution (limit: ${n}). ${readLess}`,
  documentsRead: (n) =>
    `Too many documents read in a single function execution (limit: ${n}). ${readLess}`,
  documentsWritten: (n) => `Too many writes in a single function execution (limit: ${n})`,
  functionsScheduled: (n) => `Too many functions scheduled by this mutation (limit: ${n})`,
  scheduledFunctionArgsBytes: (n) =>
    `Too large total size of the arguments of scheduled functions from this mutation (limit: ${n} bytes)`,
};

type Layer = { used: Usage; limits: Usage };
export type TransactionUsage = ReturnType<typeof createUsage>;

export function createUsage(limits: UsageLimits = {}) {
  let current: Layer = { used: zero(), limits: { ...defaultLimits, ...limits } };
  const callers: Layer[] = [];

  function add(kind: keyof Usage, amount: number): void {
    current.used[kind] += amount;
    const limit = current.limits[kind];
    if (current.used[kind] <= limit) return;
    throw new Error(exceeded[kind](limit));
  }

  return {
    readRange: (): void => add("databaseQueries", 1),
    readDocument(bytes: number): void {
      add("bytesRead", bytes);
      add("documentsRead", 1);
    },
    wroteDocument(bytes: number): void {
      add("bytesWritten", bytes);
      add("documentsWritten", 1);
    },
    scheduled(argsBytes: number): void {
      add("functionsScheduled", 1);
      add("scheduledFunctionArgsBytes", argsBytes);
    },
    enter(asked: UsageLimits = {}): void {
      const limits = { ...current.limits };
      for (const kind of kinds) {
        const own = asked[kind];
        if (own !== undefined) limits[kind] = Math.min(limits[kind], current.used[kind] + own);
      }
      callers.push(current);
      current = { used: { ...current.used }, limits };
    },
    leave(isUndone: boolean): void {
      const { used } = current;
      current = callers.pop() ?? current;
      for (const kind of isUndone ? reading : kinds) current.used[kind] = used[kind];
    },
    /** As `ctx.meta.getTransactionMetrics` gives it. */
    report: (): Record<string, { used: number; remaining: number }> =>
      Object.fromEntries(
        kinds.map((kind) => {
          const used = current.used[kind];
          return [kind, { used, remaining: current.limits[kind] - used }];
        }),
      ),
    used: (): Usage => ({ ...current.used }),
  };
}

const zero = (): Usage => ({
  bytesRead: 0,
  bytesWritten: 0,
  databaseQueries: 0,
  documentsRead: 0,
  documentsWritten: 0,
  functionsScheduled: 0,
  scheduledFunctionArgsBytes: 0,
});
