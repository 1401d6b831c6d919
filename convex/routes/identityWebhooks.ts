import { internal } from "../_generated/api.js";
import { httpAction } from "../_generated/server.js";
import { readClerkEvent } from "../external/clerkEvents.ts";
import { variable } from "../external/environment.ts";
import { readPrivyEvent } from "../external/privyEvents.ts";
import { readSigned, type Signed } from "../external/signedWebhook.ts";

/** `POST /webhooks/privy`: Privy took a chat account from one of its users. */
export const privyWebhook = httpAction(
  async (ctx, request) =>
    await take(request, variable("PRIVY_WEBHOOK_SECRET"), async ({ id, body }) => {
      const revoked = readPrivyEvent(body);
      if (revoked) await ctx.runMutation(internal.identityWebhooks.takePrivy, { id, revoked });
      return revoked !== undefined;
    }),
);

/** `POST /webhooks/clerk`: Clerk made, changed or deleted a user. */
export const clerkWebhook = httpAction(
  async (ctx, request) =>
    await take(request, variable("CLERK_WEBHOOK_SECRET"), async ({ id, body }) => {
      const event = readClerkEvent(body);
      if (event) await ctx.runMutation(internal.identityWebhooks.takeClerk, { id, event });
      return event !== undefined;
    }),
);

/**
 * Status 404 where no secret is set, 400 for what is not signed or cannot be read, 200 for what was
 * done, was done before, or is none of our business. What fails on our side throws: that is a 500,
 * and the sender tries again.
 */
async function take(
  request: Request,
  secrets: string | undefined,
  apply: (signed: Signed) => Promise<boolean>,
): Promise<Response> {
  if (secrets === undefined) return new Response("Webhooks are not configured.", { status: 404 });
  const signed = await readSigned(request, secrets);
  if (!signed) return new Response("The signature does not match.", { status: 400 });
  const isRead = await apply(signed);
  return isRead ? new Response(null) : new Response("This cannot be read.", { status: 400 });
}
