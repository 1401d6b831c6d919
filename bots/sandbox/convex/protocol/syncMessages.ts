import { z } from "zod";
import type { JSONValue } from "convex/values";
import type { Journal, Timestamp } from "../engine.ts";

// The messages of the sync protocol, as the official client writes and reads them.

const version = z.number().int().nonnegative();
const args = z
  .tuple([z.record(z.string(), z.unknown())])
  .transform(([object]) => object as JSONValue);

const addQuery = z.object({
  type: z.literal("Add"),
  queryId: version,
  udfPath: z.string(),
  args,
  journal: z.string().nullish(),
});
const removeQuery = z.object({ type: z.literal("Remove"), queryId: version });

const request = { requestId: version, udfPath: z.string(), args };

const clientMessage = z.union([
  z.object({ type: z.literal("Connect"), sessionId: z.string().min(1).max(100) }),
  z.object({
    type: z.literal("ModifyQuerySet"),
    baseVersion: version,
    newVersion: version,
    modifications: z.array(z.union([addQuery, removeQuery])),
  }),
  z.object({ type: z.literal("Mutation"), ...request }),
  z.object({ type: z.literal("Action"), ...request }),
  z.object({
    type: z.literal("Authenticate"),
    tokenType: z.enum(["User", "Admin", "None"]),
    value: z.string().optional(),
    impersonating: z.unknown().optional(),
    baseVersion: version,
  }),
  z.object({ type: z.literal("Event") }),
]);

export type ClientMessage = z.infer<typeof clientMessage>;
export type MessageOf<T extends ClientMessage["type"]> = Extract<ClientMessage, { type: T }>;

/** A message from a client, or null for what no client would send. */
export function readMessage(text: string): ClientMessage | null {
  try {
    return clientMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** `ts` is encoded already. */
type StateVersion = { querySet: number; identity: number; ts: string };

export type Modification =
  | {
      type: "QueryUpdated";
      queryId: number;
      value: JSONValue;
      logLines: string[];
      journal: Journal;
    }
  | {
      type: "QueryFailed";
      queryId: number;
      errorMessage: string;
      errorData?: JSONValue;
      logLines: string[];
      journal: null;
    }
  | { type: "QueryRemoved"; queryId: number };

export type RequestReply =
  | { success: true; result: JSONValue; ts?: string; logLines: string[] }
  | { success: false; result: string; errorData?: JSONValue; logLines: string[] };

export type ServerMessage =
  | {
      type: "Transition";
      startVersion: StateVersion;
      endVersion: StateVersion;
      modifications: Modification[];
    }
  | ({ type: "MutationResponse" | "ActionResponse"; requestId: number } & RequestReply)
  | { type: "AuthError"; error: string; baseVersion: number; authUpdateAttempted: boolean }
  | { type: "FatalError"; error: string }
  | { type: "Ping" };

/** A moment as the protocols write it: eight bytes, the lowest first, in base64. */
export function encodeTimestamp(ts: Timestamp): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes.toString("base64");
}
