import type { WebhookOptions, Webhooks } from "../webhooks.ts";

// Stripe's objects, as far as gifts need them, in Stripe's own shapes: cents and seconds.

export type Metadata = Record<string, string>;
export type Customer = { id: string; object: "customer"; created: number; metadata: Metadata };

export type Price = {
  id: string;
  object: "price";
  currency: string;
  product: string;
  recurring: { interval: "week"; interval_count: 1 };
  type: "recurring";
  unit_amount: number;
};

export type Session = {
  id: string;
  object: "checkout.session";
  mode: "subscription";
  status: "open" | "complete" | "expired";
  payment_status: "unpaid" | "paid";
  url: string | null;
  customer: string;
  client_reference_id: string | null;
  subscription: string | null;
  amount_total: number;
  currency: string;
  metadata: Metadata;
  success_url: string;
  cancel_url: string | null;
  locale: string | null;
  created: number;
  expires_at: number;
};

export type SubscriptionItem = {
  id: string;
  object: "subscription_item";
  quantity: number;
  current_period_start: number;
  current_period_end: number;
  price: Price;
  subscription: string;
};

export type Subscription = {
  id: string;
  object: "subscription";
  status: "incomplete" | "active" | "past_due" | "canceled";
  customer: string;
  currency: string;
  metadata: Metadata;
  created: number;
  start_date: number;
  cancel_at_period_end: boolean;
  canceled_at: number | null;
  ended_at: number | null;
  pause_collection: { behavior: "void"; resumes_at: null } | null;
  items: { object: "list"; data: [SubscriptionItem]; has_more: false; url: string };
  latest_invoice: string | null;
};

export type Invoice = {
  id: string;
  object: "invoice";
  status: "open" | "paid" | "void";
  billing_reason: "subscription_create" | "subscription_cycle";
  currency: string;
  customer: string;
  amount_due: number;
  amount_paid: number;
  amount_remaining: number;
  attempt_count: number;
  created: number;
  status_transitions: { finalized_at: number; paid_at: number | null; voided_at: number | null };
  parent: {
    type: "subscription_details";
    quote_details: null;
    subscription_details: { subscription: string; metadata: Metadata };
  };
};

/** A payment intent. It names the customer, not the invoice. */
export type Payment = {
  id: string;
  object: "payment_intent";
  status: "requires_payment_method" | "succeeded";
  amount: number;
  amount_received: number;
  currency: string;
  customer: string;
  created: number;
  last_payment_error: { type: "card_error"; code: string; decline_code: string } | null;
  metadata: Metadata;
};

/** A connected account, for payments to a user. */
export type Account = {
  id: string;
  object: "account";
  charges_enabled: boolean;
  payouts_enabled: boolean;
  requirements: { currently_due: string[]; past_due: string[]; disabled_reason: string | null };
  metadata: Metadata;
};

export type StripeObject = Customer | Session | Subscription | Invoice | Payment | Account;

/** What the next `count` requests to the API meet instead of an answer. */
export type StripeFault = {
  /** "500-after": the request took effect all the same. */
  kind: "429" | "500" | "500-after" | "broken" | "drop";
  count: number;
  /** Only requests whose path contains this. */
  only?: string;
};

export type StripeEmulator = Omit<Webhooks, "send"> & {
  /** The value of STRIPE_API_URL. */
  url: string;
  secretKey: string;
  webhookSecret: string;
  /** Payment pages, the newest first. */
  sessions(): Session[];
  customers(): Customer[];
  subscriptions(): Subscription[];
  invoices(): Invoice[];
  /** Cents that were really paid, of all invoices together. */
  paidInAll(): number;
  /** Pays an open page, as a person would. Throws where it is not open, or the card is declined. */
  pay(sessionId: string, options?: WebhookOptions): Promise<Subscription>;
  /** Whether the cards of a user (by `metadata.plazaUser`) pay from now on. */
  setCard(plazaUser: string, works: boolean): void;
  /** Makes the addresses of new pages as long as Stripe's own, which have up to 541 characters. */
  lengthenAddresses(length: number): void;
  cardWorks(plazaUser: string): boolean;
  /**
   * Sets what Stripe requires of a user's connected account ("external_account"); empty for
   * nothing.
   */
  setRequirements(plazaUser: string, due: string[], options?: WebhookOptions): Promise<void>;
  /** Bills the weeks that have begun by now, and retries open invoices. */
  renew(options?: WebhookOptions): Promise<void>;
  /** Sends every event so far again, `times` times each, in random order. */
  repeatAll(times: number, options?: WebhookOptions): Promise<void>;
  fault(fault: StripeFault): void;
  faults(): StripeFault[];
  /** Called after anything changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
};

export type StripeEmulatorOptions = {
  /** 0 or nothing: any free port. */
  port?: number;
  /** The only clock, Unix ms. */
  now?: () => number;
};
