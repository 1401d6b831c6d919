import type { WebhookDelivery } from "../services/identity/webhookTypes.ts";
import type { LocalIdentity } from "./identity.ts";

const mostShown = 30;

/** What the control panel shows of both, the newest first; no secret of theirs. */
export function identityState({ privy, clerk }: LocalIdentity): object {
  const newest = (deliveries: WebhookDelivery[]) =>
    deliveries.toReversed().slice(0, mostShown).map(shownWebhook);
  return {
    privy: {
      inbox: `${privy.url}/inbox`,
      users: privy.users(),
      mails: privy.mails().slice(0, mostShown),
      webhooks: newest(privy.deliveries()),
    },
    clerk: { users: clerk.users(), webhooks: newest(clerk.deliveries()) },
  };
}

/** One webhook without its body, which is long. */
export function shownWebhook({ body: _body, ...delivery }: WebhookDelivery): object {
  return delivery;
}
