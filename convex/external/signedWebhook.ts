import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { safeJson } from "./boundedFetch.ts";

// Privy and Clerk both send their webhooks through Svix, with the same signature scheme.

const maxBodyBytes = 256_000;
const maxIdLength = 200;

export type Signed = {
  /** The header `svix-id`, the same for each retry. */
  id: string;
  body: unknown;
};

/**
 * Verifies and reads a webhook; null where no secret signed this body within five minutes of now.
 * `secrets` are separated by spaces, for rotation. A malformed secret throws: it is an error of our
 * configuration and not of the sender.
 */
export async function readSigned(request: Request, secrets: string): Promise<Signed | null> {
  const id = request.headers.get("svix-id") ?? "";
  const text = await request.text();
  if (id === "" || id.length > maxIdLength || text.length > maxBodyBytes) return null;
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": request.headers.get("svix-timestamp") ?? "",
    "webhook-signature": request.headers.get("svix-signature") ?? "",
  };
  const isSigned = secrets
    .split(" ")
    .filter(Boolean)
    .some((secret) => signs(new Webhook(secret), text, headers));
  return isSigned ? { id, body: safeJson(text) } : null;
}

function signs(webhook: Webhook, text: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(text, headers, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}
