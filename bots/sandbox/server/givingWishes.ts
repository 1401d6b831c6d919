import { z } from "zod";
import type { LocalGiving } from "./giving.ts";
import { shownWebhook } from "./identityState.ts";
import { options, readWebhookOptions } from "./webhookOptions.ts";

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
export type GivingWish = z.infer<typeof givingWish>;

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
