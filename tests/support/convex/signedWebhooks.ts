import { Webhook } from "standardwebhooks";
import type { Plaza } from "./plaza.ts";

// Webhooks as Svix signs them for Privy and Clerk.

export type Sent = {
  id?: string;
  /** When it was signed; now by default. */
  at?: number;
  secret: string;
  /** What arrives instead of what was signed. */
  altered?: string;
};

let serial = 0;

/** Sends one; the status of the answer. */
export async function send(t: Plaza, to: "privy" | "clerk", body: unknown, sent: Sent) {
  const { id = `msg_${++serial}`, at = Date.now(), secret, altered } = sent;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await t.fetch(`/webhooks/${to}`, {
    method: "POST",
    body: altered ?? text,
    headers: {
      "svix-id": id,
      "svix-timestamp": String(Math.floor(at / 1000)),
      "svix-signature": new Webhook(secret).sign(id, new Date(at), text),
    },
  });
  return answer.status;
}
