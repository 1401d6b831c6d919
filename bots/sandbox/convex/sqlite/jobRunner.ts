import { randomUUID } from "node:crypto";
import { convexToJson } from "convex/values";
import type { Calls, Wanted } from "./calls.ts";
import type { Commits } from "./commits.ts";
import { outsideFrames } from "./runtime.ts";
import type { Functions } from "./functions.ts";
import type { Job, Jobs } from "./jobs.ts";

// Runs what is due. A mutation and the mark that it has run are one transaction, so it runs exactly
// once whatever happens to the process. An action is marked before it begins, and what was running
// when the process ended has failed: it runs at most once.

/** The clock may be moved, so it is looked at this often however far the next job is. */
const lookEveryMs = 1000;
const tidyEveryMs = 60_000;
const maxActions = 64;
const interrupted = "The host ended while this was running";

const realSetTimeout = globalThis.setTimeout;

export function createJobRunner(options: {
  jobs: Jobs;
  calls: Calls;
  commits: Commits;
  functions: Functions;
  now: () => number;
  onError: (job: string, error: unknown) => void;
}) {
  const { jobs, calls, commits, functions, now, onError } = options;
  const actions = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWokenAgain = false;
  let isStopped = false;
  /** When the next job is due, as far as is known. */
  let due = -Infinity;
  let tidied = now();

  /** Looks for due jobs; to be called when there may be some. */
  function wake(): void {
    if (isStopped) return;
    if (running !== undefined) {
      isWokenAgain = true;
      return;
    }
    clearTimeout(timer);
    running = runDue()
      .catch((error: unknown) => onError("the scheduler", error))
      .finally(() => {
        running = undefined;
        if (isWokenAgain) {
          isWokenAgain = false;
          wake();
        } else sleep();
      });
  }

  function sleep(): void {
    if (isStopped) return;
    timer = realSetTimeout(
      () => {
        if (now() >= Math.min(due, tidied + tidyEveryMs)) wake();
        else sleep();
      },
      Math.max(0, Math.min(lookEveryMs, due - now())),
    );
  }

  async function runDue(): Promise<void> {
    for (;;) {
      const job = await commits.hold(async () => jobs.next());
      due = job?.scheduledTime ?? Infinity;
      if (job === null || due > now() || isStopped) break;
      if (actions.size >= maxActions) {
        // The end of one wakes.
        due = Infinity;
        break;
      }
      await start(job);
    }
    if (now() < tidied + tidyEveryMs) return;
    tidied = now();
    for (;;) {
      const { value } = await commits.write(async (transaction) => jobs.removeOld(transaction));
      if (!value) break;
    }
  }

  const wantedFor = (job: Job): Wanted => ({
    path: job.name,
    args: convexToJson(job.args[0] ?? {}),
    // As on Convex, scheduled functions run without an identity.
    auth: { kind: "none" },
    log: { logLines: [], open: false },
    request: { requestId: randomUUID(), scheduledFunctionId: job._id },
  });

  async function start(job: Job): Promise<void> {
    try {
      const { kind } = await functions.find(job.name, "any");
      if (kind === "mutation") await runMutation(job);
      else await startAction(job);
    } catch (error) {
      await fail(job, error);
    }
  }

  async function runMutation(job: Job): Promise<void> {
    await calls.mutation(
      wantedFor(job),
      {},
      {
        // It may have been cancelled since it was found.
        instead: (transaction) =>
          jobs.get(transaction, job._id)?.state.kind === "pending" ? undefined : null,
        also: (transaction) => jobs.setState(transaction, job._id, { kind: "success" }),
      },
    );
  }

  async function startAction(job: Job): Promise<void> {
    const { value: isOurs } = await commits.write(async (transaction) => {
      if (jobs.get(transaction, job._id)?.state.kind !== "pending") return false;
      jobs.setState(transaction, job._id, { kind: "inProgress" });
      return true;
    });
    if (!isOurs) return;
    const action = calls
      .action(wantedFor(job))
      .then(() => finish(job))
      .catch((error: unknown) => fail(job, error))
      .catch((error: unknown) => onError(job.name, error))
      .finally(() => {
        actions.delete(action);
        wake();
      });
    actions.add(action);
  }

  async function finish(job: Job): Promise<void> {
    if (isStopped) return;
    await commits.write(async (transaction) => {
      // One that was cancelled while it ran stays cancelled.
      if (jobs.get(transaction, job._id)?.state.kind !== "inProgress") return;
      jobs.setState(transaction, job._id, { kind: "success" });
    });
  }

  async function fail(job: Job, error: unknown): Promise<void> {
    onError(job.name, error);
    if (isStopped) return;
    const message = error instanceof Error ? error.message : String(error);
    await commits.write(async (transaction) => {
      const kind = jobs.get(transaction, job._id)?.state.kind;
      if (kind !== "pending" && kind !== "inProgress") return;
      jobs.setState(transaction, job._id, { kind: "failed", error: message });
    });
  }

  const stopWatching = commits.onCommit((writes) => {
    if (jobs.isTouchedBy(writes)) wake();
  });

  return {
    async start(): Promise<void> {
      await commits.write(async (transaction) => {
        for (const job of jobs.interrupted()) {
          jobs.setState(transaction, job._id, { kind: "failed", error: interrupted });
        }
      });
      outsideFrames(wake);
    },
    /**
     * Begins nothing more, and waits for the mutation in progress. Actions are left to themselves.
     */
    async stop(): Promise<void> {
      isStopped = true;
      stopWatching();
      clearTimeout(timer);
      await running;
    },
  };
}
