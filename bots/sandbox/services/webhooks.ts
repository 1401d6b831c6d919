import { randomBytes, randomInt } from "node:crypto";

/** Injected faults of one webhook. */
export type WebhookOptions = {
  /** How often the same request is sent; 1 by default. */
  times?: number;
  /** The signature is this old; negative for the future. */
  lateMs?: number;
  /** Its body is changed after it was signed. */
  altered?: boolean;
  /** Signed with a secret that the receiver does not have. */
  wrongSecret?: boolean;
};

/** An event to sign; `isForged`: with a secret that the receiver does not know. */
type ToSign = { id: string; at: number; body: string; isForged: boolean };
/** The signature headers for a body. */
export type Sign = (event: ToSign) => Record<string, string> | Promise<Record<string, string>>;

/** One request and the receiver's answer. `status` 0 is no answer. */
type WebhookAttempt = {
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

type WebhookOrder = "oldest-first" | "newest-first" | "shuffled";

export type Webhooks = {
  /** The receiver from now on. Without one, webhooks are recorded and not sent. */
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
  /** Nothing is sent until `release`, which sends in the order that is asked for. */
  hold(): void;
  release(order?: WebhookOrder): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

const maxKept = 200;
const maxAnswerLength = 500;
/** As long as Svix waits for a receiver. */
const receiverTimeoutMs = 15_000;

type Parts = { sign: Sign; now: () => number; changed: () => void };

/** Sends signed events one after the other, and remembers what became of each. */
export function makeWebhooks({ sign, now, changed }: Parts): Webhooks {
  const kept: WebhookDelivery[] = [];
  const held: { delivery: WebhookDelivery; options: WebhookOptions }[] = [];
  const closing = new AbortController();
  let target: string | undefined;
  let isHolding = false;
  let line: Promise<void> = Promise.resolve();

  const attempt = async (delivery: WebhookDelivery, options: WebhookOptions, url: string) => {
    const { id, body } = delivery;
    const at = now() - (options.lateMs ?? 0);
    const headers = await sign({ id, at, body, isForged: options.wrongSecret === true });
    const sent = options.altered ? alter(body) : body;
    for (let time = 0; time < (options.times ?? 1); time += 1) {
      const answer = await post(url, headers, sent, closing.signal);
      delivery.attempts.push({ at: now(), ...answer, options });
      changed();
    }
  };

  const afterAll = async (
    before: Promise<void>,
    delivery: WebhookDelivery,
    options: WebhookOptions,
  ) => {
    await before;
    if (target !== undefined) await attempt(delivery, options, target);
  };

  /** Keeps the order in which events came about: the next waits for the one before. */
  const enqueue = async (delivery: WebhookDelivery, options: WebhookOptions) => {
    if (isHolding) {
      held.push({ delivery, options });
      held.splice(0, held.length - maxKept);
    } else {
      const turn = afterAll(line, delivery, options);
      line = turn;
      await turn;
    }
    return delivery;
  };

  return {
    sendTo(url) {
      target = url;
    },
    async send(event, options = {}) {
      const { id = `msg_${randomBytes(13).toString("hex")}` } = event;
      const body = JSON.stringify(event);
      const delivery: WebhookDelivery = { id, type: event.type, at: now(), body, attempts: [] };
      kept.push(delivery);
      kept.splice(0, kept.length - maxKept);
      changed();
      return await enqueue(delivery, options);
    },
    async resend(id, options = {}) {
      const delivery = kept.find((one) => one.id === id);
      if (!delivery) throw new Error(`no webhook "${id}" was sent`);
      return await enqueue(delivery, options);
    },
    deliveries: () => structuredClone(kept),
    hold() {
      isHolding = true;
    },
    async release(order = "oldest-first") {
      isHolding = false;
      const waiting = held.splice(0);
      if (order === "newest-first") waiting.reverse();
      if (order === "shuffled") shuffle(waiting);
      for (const { delivery, options } of waiting) await enqueue(delivery, options);
    },
    idle: async () => await line,
    async close() {
      closing.abort();
      await line;
    },
  };
}

/** Never rejects: no answer is status 0. */
async function post(
  url: string,
  signature: Record<string, string>,
  body: string,
  closing: AbortSignal,
): Promise<Pick<WebhookAttempt, "status" | "answer">> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...signature },
      body,
      redirect: "manual",
      signal: AbortSignal.any([closing, AbortSignal.timeout(receiverTimeoutMs)]),
    });
    return { status: response.status, answer: (await response.text()).slice(0, maxAnswerLength) };
  } catch (error) {
    return { status: 0, answer: error instanceof Error ? error.message : "no answer" };
  }
}

/** Still JSON, so that nothing but the signature can tell. */
function alter(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), altered: true });
}

function shuffle(list: unknown[]): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
}
