import type { JSONValue } from "convex/values";

// The seam between the protocol a Convex client speaks and whatever runs the functions and keeps
// the data. Everything above this type (protocol/, identity, crons) knows only this file; an engine
// knows nothing of sockets, tokens or requests' paths on the wire.

export type FunctionKind = "query" | "mutation" | "action" | "httpAction";

export type FunctionInfo = { kind: FunctionKind; visibility: "public" | "internal" };

/** What `ctx.auth.getUserIdentity()` gives: the identity's own three fields, then any claims. */
export type Identity = {
  tokenIdentifier: string;
  subject: string;
  issuer: string;
  [claim: string]: JSONValue | undefined;
};

/**
 * Who a function runs for. `unverified` is for http actions only, where a header that is no token
 * of
 * ours may still be meant for the action: asking for the identity must then fail, not give null.
 */
export type Auth =
  { kind: "none" } | { kind: "user"; identity: Identity } | { kind: "unverified"; reason: string };

/** `path` is canonical ("events/queries:list"); `args` is one object in Convex's encoded JSON. */
export type Call = {
  path: string;
  args: JSONValue;
  auth: Auth;
  /** A query's journal of an earlier run: its page is to end where it ended then. */
  journal?: Journal;
  /**
   * Which mutation of which client's session this is. An engine that keeps its data keeps the
   * result
   * with it, and answers with that instead of running the mutation again, also after a restart.
   */
  once?: { session: string; request: number };
};

/**
 * Where the page that a query read has ended (its `continueCursor`), or null where it read none.
 * With it a subscribed page grows and shrinks in place when it is run again, and leaves no gap
 * before the page after it.
 */
export type Journal = string | null;

/** What a transaction cost, as Convex counts it against its limits. */
export type Metrics = {
  documentsRead: number;
  documentsWritten: number;
  bytesRead: number;
  bytesWritten: number;
  databaseQueries: number;
  functionsScheduled: number;
};

/** The real error. The protocol decides what of it a client may see. */
export type Failure = { message: string; stack?: string; data?: JSONValue };

export type Outcome = ({ ok: true; value: JSONValue } | { ok: false; failure: Failure }) & {
  logLines: string[];
  metrics?: Metrics;
  journal?: Journal;
};

/** A moment of the database, in nanoseconds of Unix time; never repeated, never going back. */
export type Timestamp = bigint;

/** One entry of crons.ts, as `cronJobs()` records it. */
export type Cron = { name: string; path: string; args: JSONValue; schedule: CronSchedule };

export type CronSchedule =
  | { type: "interval"; seconds?: number; minutes?: number; hours?: number }
  | { type: "hourly"; minuteUTC?: number }
  | { type: "daily"; hourUTC: number; minuteUTC?: number }
  | { type: "weekly"; dayOfWeek: string; hourUTC: number; minuteUTC?: number }
  | { type: "monthly"; day: number; hourUTC: number; minuteUTC?: number }
  | { type: "cron"; cron: string };

/** Documents of one table as an export kept them; `replace` removes those that are there. */
export type Restored = { table: string; documents: readonly JSONValue[]; replace: boolean };

/** When each cron is due next, over restarts: undefined where that is not known, null for never. */
export type CronTimes = {
  get(cron: Cron): number | null | undefined;
  set(cron: Cron, due: number | null): Promise<void>;
};

export type StoredFile = { bytes: Uint8Array; contentType: string | null };

export type Engine = {
  /** The engine's name and version, shown by the host's state. */
  readonly version: string;

  /** The function at this path, or null. The caller enforces visibility. */
  describe(path: string): Promise<FunctionInfo | null>;

  /** One query, always executed. */
  query(call: Call): Promise<Outcome>;
  /**
   * Several queries as of one moment. An engine may answer those no write has touched since from
   * memory; the results must still be what running them at `ts` would give.
   */
  queries(calls: readonly Call[]): Promise<{ ts: Timestamp; outcomes: Outcome[] }>;
  /** One transaction: all of it or nothing. A later `queries` has a `ts` not before this one's. */
  mutation(call: Call): Promise<Outcome & { ts: Timestamp }>;
  action(call: Call): Promise<Outcome>;
  /** Runs the http action routed for the request; answers 404 itself when there is none. */
  http(request: Request, auth: Auth): Promise<Response>;

  /** Called after every possible commit. Returns how to stop listening. */
  onWrite(listener: () => void): () => void;
  /** Documents per table. */
  tables(): Promise<Record<string, number>>;
  /**
   * Writes documents with the ids and times of creation that they have, all or none, validated as
   * any other write. Absent where an engine gives its own.
   */
  restore?(tables: readonly Restored[]): Promise<void>;
  readonly crons: readonly Cron[];
  /** Of an engine that keeps its data. */
  readonly cronTimes?: CronTimes;
  /** Stored files, for the addresses that functions hand out of them. */
  readonly files?: {
    read(id: string): Promise<StoredFile | null>;
    /** The new file's id; null where the token, part of an upload address, is not valid. */
    upload(token: string, file: StoredFile): Promise<string | null>;
  };
  close(): Promise<void>;
};
