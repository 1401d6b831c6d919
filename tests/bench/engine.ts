import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { printTable } from "./table.ts";

export type Quantiles = { p50: number; p95: number };

/** Milliseconds at so many documents, from so many samples. */
export type Latency = { documents: number; query: Quantiles; mutation: Quantiles; sampled: number };
/** Megabytes after so many queries. */
export type MemoryMark = { queries: number; heap: number; rss: number };
/** Milliseconds from a mutation to the subscriber, and how many queries one write has run again. */
export type PushCosts = Quantiles & { subscriptions: number; executed: number };

export type EngineCosts = {
  engine: string;
  latency: Latency[];
  memory: MemoryMark[];
  push: PushCosts;
};

/** What the embedded host's engines cost, each in a process of its own. */
export function engineCosts(): EngineCosts[] {
  return ["sqlite", "convex-test"].map((engine) => {
    const run = fileURLToPath(new URL("engineRun.ts", import.meta.url));
    const flags = ["--disable-warning=ExperimentalWarning", "--expose-gc"];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, run, engine], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as EngineCosts;
  });
}

export function printEngineCosts(all: readonly EngineCosts[]): void {
  printTable(
    "The embedded host: an indexed query and a mutation, ms",
    all.flatMap(({ engine, latency }) =>
      latency.map(({ documents, query, mutation, sampled }) => ({
        engine,
        documents,
        "query: median": query.p50,
        p95: query.p95,
        "mutation: median": mutation.p50,
        "p95 ": mutation.p95,
        samples: sampled,
      })),
    ),
  );
  printTable(
    "Subscriptions, and one write: queries run again, and ms to the subscriber",
    all.map(({ engine, push: { subscriptions, executed, p50, p95 } }) => ({
      engine,
      subscriptions,
      "run again": executed,
      "push: median": p50,
      p95,
    })),
  );
  printTable(
    "Memory after so many queries, MB",
    all.flatMap(({ engine, memory }) => memory.map((mark) => ({ engine, ...mark }))),
  );
}
