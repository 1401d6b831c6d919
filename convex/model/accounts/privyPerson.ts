import { type Infer, v } from "convex/values";

/** A Privy user, as far as Plaza cares: a plain object, and nothing in it that is not verified. */
export const privyPerson = v.object({
  did: v.string(),
  /** How the person is shown to whoever is to recognize them: "m…@example.com". */
  name: v.string(),
  email: v.optional(v.string()),
  telegramId: v.optional(v.string()),
  telegramName: v.optional(v.string()),
  /** Discord's own id of the account, which unlike its name never changes hands. */
  discordId: v.optional(v.string()),
  discordName: v.optional(v.string()),
  /** The wallet they brought, and the one Privy made for them. */
  extWallet: v.optional(v.string()),
  appWallet: v.optional(v.string()),
});
export type PrivyPerson = Infer<typeof privyPerson>;

/** Null: nobody, or Privy is not configured. "away": Privy did not answer. */
export const privyAnswer = v.union(privyPerson, v.null(), v.literal("away"));
export type PrivyAnswer = Infer<typeof privyAnswer>;

/** An email that its owner recognizes and nobody else learns: "m…@example.com". */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 1 ? "…" : `${String.fromCodePoint(email.codePointAt(0) ?? 0)}…${email.slice(at)}`;
}

/** A wallet's ends: "0x12…ab34". */
export function maskedWallet(address: string): string {
  return address.length <= 10 ? "…" : `${address.slice(0, 4)}…${address.slice(-4)}`;
}

/** The same for a Privy user: by the email first, then by a name in a chat, then by a wallet. */
export function maskedName(person: Omit<PrivyPerson, "name">): string {
  const { did, email, telegramName, discordName, extWallet, appWallet } = person;
  if (email !== undefined) return maskedEmail(email);
  if (telegramName !== undefined) return `Telegram @${telegramName}`;
  if (discordName !== undefined) return `Discord @${discordName}`;
  const wallet = extWallet ?? appWallet;
  return wallet === undefined ? `Privy …${did.slice(-4)}` : maskedWallet(wallet);
}
