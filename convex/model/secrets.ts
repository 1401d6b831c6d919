import { gcm } from "@noble/ciphers/aes.js";
import { encryptionKeys } from "../external/environment.ts";
import { refusal } from "./refusal.ts";

// AES-256-GCM, bound to its row and field: a sealed value copied to another row does not open.
// Form: base64 of nonce (12 bytes) and ciphertext with its tag, after "v1.". The newest key of the
// deployment seals, and each of its keys opens; `convex/secrets.ts` seals anew what older ones did.

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function cipher(key: string, nonce: Uint8Array, boundTo: string) {
  return gcm(fromBase64(key), nonce, new TextEncoder().encode(boundTo));
}

/** What is wrong with the configured keys, for admins and without any part of a key; else null. */
export function keyProblem(): string | null {
  const found = encryptionKeys();
  if ("malformedEntry" in found)
    return `entry ${found.malformedEntry} of PLAZA_ENCRYPTION_KEY is not 32 bytes in base64`;
  return found.keys.length === 0 ? "PLAZA_ENCRYPTION_KEY is not set" : null;
}

/**
 * The deployment's keys in base64, at least one, the newest first.
 *
 * @throws no-encryption-key
 * @throws bad-encryption-key where an entry is malformed; the log says which
 */
export function requireKeys(): [string, ...string[]] {
  const found = encryptionKeys();
  if ("malformedEntry" in found) {
    console.error(keyProblem());
    throw refusal("bad-encryption-key");
  }
  const [newest, ...older] = found.keys;
  if (newest === undefined) throw refusal("no-encryption-key");
  return [newest, ...older];
}

/**
 * Seals a secret for one row by the newest key. `boundTo` names table, row and field. Call it where
 * randomness is real: in an action, not in a mutation, whose random numbers are seeded.
 *
 * @throws no-encryption-key, bad-encryption-key
 */
export function seal(secret: string, boundTo: string): string {
  const [newest] = requireKeys();
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = cipher(newest, nonce, boundTo).encrypt(new TextEncoder().encode(secret));
  return `v1.${toBase64(new Uint8Array([...nonce, ...sealed]))}`;
}

/**
 * Opens what `seal` made for the same row by any of the keys; throws for another row, another key or
 * a changed text.
 *
 * @throws no-encryption-key, bad-encryption-key
 */
export function open(sealed: string, boundTo: string): string {
  return openByAny(sealed, boundTo).secret;
}

/** The same; `isNewest` says whether the newest key opened it, which then need not be sealed anew. */
export function openByAny(sealed: string, boundTo: string): { secret: string; isNewest: boolean } {
  const keys = requireKeys();
  const bytes = fromBase64(sealed.replace(/^v1\./, ""));
  let failed: unknown;
  for (const [index, key] of keys.entries()) {
    try {
      const secret = cipher(key, bytes.slice(0, 12), boundTo).decrypt(bytes.slice(12));
      return { secret: new TextDecoder().decode(secret), isNewest: index === 0 };
    } catch (error) {
      failed = error;
    }
  }
  throw failed;
}
