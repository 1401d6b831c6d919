import { type Infer, v } from "convex/values";
import type { Platform } from "../../../shared/identity.ts";
import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";

// What the queue asks of a delivery kind. The queue itself knows none: its transitions are handed
// the registry of `model/kinds`.

export type Delivery = Doc<"deliveries">;
/** What a delivery stores of its kind: `{ kind, ... }`. */
export type DeliveryTask = Delivery["task"];
export type Chat = { platform: Platform; chatId: string };

/** Where a bot sends it, and for whom it is written. */
export type Addressee = {
  chatId: string;
  threadId?: string;
  /** `chatId` is a person's own id: what is sent there is private. */
  isPerson: boolean;
  locale: "en" | "es";
  /** IANA name; absent where nobody has chosen one. */
  timezone?: string | undefined;
};

/** The message that is edited, and the fingerprint of what it shows. */
export type SentMessage = { messageId?: string; fingerprint?: string };

/** Why a delivery is not worth sending any more; `reason` is for `/deliveries`. */
export type Obsolete = { state: "suppressed" | "cancelled"; reason: string };

/** How one try to send ended, in the words of neither platform. */
export const outcome = v.union(
  v.object({
    kind: v.literal("sent"),
    messageId: v.string(),
    /** Of a synced object: the fingerprint of what was rendered. */
    fingerprint: v.optional(v.string()),
  }),
  /** The synced object renders the same as what is shown: nothing was sent. */
  v.object({ kind: v.literal("unchanged") }),
  /** The platform's rate limit; `retryAfterMs` is the platform's own. */
  v.object({ kind: v.literal("later"), retryAfterMs: v.number() }),
  /** It surely did not arrive: try again. */
  v.object({ kind: v.literal("unsent"), reason: v.string() }),
  /** The answer was lost: it may have arrived. */
  v.object({ kind: v.literal("ambiguous"), reason: v.string() }),
  /** The platform will never take this message: a mistake of ours. */
  v.object({ kind: v.literal("refused"), reason: v.string() }),
  /** An edit whose message was deleted. */
  v.object({ kind: v.literal("message-gone") }),
  /** There is nothing to do it to: the member or the request is no longer there. */
  v.object({ kind: v.literal("not-there"), reason: v.string() }),
  /** The bot was blocked or removed, or the chat was deleted. */
  v.object({ kind: v.literal("channel-gone"), reason: v.string() }),
  /** The chat has a new id. */
  v.object({ kind: v.literal("migrated"), chatId: v.string() }),
);
export type Outcome = Infer<typeof outcome>;
export type Sent = Extract<Outcome, { kind: "sent" }>;

type Reading = Pick<QueryCtx, "db">;

/**
 * A delivery kind. `model/kinds/defaults.ts` has what most kinds do; a module of `model/kinds`
 * overrides what it does otherwise.
 */
export type DeliveryKind<Payload> = {
  /** Whether sending a new one twice is the same as sending it once. Edits always are. */
  isRepeatable: boolean;
  /** Whether it is about money: one that may have arrived is then not sent again. */
  isAboutMoney(delivery: Delivery): boolean;
  /** Where it goes, or why nobody wants it any more. */
  addressee(ctx: MutationCtx, delivery: Delivery): Promise<Addressee | Obsolete>;
  /** What the bot needs to send it, as it is when it is leased; or why it is not worth sending. */
  load(ctx: MutationCtx, delivery: Delivery, now: number): Promise<Payload | Obsolete>;
  /** The IANA zone of the payload, for an addressee who has chosen none. */
  timezone(payload: Payload): string;
  /** The message that it edits; nothing where it is a new one. */
  edited(ctx: MutationCtx, delivery: Delivery): Promise<SentMessage | Obsolete>;
  /** The channel that it goes to, if it goes to one. */
  channel(ctx: Reading, delivery: Delivery): Promise<Doc<"channels"> | null>;
  /** The chat whose rate limit it keeps to; null where only the platform's own limit counts. */
  rateLimitedChat(ctx: Reading, delivery: Delivery): Promise<Chat | null>;
  /** Of several that wait for one chat: so many milliseconds (0 to 100) this one lets others go first. */
  politenessMs(ctx: Reading, delivery: Delivery, now: number): Promise<number>;
  /** It was leased with this payload; gives what is stored of it from now on. */
  leased(ctx: MutationCtx, delivery: Delivery, payload: Payload): Promise<DeliveryTask>;
  /** It was sent. */
  sent(ctx: MutationCtx, delivery: Delivery, sent: Sent, now: number): Promise<void>;
  /** Nothing was sent, because what is shown renders the same. */
  unchanged(ctx: MutationCtx, delivery: Delivery, now: number): Promise<void>;
  /** The message that it edits was deleted. */
  messageDeleted(ctx: MutationCtx, delivery: Delivery, now: number): Promise<void>;
  /** Its chat is gone for the bot: ends the delivery, and what else went there. */
  destinationGone(ctx: MutationCtx, delivery: Delivery, reason: string, now: number): Promise<void>;
  /** Its chat has a new id: what else went there follows. */
  destinationMoved(
    ctx: MutationCtx,
    delivery: Delivery,
    chatId: string,
    now: number,
  ): Promise<void>;
  /** It did not arrive, or may not have, and is not tried again. */
  deadLettered(ctx: MutationCtx, delivery: Delivery, now: number): Promise<void>;
  /** A try has ended, in whatever way. */
  completed(ctx: MutationCtx, delivery: Delivery, now: number): Promise<void>;
  /** A bot that had lost its lease has edited the message, perhaps after a newer edit. */
  editedLate(ctx: MutationCtx, delivery: Delivery, now: number): Promise<void>;
  /** What it is about, for `/deliveries`: an event's title, a person's name; may be empty. */
  title(ctx: QueryCtx, delivery: Delivery): Promise<string>;
  /** Where it goes, for `/deliveries`: a channel's title, a person's name; may be empty. */
  destinationName(ctx: QueryCtx, delivery: Delivery): Promise<string>;
  /** Whether one that has ended must outlive the sweep. */
  isKept(ctx: Reading, delivery: Delivery): Promise<boolean>;
};

/** The kind of a delivery. */
export type DeliveryKinds<Payload> = (delivery: Delivery) => DeliveryKind<Payload>;
