"use node";

import { PrivyClient, type User } from "@privy-io/server-auth";
import { v } from "convex/values";
import { internalAction } from "../_generated/server.js";
import { maskedName, privyAnswer, type PrivyAnswer } from "../model/accounts/linking.ts";
import { privyApp } from "./environment.ts";

// The only file that uses Privy's library, which needs Node.

/** Short, because a person waits for the answer in a chat. */
const timeoutMs = 5_000;

/** The Privy user with this Telegram account. */
export const byTelegramId = internalAction({
  args: { telegramId: v.string() },
  returns: privyAnswer,
  handler: async (_ctx, { telegramId }) =>
    await callPrivy((privy) => privy.getUserByTelegramUserId(telegramId)),
});

/**
 * The Privy user with this Discord account. Privy searches by user name, which can pass to another
 * person, so the result counts only where the linked account has the same id.
 */
export const byDiscord = internalAction({
  args: { discordId: v.string(), username: v.string() },
  returns: privyAnswer,
  handler: async (_ctx, { discordId, username }) => {
    // Privy stores user names with Discord's former discriminator: "mia#0".
    for (const name of [`${username}#0`, username]) {
      const found = await callPrivy((privy) => privy.getUserByDiscordUsername(name));
      if (found === "away" || found?.discordId === discordId) return found;
    }
    return null;
  },
});

/** A Privy user by their DID. */
export const byDid = internalAction({
  args: { did: v.string() },
  returns: privyAnswer,
  handler: async (_ctx, { did }) => await callPrivy((privy) => privy.getUserById(did)),
});

async function callPrivy(ask: (privy: PrivyClient) => Promise<User | null>): Promise<PrivyAnswer> {
  const app = privyApp();
  if (!app?.secret) return null;
  const { appId, secret, origin: apiURL } = app;
  try {
    const user = await ask(new PrivyClient(appId, secret, { apiURL, timeout: timeoutMs }));
    return user && personOf(user);
  } catch (error) {
    // The error is dropped: it can contain the request and its secret.
    return isNotFound(error) ? null : "away";
  }
}

function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === 404;
}

function personOf({ id: did, linkedAccounts }: User): Exclude<PrivyAnswer, null | "away"> {
  const person: Omit<Exclude<PrivyAnswer, null | "away">, "name"> = { did };
  for (const account of linkedAccounts) {
    if (account.type === "email") person.email ??= account.address;
    else if (account.type === "telegram") {
      person.telegramId ??= account.telegramUserId;
      if (account.username) person.telegramName ??= account.username;
    } else if (account.type === "discord_oauth") {
      person.discordId ??= account.subject;
      if (account.username) person.discordName ??= account.username.replace(/#0$/, "");
    } else if (account.type === "wallet") {
      const isPrivys = account.walletClientType === "privy";
      if (isPrivys) person.appWallet ??= account.address;
      else person.extWallet ??= account.address;
    }
  }
  return { ...person, name: maskedName(person) };
}
