// A one-time code ties a chat account to a person. It is a secret for ten minutes, so what travels
// and is stored is its hash.

const forms = /^[A-Za-z0-9_-]{20,64}$/;

/** Whether a text can be a link code at all. */
export function isLinkCode(text: string): boolean {
  return forms.test(text);
}

/** SHA-256 of a text, as 64 hexadecimal digits. */
export async function hashOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How a button names something secret: enough of its hash to recognize it, nothing to use. */
export function markOf(hash: string): string {
  return hash.slice(0, 16);
}
