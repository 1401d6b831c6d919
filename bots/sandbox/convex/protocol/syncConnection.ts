import type { Engine, Timestamp } from "../engine.ts";
import type { Admission, Admit } from "./caller.ts";
import type { Caller, Functions, Reply } from "./functions.ts";
import {
  type ClientMessage,
  encodeTimestamp,
  type MessageOf,
  type Modification,
  type RequestReply,
  type ServerMessage,
} from "./syncMessages.ts";
import {
  type MutationsOnce,
  type QueryResult,
  queryResults,
  type Subscription,
} from "./syncState.ts";

export type SyncOptions = {
  engine: Engine;
  functions: Functions;
  admit: Admit;
  once: MutationsOnce;
  now: () => number;
};

export type Wire = { send(message: ServerMessage): void; close(reason: string): void };

/**
 * One client on one socket: its subscriptions, the version it has, and transitions between
 * versions.
 */
export function createSyncConnection(
  { engine, functions, admit, once, now }: SyncOptions,
  wire: Wire,
) {
  let open = true;
  let session: string | undefined;
  let caller: Caller = { admin: false, auth: { kind: "none" } };

  const asked = { querySet: 0, identity: 0, queries: new Map<number, Subscription>() };
  const shown = { querySet: 0, identity: 0, ts: 0n, queries: new Map<number, string>() };
  /**
   * A mutation was answered; the client shows it as done at the next Transition, changed or not.
   */
  let owesTransition = false;

  function end(message: ServerMessage, reason: string): void {
    if (!open) return;
    open = false;
    wire.send(message);
    wire.close(reason);
  }
  const fatal = (error: string): void => end({ type: "FatalError", error }, "FatalError");

  /** True, and the connection over, where the token has run out since it was accepted. */
  function expired(): boolean {
    if (caller.expiresAt === undefined || caller.expiresAt > now()) return false;
    const baseVersion = asked.identity - 1;
    const error = "Could not validate token: Token expired";
    end({ type: "AuthError", error, baseVersion, authUpdateAttempted: false }, "AuthError");
    return true;
  }

  // Messages are taken in order: what follows an Authenticate waits for the token to be verified.
  async function receive(message: ClientMessage): Promise<void> {
    if (!open) return;
    if (session === undefined && message.type !== "Connect") {
      return fatal("The first message must be Connect");
    }
    switch (message.type) {
      case "Connect":
        if (session !== undefined) return fatal("Connect was sent twice");
        session = message.sessionId;
        return;
      case "Authenticate":
        return await authenticate(message);
      case "ModifyQuerySet":
        return modifyQuerySet(message);
      case "Mutation":
      case "Action":
        if (!expired())
          void answer(message, session ?? "").catch(() => fatal("InternalServerError"));
        return;
      case "Event":
        return;
    }
  }

  async function authenticate(message: MessageOf<"Authenticate">): Promise<void> {
    const { baseVersion } = message;
    if (baseVersion !== asked.identity) {
      return fatal(`Base identity version ${baseVersion} is not ${asked.identity}`);
    }
    const admission = await admitted(message);
    if (!admission.ok) {
      // After failed authentication nothing is run on this socket, not even anonymously.
      const error = admission.message;
      return end({ type: "AuthError", error, baseVersion, authUpdateAttempted: true }, "AuthError");
    }
    caller = admission.caller;
    asked.identity += 1;
    refresh();
  }

  async function admitted(message: MessageOf<"Authenticate">): Promise<Admission> {
    if (message.tokenType === "None") return admit.anonymous();
    if (message.tokenType === "User") return await admit.user(message.value ?? "");
    return admit.admin(message.value ?? "", message.impersonating);
  }

  function modifyQuerySet(message: MessageOf<"ModifyQuerySet">): void {
    if (message.baseVersion !== asked.querySet || message.newVersion <= message.baseVersion) {
      return fatal(`Base query set version ${message.baseVersion} is not ${asked.querySet}`);
    }
    asked.querySet = message.newVersion;
    for (const change of message.modifications) {
      const known = asked.queries.has(change.queryId);
      if (known === (change.type === "Add")) {
        return fatal(`Query ${change.queryId} ${known ? "added twice" : "was never added"}`);
      }
      if (change.type === "Remove") asked.queries.delete(change.queryId);
      else {
        const { udfPath: path, args, journal = null } = change;
        asked.queries.set(change.queryId, { path, args, journal });
      }
    }
    refresh();
  }

  async function answer(
    message: MessageOf<"Mutation"> | MessageOf<"Action">,
    sessionId: string,
  ): Promise<void> {
    const { requestId, udfPath: path, args } = message;
    if (message.type === "Action") {
      const reply = await functions.run({ kind: "action", path, args, caller });
      if (open) wire.send({ type: "ActionResponse", requestId, ...requestReply(reply) });
      return;
    }
    const sender = caller;
    const sent = { session: sessionId, request: requestId };
    const run = () => functions.run({ kind: "mutation", path, args, caller: sender, once: sent });
    const reply = await once(sessionId, requestId, run);
    if (!open) return;
    wire.send({ type: "MutationResponse", requestId, ...requestReply(reply) });
    if (!reply.ok) return;
    owesTransition = true;
    refresh();
  }

  let refreshing = false;
  let refreshAgain = false;

  /**
   * Brings the client up to date. While that is under way, further reasons become one more round.
   */
  function refresh(): void {
    refreshAgain = true;
    if (!refreshing) void rounds().catch(() => fatal("InternalServerError"));
  }

  async function rounds(): Promise<void> {
    refreshing = true;
    try {
      while (refreshAgain) {
        refreshAgain = false;
        await transition();
      }
    } finally {
      refreshing = false;
    }
  }

  async function transition(): Promise<void> {
    if (!open || expired()) return;
    const { querySet, identity } = asked;
    const ids = [...asked.queries.keys()];
    const subscriptions = [...asked.queries.values()];
    const owed = owesTransition;
    owesTransition = false;
    const { ts, results } = await queryResults(engine, functions, subscriptions, caller);
    if (!open) return;
    const modifications: Modification[] = [];
    for (const queryId of shown.queries.keys()) {
      if (!ids.includes(queryId)) modifications.push({ type: "QueryRemoved", queryId });
    }
    for (const removed of modifications) shown.queries.delete(removed.queryId);
    for (const [i, queryId] of ids.entries()) {
      const result = results[i];
      const subscription = subscriptions[i];
      if (subscription !== undefined) subscription.journal = result?.journal ?? null;
      if (result === undefined || shown.queries.get(queryId) === result.fingerprint) continue;
      shown.queries.set(queryId, result.fingerprint);
      modifications.push(modification(queryId, result));
    }
    const moved = querySet !== shown.querySet || identity !== shown.identity;
    if (modifications.length > 0 || moved || owed) {
      showAt({ querySet, identity, ts }, modifications);
    }
  }

  function showAt(
    end: { querySet: number; identity: number; ts: Timestamp },
    modifications: Modification[],
  ): void {
    const { querySet, identity, ts } = shown;
    wire.send({
      type: "Transition",
      startVersion: { querySet, identity, ts: encodeTimestamp(ts) },
      endVersion: { ...end, ts: encodeTimestamp(end.ts) },
      modifications,
    });
    Object.assign(shown, end);
  }

  return {
    receive,
    refresh,
    fatal,
    ping: () => {
      if (open && !expired()) wire.send({ type: "Ping" });
    },
    closed: () => {
      open = false;
    },
  };
}

function modification(queryId: number, { reply: toReply, journal }: QueryResult): Modification {
  const reply = toReply();
  const { logLines } = reply;
  if (reply.ok) return { type: "QueryUpdated", queryId, value: reply.value, logLines, journal };
  const { ok: _, ...failed } = reply;
  return { type: "QueryFailed", queryId, ...failed, journal: null };
}

function requestReply(reply: Reply): RequestReply {
  const { logLines } = reply;
  if (!reply.ok) {
    const data = reply.errorData === undefined ? {} : { errorData: reply.errorData };
    return { success: false, result: reply.errorMessage, logLines, ...data };
  }
  const ts = reply.ts === undefined ? {} : { ts: encodeTimestamp(reply.ts) };
  return { success: true, result: reply.value, logLines, ...ts };
}
