import { ConvexHttpClient } from "convex/browser";
import { z } from "zod";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject } from "../../../shared/identity.ts";
import { createTokenSource } from "../../backend/tokens.ts";
import type { Person } from "../contract.ts";
import { startStripeEmulator, type StripeEmulator } from "../services/stripe/index.ts";
import type { Keys } from "./data.ts";
import { shownWebhook } from "./identity.ts";
import { options, readWebhookOptions } from "./webhookOptions.ts";

type LocalGiving = { stripe: StripeEmulator; people: Givers };

/** Starts the Stripe emulator, with the environment that Convex needs for it. */
export async function startStripe(now: () => number) {
  const stripe = await startStripeEmulator({ now });
  return {
    stripe,
    /** For the Convex host. */
    environment: {
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
      STRIPE_API_URL: stripe.url,
    },
  };
}

type Givers = {
  /** The users behind a person of the sandbox: two, until they link their chats. */
  usersOf(key: string): Promise<string[]>;
  /** The person behind a user: what Stripe knows of them is nothing but that id. */
  keyOf(userId: string): Promise<string | undefined>;
};

/** Finds users as the people themselves would: with a token of each of their chats. */
export function findGivers(
  convexUrl: string,
  keys: Keys,
  people: readonly Person[],
  now: () => number,
): Givers {
  const tokens = createTokenSource(keys.PLAZA_BOT_PRIVATE_KEY, now);
  const known = new Map<string, string>();
  const ask = async (subject: ReturnType<typeof chatSubject>) => {
    const client = new ConvexHttpClient(convexUrl, {
      skipConvexDeploymentUrlCheck: true,
      logger: false,
      auth: await tokens(subject),
    });
    const kept = await client.query(api.users.exportMine, {}).catch(() => null);
    if (kept === null) return undefined;
    return (JSON.parse(kept) as { user: { _id: string } | null }).user?._id;
  };
  const usersOf = async (key: string) => {
    const person = people.find((one) => one.key === key);
    if (!person) return [];
    const { telegramId, discordId } = person;
    const chats = [
      chatSubject("telegram", String(telegramId)),
      chatSubject("discord", discordId),
    ] as const;
    const users = (await Promise.all(chats.map(ask))).filter((id) => id !== undefined);
    for (const id of users) known.set(id, key);
    return users;
  };
  return {
    usersOf,
    async keyOf(userId) {
      for (const { key } of people) {
        if (known.has(userId)) break;
        await usersOf(key);
      }
      return known.get(userId);
    },
  };
}

// What the control panel and scripts can do at Stripe.

const stripe = z.literal("stripe");

export const givingAction = z.union([
  /** Pays a person's open checkout page; the person is named by their key. */
  z.object({ do: stripe, pay: z.string(), ...options }),
  /** Whether a person's card pays from now on. */
  z.object({ do: stripe, card: z.string(), works: z.boolean() }),
  /** What Stripe requires of a person's own account there ("external_account"), or nothing. */
  z.object({ do: stripe, asks: z.string(), for: z.array(z.string().max(60)).max(20), ...options }),
  /** Bills the weeks that have begun by the sandbox's clock, and tries open invoices again. */
  z.object({ do: stripe, renew: z.literal(true), ...options }),
  /** Sends every event so far again, so often, in any order. */
  z.object({ do: stripe, repeat: z.number().int().min(1).max(20), ...options }),
  z.object({ do: stripe, resend: z.string(), ...options }),
  z.object({ do: stripe, hold: z.literal(true) }),
  z.object({ do: stripe, release: z.enum(["oldest-first", "newest-first", "shuffled"]) }),
  z.object({
    do: z.literal("fault"),
    platform: stripe,
    kind: z.enum(["429", "500", "500-after", "broken", "drop"]),
    count: z.number().int().min(1).max(1000),
    only: z.string().exactOptional(),
  }),
]);
type GivingAction = z.infer<typeof givingAction>;

/** Runs the action, and returns its result. */
export async function doGiving(giving: LocalGiving, action: GivingAction): Promise<unknown> {
  const { stripe } = giving;
  if (action.do === "fault") {
    const { do: _do, platform: _platform, ...fault } = action;
    return stripe.fault(fault);
  }
  if ("pay" in action) {
    const owners = await usersOf(giving, action.pay);
    const page = stripe
      .sessions()
      .find(
        ({ status, metadata }) => status === "open" && owners.includes(metadata["plazaUser"] ?? ""),
      );
    if (!page) throw new Error(`${action.pay} has no open payment page`);
    const { id, status } = await stripe.pay(page.id, readWebhookOptions(action));
    return { id, status, amount: page.amount_total };
  }
  if ("card" in action) {
    for (const owner of await usersOf(giving, action.card)) stripe.setCard(owner, action.works);
    return undefined;
  }
  if ("asks" in action) {
    for (const owner of await usersOf(giving, action.asks))
      await stripe.setRequirements(owner, action.for, readWebhookOptions(action));
    return undefined;
  }
  if ("renew" in action) return await stripe.renew(readWebhookOptions(action));
  if ("repeat" in action) return await stripe.repeatAll(action.repeat, readWebhookOptions(action));
  if ("resend" in action)
    return shownWebhook(await stripe.resend(action.resend, readWebhookOptions(action)));
  if ("hold" in action) return stripe.hold();
  return await stripe.release(action.release);
}

async function usersOf({ people }: LocalGiving, key: string): Promise<string[]> {
  const users = await people.usersOf(key);
  if (users.length === 0) throw new Error(`${key} has no account at Plaza`);
  return users;
}

const maxShown = 30;

/**
 * What the control panel shows of Stripe, the newest first: cents, and who of the sandbox it is.
 */
export async function givingState({ stripe, people }: LocalGiving): Promise<object> {
  const who = async ({ metadata }: { metadata: Record<string, string> }) =>
    (await people.keyOf(metadata["plazaUser"] ?? "")) ?? null;
  const pages = stripe.sessions().slice(0, maxShown);
  const subscriptions = stripe.subscriptions().toReversed().slice(0, maxShown);
  return {
    paidInAll: stripe.paidInAll(),
    pages: await Promise.all(
      pages.map(async (page) => {
        const { id, amount_total: amount, status, url } = page;
        return { id, who: await who(page), amount, status, url };
      }),
    ),
    subscriptions: await Promise.all(
      subscriptions.map(async (subscription) => {
        const { id, status, pause_collection: pause, items } = subscription;
        const [{ price, current_period_end: end }] = items.data;
        return {
          id,
          who: await who(subscription),
          amount: price.unit_amount,
          status: pause && status === "active" ? "paused" : status,
          nextPaymentAt: end * 1000,
          cardWorks: stripe.cardWorks(subscription.metadata["plazaUser"] ?? ""),
        };
      }),
    ),
    webhooks: stripe.deliveries().toReversed().slice(0, maxShown).map(shownWebhook),
  };
}
