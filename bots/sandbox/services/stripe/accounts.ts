import type { WebhookOptions } from "../identity/webhookTypes.ts";
import type { Account } from "./types.ts";
import { tell, type World } from "./world.ts";

/** Tells that a user's own account at Stripe waits for something, or for nothing more. */
export async function askOf(
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
