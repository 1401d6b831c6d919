import { hashOf } from "../../../shared/linkCode.ts";
import { asFields } from "./text.ts";
import { safeJson } from "../boundedFetch.ts";

/** The maximum difference between the sender's clock and ours, in both directions. */
const toleranceSeconds = 300;
const maxSignatures = 10;

export type LumaWebhook =
  | {
      ok: true;
      /** The header `Webhook-Id`, the same for each retry; absent where it was not sent. */
      id?: string;
      /** "event.updated", "event.canceled", "guest.registered", ...; unknown types are accepted. */
      type: string;
      data: unknown;
    }
  | { ok: false; reason: "unsigned" | "expired" | "mismatch" | "malformed" };

/**
 * Verifies a Luma webhook: `Webhook-Signature: t=<Unix seconds>,v1=<hex>`, where the hex is
 * HMAC-SHA256 over `${t}.${rawBody}` keyed with the whole secret, prefix included. There can be
 * several v1 while a secret is being rotated. Luma's reference does not document this; three
 * independent receivers agree on it.
 */
export async function verifyLumaWebhook(
  rawBody: string,
  headers: Headers,
  secret: string,
  nowMs: number,
): Promise<LumaWebhook> {
  const { time, signatures } = readHeader(headers.get("webhook-signature"));
  if (secret === "" || time === undefined || signatures.length === 0) {
    return { ok: false, reason: "unsigned" };
  }
  if (Math.abs(nowMs / 1000 - Number(time)) > toleranceSeconds)
    return { ok: false, reason: "expired" };
  const expected = await sign(`${time}.${rawBody}`, secret);
  // Constant time: all signatures are compared to their ends.
  const matches = signatures.filter((signature) => sameText(signature, expected));
  if (matches.length === 0) return { ok: false, reason: "mismatch" };

  const body = asFields(safeJson(rawBody));
  const type = body?.["type"];
  if (body === undefined || typeof type !== "string") return { ok: false, reason: "malformed" };
  const id = headers.get("webhook-id");
  return {
    ok: true,

    ...(id === null || id === "" ? {} : { id }),
    type,
    data: body["data"],
  };
}

/** Identifies what was signed: the same for a webhook that is sent again as it is. */
export async function webhookReceipt(
  rawBody: string,
  headers: Headers,
  secret: string,
): Promise<string> {
  const { time = "" } = readHeader(headers.get("webhook-signature"));
  return `luma:${await hashOf(`${secret}.${time}.${rawBody}`)}`;
}

function readHeader(header: string | null): { time?: string; signatures: string[] } {
  const parts = (header ?? "").slice(0, 2000).split(",");
  const values = (key: string) =>
    parts.flatMap((part) => {
      const [name, value] = part.split("=", 2);
      return name?.trim() === key && value !== undefined ? [value.trim()] : [];
    });
  const time = values("t")[0];
  const signatures = values("v1").slice(0, maxSignatures);
  return time !== undefined && /^\d{1,12}$/.test(time) ? { time, signatures } : { signatures };
}

async function sign(message: string, secret: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(message)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sameText(given: string, expected: string): boolean {
  const text = given.toLowerCase();
  let difference = text.length ^ expected.length;
  for (let i = 0; i < expected.length; i++) {
    difference |= text.charCodeAt(i) ^ expected.charCodeAt(i);
  }
  return difference === 0;
}
