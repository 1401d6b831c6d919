import type { Doc } from "../../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../../_generated/server.js";
import type { ChatIdentity } from "../callers/chatAccounts.ts";
import { refusal } from "../refusal.ts";

// A form that is filled in message by message. It is stored here and not in the bot, so that a
// restarted bot asks the next question instead of the first.

const maxFields = 10;
const maxAnswerLength = 2000;

export async function dialogOf(
  ctx: Pick<QueryCtx, "db">,
  { platform, platformUserId }: ChatIdentity,
): Promise<Doc<"dialogs"> | null> {
  return await ctx.db
    .query("dialogs")
    .withIndex("by_account", (q) => q.eq("platform", platform).eq("platformUserId", platformUserId))
    .unique();
}

/**
 * Starts a form and discards an earlier one.
 *
 * @throws bad-request
 */
export async function beginDialog(
  ctx: MutationCtx,
  chat: ChatIdentity,
  form: string,
  now: number,
): Promise<void> {
  if (form.length > 64) throw refusal("bad-request");
  const { platform, platformUserId } = chat;
  const row = await dialogOf(ctx, chat);
  const fresh = { form, answers: {}, isDone: false, changedAt: now };
  if (row) await ctx.db.patch("dialogs", row._id, { ...fresh, lastMessageId: undefined });
  else await ctx.db.insert("dialogs", { platform, platformUserId, ...fresh });
}

export type DialogAnswer = { field: string; value: string; messageId: string; isLast: boolean };

/**
 * Stores one answer. A message that was stored already changes nothing: Telegram delivers an update
 * again when the bot stopped before acknowledging it.
 *
 * @throws too-long, bad-request
 */
export async function answerDialog(
  ctx: MutationCtx,
  chat: ChatIdentity,
  { field, value, messageId, isLast }: DialogAnswer,
  now: number,
): Promise<void> {
  const row = await dialogOf(ctx, chat);
  if (!row || row.isDone || row.lastMessageId === messageId) return;
  if (value.length > maxAnswerLength || field.length > 32 || !/^[a-zA-Z]+$/.test(field))
    throw refusal("too-long");
  const answers = { ...row.answers, [field]: value };
  if (Object.keys(answers).length > maxFields) throw refusal("bad-request");
  const changes = { answers, lastMessageId: messageId, isDone: isLast, changedAt: now };
  await ctx.db.patch("dialogs", row._id, changes);
}

export async function cancelDialog(ctx: MutationCtx, chat: ChatIdentity): Promise<void> {
  const row = await dialogOf(ctx, chat);
  if (row) await ctx.db.delete("dialogs", row._id);
}
