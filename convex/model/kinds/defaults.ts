import { parseSubject } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import { userOf } from "../callers/users.ts";
import type {
  Addressee,
  Delivery,
  DeliveryKind,
  DeliveryTask,
  Obsolete,
  SentMessage,
} from "../deliveries/kind.ts";
import { deliveryByKey, end, keyOf } from "../deliveries/queue.ts";
import { moveChat, switchOff } from "../live/channels.ts";
import { chatAccountOf, type ChatIdentity } from "../callers/chatAccounts.ts";

// What most delivery kinds do: a message to a channel or to a person.

/** A delivery of one kind. */
export type DeliveryOf<Kind extends DeliveryTask["kind"]> = Delivery & {
  task: Extract<DeliveryTask, { kind: Kind }>;
};

/** What most kinds do. `load` is each kind's own. */
export const defaults: Omit<DeliveryKind<object>, "load"> = {
  isRepeatable: false,
  isAboutMoney: () => false,
  addressee: async (ctx, delivery) => await addresseeOf(ctx, delivery),
  timezone: () => "UTC",
  edited: async (ctx, delivery) => await editedMessage(ctx, delivery),
  channel: async (ctx, delivery) => await channelOf(ctx, delivery),
  rateLimitedChat: async () => await Promise.resolve(null),
  politenessMs: async () => await Promise.resolve(0),
  leased: async (_ctx, { task }) => await Promise.resolve(task),
  sent: nothing,
  unchanged: nothing,
  messageDeleted: nothing,
  async destinationGone(ctx, delivery, reason, now) {
    const channel = await channelOf(ctx, delivery);
    if (channel) await switchOff(ctx, channel._id, reason, now);
    else await end(ctx, delivery, "dead", reason);
  },
  async destinationMoved(ctx, delivery, chatId, now) {
    const channel = await channelOf(ctx, delivery);
    if (channel) await moveChat(ctx, channel, chatId, now);
  },
  deadLettered: nothing,
  completed: nothing,
  editedLate: nothing,
  title: async () => await Promise.resolve(""),
  async destinationName(ctx, delivery) {
    const person = personOf(delivery);
    if (person) return (await chatAccountOf(ctx, person))?.displayName ?? "";
    return (await channelOf(ctx, delivery))?.title ?? "";
  },
  isKept: async () => await Promise.resolve(false),
};

async function nothing(): Promise<void> {
  await Promise.resolve();
}

async function channelOf(ctx: Pick<QueryCtx, "db">, { destination }: Delivery) {
  const id = ctx.db.normalizeId("channels", destination);
  return id && (await ctx.db.get("channels", id));
}

/** The chat account that a delivery goes to, if it goes to one. */
export function personOf({ destination }: Delivery): ChatIdentity | null {
  const subject = parseSubject(destination);
  return subject?.kind === "chat" ? subject : null;
}

/** Its row, if it has one. */
export async function accountOf(ctx: MutationCtx, delivery: Delivery) {
  const person = personOf(delivery);
  return person && (await chatAccountOf(ctx, person));
}

async function addresseeOf(ctx: MutationCtx, delivery: Delivery): Promise<Addressee | Obsolete> {
  const person = personOf(delivery);
  return person
    ? await personAddressee(ctx, person)
    : channelAddressee(await channelOf(ctx, delivery));
}

/** A person, in the language that they chose or else the one their platform names. */
export async function personAddressee(
  ctx: MutationCtx,
  person: ChatIdentity,
  locale?: "en" | "es",
): Promise<Addressee> {
  const account = await chatAccountOf(ctx, person);
  const user = account?.userId ? await userOf(ctx, account.userId) : null;
  return {
    chatId: person.platformUserId,
    isPerson: true,
    locale: locale ?? user?.locale ?? account?.locale ?? account?.spokenLocale ?? "en",
    timezone: user?.timezone ?? account?.timezone,
  };
}

/** A channel; nothing is sent to one that is off. */
export function channelAddressee(channel: Doc<"channels"> | null): Addressee | Obsolete {
  if (!channel?.isOn)
    return { state: "cancelled", reason: channel?.offReason ?? "the channel is off" };
  return whereOf(channel);
}

export function whereOf({ chatId, threadId, locale, timezone }: Doc<"channels">): Addressee {
  const at = { chatId, locale, timezone, isPerson: false };
  return threadId === undefined ? at : { ...at, threadId };
}

/** The message that an edit changes: the one that was sent for the same subject. */
async function editedMessage(
  ctx: MutationCtx,
  { part, subjectKey, destination }: Delivery,
): Promise<SentMessage | Obsolete> {
  if (part === "message") return {};
  const first = await deliveryByKey(ctx, keyOf(subjectKey, destination, "message"));
  return first?.messageId ? { messageId: first.messageId } : neverSent;
}

export const neverSent: Obsolete = {
  state: "cancelled",
  reason: "the message to correct was not sent",
};

/** A card that may be out after an ambiguous try must say what became of it. */
export function wasTried({ state, ambiguousAttempts }: Delivery): boolean {
  return state === "sending" || ambiguousAttempts > 0;
}
