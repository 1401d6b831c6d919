import { getConvexSize, jsonToConvex, type JSONValue } from "convex/values";
import { pathOf } from "./callOperations.ts";
import type { Commits } from "./commits.ts";
import type { Functions } from "./functions.ts";
import type { Jobs } from "./jobs.ts";
import { writing, type Arguments, type AsyncOperations } from "./operations.ts";
import type { Transaction } from "./transaction.ts";

const placeholderJson = '{"$commitTs":null}';

/** What `ctx.scheduler` asks for: in a mutation as part of it, in an action at once. */
export function scheduleOperations(
  jobs: Jobs,
  functions: Functions,
  commits: Commits,
): AsyncOperations {
  async function schedule(transaction: Transaction, args: Arguments): Promise<string> {
    const path = pathOf(args);
    const { kind } = await functions.find(path, "any");
    if (kind === "query") throw new Error(`${path} is a query, which cannot be scheduled`);
    const json = args["args"] as JSONValue;
    if (JSON.stringify(json).includes(placeholderJson)) {
      throw new Error(
        `Invalid arguments for "${path}": a scheduled function cannot take an unresolved placeholder value`,
      );
    }
    const value = jsonToConvex(json);
    transaction.usage.scheduled(getConvexSize(value));
    // In seconds, from milliseconds: rounded, or it would come back as another time.
    const dueAt = Math.round((args["ts"] as number) * 1e6) / 1e3;
    return JSON.stringify(jobs.add(transaction, path, value, dueAt));
  }

  return {
    "1.0/schedule": (frame, args) => schedule(writing(frame, "1.0/schedule").transaction, args),
    "1.0/cancel_job": (frame, { id }) => {
      jobs.cancel(writing(frame, "1.0/cancel_job").transaction, String(id));
      return "{}";
    },
    "1.0/actions/schedule": async (_frame, args) =>
      (await commits.write((transaction) => schedule(transaction, args))).value,
    "1.0/actions/cancel_job": async (_frame, { id }) => {
      await commits.write(async (transaction) => jobs.cancel(transaction, String(id)));
      return "{}";
    },
  };
}
