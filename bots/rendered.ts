import { createHash } from "node:crypto";

/** Of a rendered message: the same for what looks the same. */
export function hashOf(rendered: object): string {
  return createHash("sha256").update(JSON.stringify(rendered)).digest("base64url").slice(0, 22);
}
