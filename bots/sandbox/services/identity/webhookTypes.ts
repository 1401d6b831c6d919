/** What can go wrong with one webhook on its way, chosen by a test. */
export type WebhookOptions = {
  /** How often the very same request is sent: once, unless said. */
  times?: number;
  /** Signed this long ago; less than nothing is the future. */
  lateMs?: number;
  /** Its body is changed after it was signed. */
  altered?: boolean;
  /** Signed with a secret that the receiver does not have. */
  wrongSecret?: boolean;
};

/** What is signed: an event's id, its time and its body; `isForged`: with a secret of nobody's. */
export type ToSign = { id: string; at: number; body: string; isForged: boolean };
/** The headers by which a sender vouches for a body. */
export type Sign = (event: ToSign) => Record<string, string> | Promise<Record<string, string>>;

/** One request, and what the receiver said. `status` 0 is no answer at all. */
export type WebhookAttempt = {
  at: number;
  status: number;
  answer: string;
  options: WebhookOptions;
};

/** One event for the receiver. Its id stays the same, however often it is sent. */
export type WebhookDelivery = {
  id: string;
  type: string;
  at: number;
  body: string;
  attempts: WebhookAttempt[];
};

export type WebhookOrder = "oldest-first" | "newest-first" | "shuffled";

export type Webhooks = {
  /** Where they go from now on. Before, they are only written down. */
  sendTo(url: string): void;
  /**
   * Resolves when the receiver has answered; at once while they are held back. An event without an
   * id of its own gets one.
   */
  send: (
    event: { type: string; id?: string },
    options?: WebhookOptions,
  ) => Promise<WebhookDelivery>;
  /** The same event again, with a fresh time and signature. Throws for an unknown id. */
  resend(id: string, options?: WebhookOptions): Promise<WebhookDelivery>;
  /** Oldest first, bounded. */
  deliveries(): WebhookDelivery[];
  /** Nothing is sent until `release`, which sends in the order that is wished. */
  hold(): void;
  release(order?: WebhookOrder): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
};
