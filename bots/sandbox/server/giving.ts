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

/** Starts the Stripe by which people of the sandbox give. */
export async function startStripe(now: () => number) {
  const stripe = await startStripeEmulator({ now });
  return {
    stripe,
    /** What tells Convex of it. */
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
    return kept === null ? undefined : (JSON.parse(kept) as { user: { _id: string } }).user._id;
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

export const givingWish = z.union([
  /** Pays the open page of somebody, by their name on the sandbox. */
  z.object({ do: stripe, pay: z.string(), ...options }),
  /** Whether somebody's card pays from now on. */
  z.object({ do: stripe, card: z.string(), works: z.boolean() }),
  /** Stripe waits for this of somebody's own account there ("external_account"), or for nothing. */
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
type GivingWish = z.infer<typeof givingWish>;

/** Does it, and gives back what came of it. */
export async function doGiving(giving: LocalGiving, wish: GivingWish): Promise<unknown> {
  const { stripe } = giving;
  if (wish.do === "fault") {
    const { do: _do, platform: _platform, ...fault } = wish;
    return stripe.fault(fault);
  }
  if ("pay" in wish) {
    const owners = await usersOf(giving, wish.pay);
    const page = stripe
      .sessions()
      .find(
        ({ status, metadata }) => status === "open" && owners.includes(metadata["plazaUser"] ?? ""),
      );
    if (!page) throw new Error(`${wish.pay} has no open payment page`);
    const { id, status } = await stripe.pay(page.id, readWebhookOptions(wish));
    return { id, status, amount: page.amount_total };
  }
  if ("card" in wish) {
    for (const owner of await usersOf(giving, wish.card)) stripe.setCard(owner, wish.works);
    return undefined;
  }
  if ("asks" in wish) {
    for (const owner of await usersOf(giving, wish.asks))
      await stripe.askOf(owner, wish.for, readWebhookOptions(wish));
    return undefined;
  }
  if ("renew" in wish) return await stripe.renew(readWebhookOptions(wish));
  if ("repeat" in wish) return await stripe.repeatAll(wish.repeat, readWebhookOptions(wish));
  if ("resend" in wish)
    return shownWebhook(await stripe.resend(wish.resend, readWebhookOptions(wish)));
  if ("hold" in wish) return stripe.hold();
  return await stripe.release(wish.release);
}

async function usersOf({ people }: LocalGiving, key: string): Promise<string[]> {
  const users = await people.usersOf(key);
  if (users.length === 0) throw new Error(`${key} has no account at Plaza`);
  return users;
}

const mostShown = 30;

/** What the control panel shows of Stripe, the newest first: cents, and who of the sandbox it is. */
export async function givingState({ stripe, people }: LocalGiving): Promise<object> {
  const who = async ({ metadata }: { metadata: Record<string, string> }) =>
    (await people.keyOf(metadata["plazaUser"] ?? "")) ?? null;
  const pages = stripe.sessions().slice(0, mostShown);
  const subscriptions = stripe.subscriptions().toReversed().slice(0, mostShown);
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
    webhooks: stripe.deliveries().toReversed().slice(0, mostShown).map(shownWebhook),
  };
}
