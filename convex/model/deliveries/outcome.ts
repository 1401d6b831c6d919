import { type Infer, v } from "convex/values";

/** What became of one try to send, in the words of neither platform. */
export const outcome = v.union(
  v.object({
    kind: v.literal("sent"),
    messageId: v.string(),
    /** Of what is kept true: the hash of what was rendered. */
    hash: v.optional(v.string()),
  }),
  /** What is shown there renders the same: nothing was sent. */
  v.object({ kind: v.literal("unchanged") }),
  /** They said: not now. `retryAfterMs` is theirs. */
  v.object({ kind: v.literal("later"), retryAfterMs: v.number() }),
  /** It surely did not arrive: try again. */
  v.object({ kind: v.literal("unsent"), reason: v.string() }),
  /** We never heard back: it may have arrived. */
  v.object({ kind: v.literal("unheard"), reason: v.string() }),
  /** They will never take this message: our mistake. */
  v.object({ kind: v.literal("refused"), reason: v.string() }),
  /** An edit whose message is gone. */
  v.object({ kind: v.literal("message-gone") }),
  /** There is nothing to do it to: no such member, no such request any more. */
  v.object({ kind: v.literal("not-there"), reason: v.string() }),
  /** The chat is gone for us: blocked, kicked, deleted, no permission. */
  v.object({ kind: v.literal("channel-gone"), reason: v.string() }),
  /** The chat has a new id. */
  v.object({ kind: v.literal("migrated"), chatId: v.string() }),
);
export type Outcome = Infer<typeof outcome>;
