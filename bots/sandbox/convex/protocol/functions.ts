import { randomBytes } from "node:crypto";
import type { JSONValue } from "convex/values";
import type { Auth, Call, Engine, FunctionKind, Metrics, Outcome, Timestamp } from "../engine.ts";
import { canonicalPath } from "../functionsDirectory.ts";

/** Who sent a request. The admin key opens internal functions and the host's own endpoints. */
export type Caller = { admin: boolean; auth: Auth; expiresAt?: number };

export type Wanted = {
  kind: FunctionKind | "any";
  path: string;
  args: JSONValue;
  caller: Caller;
  /** Of a mutation that its client may send again. */
  once?: Call["once"];
};

/** A function's result as clients get it. */
export type Reply =
  | { ok: true; value: JSONValue; logLines: string[]; ts?: Timestamp }
  | { ok: false; errorMessage: string; errorData?: JSONValue; logLines: string[] };

/** What the host itself keeps of a call: for its log, and for measuring. */
export type CallRecord = {
  kind: FunctionKind;
  path: string;
  requestId: string;
  /** Absent for subscriptions, which are run several at a time. */
  ms?: number;
  error?: string;
  logLines: string[];
  metrics?: Metrics;
};

export type Functions = ReturnType<typeof createFunctions>;

/** Who may call what, and what they learn of the outcome. Used by both protocols. */
export function createFunctions(options: {
  engine: Engine;
  /** As production does: only a ConvexError's data reaches a caller, and no log lines. */
  redact: boolean;
  observe: (record: CallRecord) => void;
}) {
  const { engine, redact, observe } = options;

  /** The kind of a function the caller may run as `wanted`, or what Convex says instead. */
  async function admit(
    wanted: Omit<Wanted, "args" | "once">,
  ): Promise<{ kind: FunctionKind } | { refusal: string }> {
    const path = canonicalPath(wanted.path);
    const info = await engine.describe(path);
    if (info === null || (info.visibility === "internal" && !wanted.caller.admin)) {
      return { refusal: missing(wanted) };
    }
    if (wanted.kind !== "any" && wanted.kind !== info.kind) {
      return { refusal: wrongKind(path, wanted.kind, info.kind) };
    }
    return info.kind === "httpAction" ? { refusal: missing(wanted) } : { kind: info.kind };
  }

  function replyTo(caller: Caller, outcome: Outcome, requestId = newRequestId()): Reply {
    const hide = redact && !caller.admin;
    const logLines = hide ? [] : outcome.logLines;
    if (outcome.ok) return { ok: true, value: outcome.value, logLines };
    const { failure } = outcome;
    return {
      ok: false,
      errorMessage: serverError(requestId, hide ? undefined : `Uncaught ${described(failure)}`),
      ...(failure.data === undefined ? {} : { errorData: failure.data }),
      logLines,
    };
  }

  /** Runs one function for a caller. Errors are replies; it throws only if the engine is broken. */
  async function run(wanted: Wanted): Promise<Reply> {
    const requestId = newRequestId();
    const admitted = await admit(wanted);
    if ("refusal" in admitted) return refused(admitted.refusal, requestId);
    const path = canonicalPath(wanted.path);
    const { args, caller, once } = wanted;
    const call = { path, args, auth: caller.auth, ...(once && { once }) };
    const started = performance.now();
    const outcome: Outcome & { ts?: Timestamp } =
      admitted.kind === "query"
        ? await engine.query(call)
        : admitted.kind === "mutation"
          ? await engine.mutation(call)
          : await engine.action(call);
    observe(recordOf(admitted.kind, path, outcome, requestId, performance.now() - started));
    const reply = replyTo(wanted.caller, outcome, requestId);
    return reply.ok && outcome.ts !== undefined ? { ...reply, ts: outcome.ts } : reply;
  }

  const seen = new WeakSet<Outcome>();
  /** Records a subscription's run, once however often its result is given out. */
  function observeQuery(path: string, outcome: Outcome | undefined): void {
    if (outcome === undefined || seen.has(outcome)) return;
    seen.add(outcome);
    observe(recordOf("query", path, outcome));
  }

  return { admit, replyTo, run, observeQuery };
}

const recordOf = (
  kind: FunctionKind,
  path: string,
  outcome: Outcome,
  requestId = newRequestId(),
  ms?: number,
): CallRecord => ({
  kind,
  path,
  requestId,
  logLines: outcome.logLines,
  ...(ms === undefined ? {} : { ms }),
  ...(outcome.ok ? {} : { error: outcome.failure.stack ?? outcome.failure.message }),
  ...(outcome.metrics === undefined ? {} : { metrics: outcome.metrics }),
});

export const refused = (message: string, requestId = newRequestId()): Reply => ({
  ok: false,
  errorMessage: serverError(requestId, message),
  logLines: [],
});

const newRequestId = (): string => randomBytes(8).toString("hex");

const serverError = (requestId: string, detail?: string): string =>
  `[Request ID: ${requestId}] Server Error${detail === undefined ? "" : `\n${detail}`}`;

const described = (failure: { message: string; stack?: string }): string =>
  failure.stack ?? `Error: ${failure.message}`;

/** The command line lists what there is when it reads the first of these. */
const missing = ({ path, caller }: { path: string; caller: Caller }): string =>
  `Could not find ${caller.admin ? "function" : "public function"} for '${path.replace(/\.js(?=:|$)/, "")}'. ` +
  "Did you forget to run `npx convex dev` or `npx convex deploy`?";

function wrongKind(path: string, wanted: string, is: FunctionKind): string {
  const [module, name] = path.split(":");
  return `Trying to execute ${module}.js:${name} as ${titled(wanted)}, but it is defined as ${titled(is)}.`;
}

const titled = (kind: string): string => kind.charAt(0).toUpperCase() + kind.slice(1);
