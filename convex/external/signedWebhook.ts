import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { safeJson } from "./boundedFetch.ts";

// Privy and Clerk both send their webhooks through Svix, signed the same way.

const maxBodyBytes = 256_000;
const maxIdLength = 200;

export type Signed = {
  /** The delivery's id, the same when it comes again. */
  id: string;
  body: unknown;
};

/**
 * Reads a webhook, if one of the secrets signed this very body within five minutes of now; null
 * otherwise. `secrets` are separated by a space, for the time in which one is replaced. A secret
 * that is none throws: that is our mistake and not the sender's.
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
