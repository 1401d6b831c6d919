import { gcm } from "@noble/ciphers/aes.js";
import { variable } from "../external/environment.ts";
import { refusal } from "./refusal.ts";

// AES-256-GCM, bound to its row and field: a sealed value copied to another row does not open.
// Form: base64 of nonce (12 bytes) and ciphertext with its tag, after "v1.".

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function cipher(nonce: Uint8Array, boundTo: string) {
  const key = variable("PLAZA_ENCRYPTION_KEY");
  if (!key) throw refusal("no-encryption-key");
  return gcm(fromBase64(key), nonce, new TextEncoder().encode(boundTo));
}

/**
 * Seals a secret for one row. `boundTo` names table, row and field. Call it where randomness is
 * real: in an action, not in a mutation, whose random numbers are seeded.
 */
export function seal(secret: string, boundTo: string): string {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const sealed = cipher(nonce, boundTo).encrypt(new TextEncoder().encode(secret));
  return `v1.${toBase64(new Uint8Array([...nonce, ...sealed]))}`;
}

/** Opens what `seal` made for the same row; throws for another row, another key or a changed text. */
export function open(sealed: string, boundTo: string): string {
  const bytes = fromBase64(sealed.replace(/^v1\./, ""));
  return new TextDecoder().decode(cipher(bytes.slice(0, 12), boundTo).decrypt(bytes.slice(12)));
}
