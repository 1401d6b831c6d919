import type { JSONValue } from "convex/values";
import { canonicalPath } from "../functionsDirectory.ts";
import type { Calls, Wanted } from "./calls.ts";
import { thrownToCaller } from "./failures.ts";
import type { Frame } from "./frames.ts";
import type { UsageLimits } from "./metrics.ts";
import { reading, writing, type Arguments, type AsyncOperations } from "./operations.ts";

const handlePrefix = "function://;";

/** The path of the function that is meant: by its name, or by a handle made of it. */
export function pathOf({ name, functionHandle, reference }: Arguments): string {
  if (typeof name === "string") return canonicalPath(name);
  if (typeof functionHandle === "string" && functionHandle.startsWith(handlePrefix)) {
    return canonicalPath(functionHandle.slice(handlePrefix.length));
  }
  throw new Error(
    `Components are not supported by this host: ${String(reference ?? functionHandle)} cannot be called`,
  );
}

/** What functions ask to call others. */
export function callOperations(calls: Calls): AsyncOperations {
  const wantedBy = (frame: Frame, args: Arguments): Wanted => ({
    path: pathOf(args),
    args: args["args"] as JSONValue,
    auth: frame.auth,
    log: frame.log,
    request: frame.request,
  });

  /** From an action: a transaction, or an action, of its own. */
  async function fromAction(frame: Frame, call: () => Promise<JSONValue>): Promise<string> {
    if (frame.transaction !== undefined) {
      throw new Error(`${frame.path} is a ${frame.kind}, where this is for actions`);
    }
    try {
      return JSON.stringify(await call());
    } catch (error) {
      throw thrownToCaller(error);
    }
  }

  return {
    "1.0/runUdf": async (frame, args) => {
      const kind = args["udfType"] as "query" | "mutation" | "snapshotQuery";
      const caller = kind === "query" ? reading(frame, "1.0/runUdf") : writing(frame, "1.0/runUdf");
      const limits = args["transactionLimits"] as UsageLimits | undefined;
      return JSON.stringify(await calls.nested(caller, wantedBy(frame, args), kind, limits));
    },
    "1.0/actions/query": (frame, args) =>
      fromAction(frame, () => calls.query(wantedBy(frame, args))),
    "1.0/actions/mutation": (frame, args) =>
      fromAction(frame, async () => (await calls.mutation(wantedBy(frame, args))).value),
    "1.0/actions/action": (frame, args) =>
      fromAction(frame, () => calls.action(wantedBy(frame, args))),
    "1.0/createFunctionHandle": (_frame, args) => JSON.stringify(handlePrefix + pathOf(args)),
  };
}
