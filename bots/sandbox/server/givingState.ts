import type { LocalGiving } from "./giving.ts";
import { shownWebhook } from "./identityState.ts";

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
