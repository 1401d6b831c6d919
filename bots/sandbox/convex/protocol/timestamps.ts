import type { Timestamp } from "../engine.ts";

/** A moment as the protocols write it: eight bytes, the lowest first, in base64. */
export function encodeTimestamp(ts: Timestamp): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes.toString("base64");
}
