import { z } from "zod";
import { type ClerkUserInput, startClerkEmulator } from "../services/clerk/index.ts";
import { type PrivyAccount, type PrivyFault, startPrivyEmulator } from "../services/privy/index.ts";
import { people } from "./fixtureUsers.ts";
import { options, readWebhookOptions } from "./webhookOptions.ts";
import type { WebhookDelivery } from "../services/webhooks.ts";

type LocalIdentity = Awaited<ReturnType<typeof startIdentity>>;

/** Starts the identity providers, with the fixture users known at Privy. */
export async function startIdentity(now: () => number) {
  const [privy, clerk] = await Promise.all([
    startPrivyEmulator({ now }),
    startClerkEmulator({ now }),
  ]);
  // Before webhooks have a receiver: these users are older than the sandbox.
  for (const { key } of people) await privy.putUser({ id: didOf(key), accounts: accountsOf(key) });
  return {
    privy,
    clerk,
    /** What tells Convex of both. */
    environment: {
      IDENTITY_PROVIDERS: `privy@${privy.url},clerk`,
      PRIVY_APP_ID: privy.appId,
      PRIVY_APP_SECRET: privy.appSecret,
      PRIVY_API_URL: privy.url,
      PRIVY_WEBHOOK_SECRET: privy.webhookSecret,
      CLERK_ISSUER: clerk.url,
      CLERK_WEBHOOK_SECRET: clerk.webhookSecret,
    },
    /** Once it is known where Convex serves its routes: for webhooks, and for its page. */
    reach(siteUrl: string) {
      privy.sendTo(`${siteUrl}/webhooks/privy`);
      privy.allowOrigin(siteUrl);
      clerk.sendTo(`${siteUrl}/webhooks/clerk`);
    },
    async close() {
      await Promise.all([privy.close(), clerk.close()]);
    },
  };
}

/** The Privy id of a fixture user. */
function didOf(key: string): string {
  return `did:privy:${key}`;
}

/** Ana and Mia are found by the chat that they write in; Leo has to ask for a code. */
function accountsOf(key: string): PrivyAccount[] {
  const person = people.find((one) => one.key === key);
  if (!person) return [];
  const { email, telegramId, discordId } = person;
  const address = { type: "email", address: email } as const;
  const telegram = {
    type: "telegram",
    telegram_user_id: String(telegramId),
    username: key,
  } as const;
  const discord = { type: "discord_oauth", subject: discordId, username: `${key}#0` } as const;
  if (key === "ana") return [address, telegram];
  return key === "mia" ? [address, telegram, discord] : [address];
}

// What the control panel and scripts can do at Privy and Clerk.

const account = z.discriminatedUnion("type", [
  z.object({ type: z.literal("email"), address: z.email() }),
  z.object({
    type: z.literal("telegram"),
    telegram_user_id: z.string().min(1),
    username: z.string().exactOptional(),
  }),
  z.object({ type: z.literal("discord_oauth"), subject: z.string().min(1), username: z.string() }),
  z.object({
    type: z.literal("wallet"),
    address: z.string().min(1),
    chain_type: z.enum(["ethereum", "solana"]),
    wallet_client_type: z.enum(["privy", "metamask"]).exactOptional(),
  }),
]);
const which = z.union([
  z.object({ type: z.literal(["email", "wallet"]), address: z.string() }),
  z.object({ type: z.literal("telegram"), telegram_user_id: z.string() }),
  z.object({ type: z.literal("discord_oauth"), subject: z.string() }),
]);
const did = z.string().startsWith("did:privy:");
const text = z.string().nullable().exactOptional();
const clerkUser = z.object({
  id: z.string().exactOptional(),
  emails: z
    .array(z.object({ address: z.email(), verified: z.boolean().exactOptional() }))
    .exactOptional(),
  username: text,
  firstName: text,
  lastName: text,
  imageUrl: z.string().exactOptional(),
}) satisfies z.ZodType<ClerkUserInput>;

const privy = z.literal("privy");
const either = z.literal(["privy", "clerk"]);

export const identityAction = z.union([
  z.object({
    do: privy,
    put: z.object({ id: did.exactOptional(), accounts: z.array(account).min(1) }),
    ...options,
  }),
  z.object({ do: privy, link: z.object({ user: did, account }), ...options }),
  z.object({ do: privy, unlink: z.object({ user: did, account: which }), ...options }),
  z.object({
    do: privy,
    transfer: z.object({ from: did, to: did, account: which }),
    ...options,
  }),
  z.object({ do: privy, remove: did, ...options }),
  z.object({
    do: z.literal("fault"),
    platform: privy,
    kind: z.enum(["429", "500", "broken", "drop"]),
    count: z.number().int().min(1).max(1000),
    only: z.string().exactOptional(),
  }),
  z.object({
    do: z.literal("clerk"),
    send: z.enum(["created", "updated", "deleted"]),
    user: clerkUser,
    ...options,
  }),
  z.object({ do: either, resend: z.string(), ...options }),
  z.object({ do: either, hold: z.literal(true) }),
  z.object({ do: either, release: z.enum(["oldest-first", "newest-first", "shuffled"]) }),
]);
type IdentityAction = z.infer<typeof identityAction>;

/** Runs the action, and returns the user or the webhook that it changed or sent. */
export async function doIdentity(
  { privy, clerk }: LocalIdentity,
  action: IdentityAction,
): Promise<unknown> {
  if (action.do === "fault") {
    const { do: _do, platform: _platform, ...fault } = action;
    return privy.fault(fault satisfies PrivyFault);
  }
  if ("put" in action) return await privy.putUser(action.put, readWebhookOptions(action));
  if ("link" in action)
    return await privy.link(action.link.user, action.link.account, readWebhookOptions(action));
  if ("unlink" in action)
    return await privy.unlink(
      action.unlink.user,
      action.unlink.account,
      readWebhookOptions(action),
    );
  if ("transfer" in action) {
    const { from, to, account } = action.transfer;
    return await privy.transfer(from, to, account, readWebhookOptions(action));
  }
  if ("remove" in action) return await privy.removeUser(action.remove, readWebhookOptions(action));
  if ("send" in action)
    return (await clerk.send(action.send, action.user, readWebhookOptions(action))).user;
  const sender = action.do === "privy" ? privy : clerk;
  if ("resend" in action)
    return shownWebhook(await sender.resend(action.resend, readWebhookOptions(action)));
  if ("hold" in action) return sender.hold();
  return await sender.release(action.release);
}

const maxShown = 30;

/** What the control panel shows of both providers, newest first, without their secrets. */
export function identityState({ privy, clerk }: LocalIdentity): object {
  const newest = (deliveries: WebhookDelivery[]) =>
    deliveries.toReversed().slice(0, maxShown).map(shownWebhook);
  return {
    privy: {
      inbox: `${privy.url}/inbox`,
      users: privy.users(),
      mails: privy.mails().slice(0, maxShown),
      webhooks: newest(privy.deliveries()),
    },
    clerk: { users: clerk.users(), webhooks: newest(clerk.deliveries()) },
  };
}

/** One webhook without its body, which is long. */
export function shownWebhook({ body: _body, ...delivery }: WebhookDelivery): object {
  return delivery;
}
