import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import type { ChatIdentity } from "../callers/caller.ts";
import { accountsOf } from "../callers/chatAccounts.ts";
import type { notice, noticeTopic } from "../fields.ts";
import { isUrgent as isUrgentDelivery, owe, toPerson } from "../deliveries/queue.ts";
import { userOf } from "../callers/users.ts";

// Telling a person something in private, as a row of the ledger.

export type Notice = Infer<typeof notice>;

const week = 7 * 24 * 60 * 60 * 1000;

/**
 * What concerns the safety of an account is told in each chat, whatever the person chose; what they
 * asked for themselves in one, even where they want to be told nothing.
 */
type Topic = Infer<typeof noticeTopic> | "safety" | "asked";
const topics: Record<Exclude<Notice["kind"], "queue">, Topic> = {
  approved: "membership",
  rejected: "membership",
  role: "standing",
  suspended: "standing",
  banned: "standing",
  restored: "standing",
  linked: "safety",
  unlinked: "safety",
  deleted: "safety",
  report: "giving",
  "payment-failed": "giving",
  "payment-arrived": "giving",
  "account-needs": "giving",
  seat: "events",
  reminder: "events",
  changed: "events",
  "called-off": "events",
  "queue-host": "asked",
};

/** That one's turn is near can be muted; that it has come cannot: whoever joins a line asks for it. */
function topicOf(told: Notice): Topic {
  if (told.kind !== "queue") return topics[told.kind];
  return told.said === "third" || told.said === "next" ? "queue" : "asked";
}

export type Telling = {
  /** Unique per fact: telling it again changes nothing. */
  topic: string;
  /** The chat in which it was asked for and is answered anyway. */
  except?: ChatIdentity;
  /** Where it belongs if the person has not chosen otherwise: where they applied. */
  prefer?: ChatIdentity;
  /** Until when it is worth saying (milliseconds); a week, if nobody says. */
  expiresAt?: number;
  /** They wait for it just now. Where it does not arrive in one chat it is told in the other. */
  isUrgent?: boolean;
};

/** Owes a user a notice, in the chat that they chose, or in all of them where it is about safety. */
export async function tellUser(
  ctx: MutationCtx,
  userId: Id<"users">,
  told: Notice,
  { topic, except, prefer, expiresAt: until, isUrgent = false }: Telling,
  now: number,
): Promise<void> {
  const expiresAt = until ?? now + week;
  const user = await userOf(ctx, userId);
  const accounts = await accountsOf(ctx, userId);
  const others = accounts.filter((account) => !except || !isSame(account, except));
  const about = topicOf(told);
  if (user?.muted?.some((topic) => topic === about)) return;
  const tellIn = about === "asked" && user?.tellIn === "nowhere" ? "auto" : user?.tellIn;
  const chosen = about === "safety" ? others : oneOf(others, tellIn, prefer);
  for (const account of chosen) {
    const locale = user?.locale ?? account.locale ?? account.spokenLocale;
    const work = { do: "notice" as const, notice: told, ...(locale && { locale }) };
    await owe(ctx, toPerson(account), { topic, work, expiresAt, isUrgent }, now);
  }
}

/**
 * A person cannot be told in one chat (there the bot is blocked): they are told in another, if they
 * have one. What is urgent is, even where they chose that chat.
 */
export async function tellElsewhere(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  account: Doc<"chatAccounts">,
  now: number,
): Promise<void> {
  if (delivery.work.do !== "notice" || !account.userId) return;
  const user = await userOf(ctx, account.userId);
  const isUrgent = isUrgentDelivery(delivery);
  if (!user || !(isUrgent || (user.tellIn ?? "auto") === "auto")) return;
  const [other] = (await accountsOf(ctx, user._id)).filter(({ _id }) => _id !== account._id);
  const { topic, work, expiresAt } = delivery;
  if (other) await owe(ctx, toPerson(other), { topic, work, expiresAt, isUrgent }, now);
}

function oneOf(
  accounts: Doc<"chatAccounts">[],
  tellIn: Doc<"users">["tellIn"] = "auto",
  prefer: ChatIdentity | undefined,
): Doc<"chatAccounts">[] {
  if (tellIn === "nowhere") return [];
  const latest = accounts.toSorted((a, b) => (b.seenAt ?? 0) - (a.seenAt ?? 0))[0];
  const wanted =
    tellIn === "auto"
      ? accounts.find((account) => prefer && isSame(account, prefer))
      : accounts.find(({ platform }) => platform === tellIn);
  const account = wanted ?? latest;
  return account ? [account] : [];
}

function isSame(one: ChatIdentity, other: ChatIdentity): boolean {
  return one.platform === other.platform && one.platformUserId === other.platformUserId;
}
