import { startClerkEmulator } from "../services/clerk/index.ts";
import { type PrivyAccount, startPrivyEmulator } from "../services/privy/index.ts";
import { people } from "./fixtureUsers.ts";

export type LocalIdentity = Awaited<ReturnType<typeof startIdentity>>;

/** Starts the providers by which members prove who they are, with the cast known at Privy. */
export async function startIdentity(now: () => number) {
  const [privy, clerk] = await Promise.all([
    startPrivyEmulator({ now }),
    startClerkEmulator({ now }),
  ]);
  // Before anybody listens: they were there before Plaza came.
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

/** The Privy user of one of the cast. */
export function didOf(key: string): string {
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
