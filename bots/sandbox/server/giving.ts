import { ConvexHttpClient } from "convex/browser";
import { api } from "../../../convex/_generated/api.js";
import { chatSubject } from "../../../shared/identity.ts";
import { createTokenSource } from "../../convex/tokens.ts";
import type { Person } from "../contract.ts";
import { startStripeEmulator, type StripeEmulator } from "../services/stripe/index.ts";
import type { Keys } from "./keys.ts";

export type LocalGiving = { stripe: StripeEmulator; people: Givers };

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

export type Givers = {
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
