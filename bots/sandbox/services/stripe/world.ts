import { randomBytes } from "node:crypto";
import type { WebhookOptions, Webhooks } from "../webhooks.ts";
import type {
  Account,
  Customer,
  Invoice,
  Metadata,
  Payment,
  Price,
  Session,
  StripeObject,
  Subscription,
} from "./types.ts";

/** What the routes and the emulator's functions work on. */
export type World = {
  url: () => string;
  secretKey: string;
  webhooks: Webhooks;
  customers: Map<string, Customer>;
  sessions: Map<string, Session>;
  subscriptions: Map<string, Subscription>;
  invoices: Map<string, Invoice>;
  /** Payment intents by invoice id. */
  payments: Map<string, Payment>;
  /** Product names by id. */
  products: Map<string, string>;
  /** Prices by checkout session id. */
  prices: Map<string, Price>;
  /** Metadata for the subscription that a session creates, by session id. */
  subscriptionMetadata: Map<string, Metadata>;
  /** Users whose cards are declined. */
  declined: Set<string>;
  /** The addresses of new pages have at least so many characters. */
  addressLength: number;
  now: () => number;
  changed: () => void;
};

/** Now, in Stripe's seconds. */
export function secondsOf({ now }: Pick<World, "now">): number {
  return Math.floor(now() / 1000);
}

/** A new id of Stripe's kind: "sub_...". */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

/** Sends a webhook with the object as it is at this moment. */
export async function tell(
  world: World,
  type: string,
  object: StripeObject,
  options: WebhookOptions = {},
): Promise<void> {
  const event = {
    id: newId("evt"),
    object: "event",
    api_version: apiVersion,
    created: secondsOf(world),
    data: { object: structuredClone(object) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
  world.changed();
  await world.webhooks.send(event, options);
}

/** The version that the library pins. */
const apiVersion = "2026-10-28.endive";

/** Sends `account.updated` with the requirements of a user's connected account. */
export async function setRequirements(
  world: World,
  plazaUser: string,
  due: string[],
  options: WebhookOptions = {},
): Promise<void> {
  const account: Account = {
    id: `acct_${plazaUser}`,
    object: "account",
    charges_enabled: due.length === 0,
    payouts_enabled: due.length === 0,
    requirements: {
      currently_due: due,
      past_due: [],
      disabled_reason: due.length === 0 ? null : "requirements.past_due",
    },
    metadata: { plazaUser },
  };
  await tell(world, "account.updated", account, options);
}
