import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { Sign } from "./webhookTypes.ts";

type Signed = { id: string; at: number; body: string; secret: string };

/** The three headers by which Svix vouches for a body: its id, its time in seconds, a signature. */
export function signWebhook({ id, at, body, secret }: Signed): Record<string, string> {
  return {
    "svix-id": id,
    "svix-timestamp": String(Math.floor(at / 1000)),
    "svix-signature": new Webhook(secret).sign(id, new Date(at), body),
  };
}

/** A signing secret in the form that the dashboards show. */
export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(24).toString("base64")}`;
}

/** Signs as Svix does for Privy and Clerk. */
export function svixSigner(secret: string): Sign {
  return ({ isForged, ...event }) =>
    signWebhook({ ...event, secret: isForged ? makeWebhookSecret() : secret });
}
