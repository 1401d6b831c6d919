import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel.js";
import type { MutationCtx } from "../../_generated/server.js";
import { accountsOf, type ChatIdentity } from "../callers/chatAccounts.ts";
import type { notice, noticeCategory } from "../fields.ts";
import { isUrgent as isUrgentDelivery, enqueue, toPerson } from "../deliveries/queue.ts";
import { userOf } from "../callers/users.ts";

// Notices: private messages to a person, enqueued as deliveries.

export type Notice = Infer<typeof notice>;

const week = 7 * 24 * 60 * 60 * 1000;

/**
 * What kind of notice it is. "safety": about the security of the account, sent to each of its chats
 * whatever the person chose. "asked": the person asked for it, sent to one chat even if they want no
 * notices. The others can be muted.
 */
type Category = Infer<typeof noticeCategory> | "safety" | "asked";
const categories: Record<Exclude<Notice["kind"], "queue">, Category> = {
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
  "payment-returned": "giving",
  "account-needs": "giving",
  seat: "events",
  reminder: "events",
  changed: "events",
  "called-off": "events",
  "queue-host": "asked",
};

/** Notices about the approaching turn can be muted; joining a queue asks for the others. */
function categoryOf(notice: Notice): Category {
  if (notice.kind !== "queue") return categories[notice.kind];
  return notice.said === "third" || notice.said === "next" ? "queue" : "asked";
}

export type NoticeOptions = {
  /** The dedupe key's prefix: a second notice with it is not sent. */
  subjectKey: string;
  /** The chat that is not notified, because it gets a reply anyway. */
  except?: ChatIdentity;
  /** The chat that is notified if the person has not chosen one. */
  prefer?: ChatIdentity;
  /** When the notice becomes obsolete (Unix milliseconds); a week from now by default. */
  expiresAt?: number;
  /**
   * Sent before other deliveries; if it cannot be delivered in one chat, it is sent to the other.
   */
  isUrgent?: boolean;
};

/** Enqueues a notice to a user: to the chosen chat, or to all chats for safety notices. */
export async function notifyUser(
  ctx: MutationCtx,
  userId: Id<"users">,
  notice: Notice,
  { subjectKey, except, prefer, expiresAt: until, isUrgent = false }: NoticeOptions,
  now: number,
): Promise<void> {
  const expiresAt = until ?? now + week;
  const user = await userOf(ctx, userId);
  const accounts = await accountsOf(ctx, userId);
  const others = accounts.filter((account) => !except || !isSame(account, except));
  const category = categoryOf(notice);
  if (user?.muted?.some((muted) => muted === category)) return;
  const tellIn = category === "asked" && user?.tellIn === "nowhere" ? "auto" : user?.tellIn;
  const chosen = category === "safety" ? others : oneOf(others, tellIn, prefer);
  for (const account of chosen) {
    const locale = user?.locale ?? account.locale ?? account.spokenLocale;
    const task = { kind: "notice" as const, notice, ...(locale && { locale }) };
    await enqueue(ctx, toPerson(account), { subjectKey, task, expiresAt, isUrgent }, now);
  }
}

/**
 * Handles a notice that one chat cannot receive (the bot is blocked there): sends it to another
 * chat, if the person has one and did not choose the first. An urgent one is sent there in any
 * case.
 */
export async function notifyElsewhere(
  ctx: MutationCtx,
  delivery: Doc<"deliveries">,
  account: Doc<"chatAccounts">,
  now: number,
): Promise<void> {
  if (delivery.task.kind !== "notice" || !account.userId) return;
  const user = await userOf(ctx, account.userId);
  const isUrgent = isUrgentDelivery(delivery);
  if (!user || !(isUrgent || (user.tellIn ?? "auto") === "auto")) return;
  const [other] = (await accountsOf(ctx, user._id)).filter(({ _id }) => _id !== account._id);
  const { subjectKey, task, expiresAt } = delivery;
  if (other) await enqueue(ctx, toPerson(other), { subjectKey, task, expiresAt, isUrgent }, now);
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
