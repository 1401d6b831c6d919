import { autoRetry } from "@grammyjs/auto-retry";
import { Bot, type Transformer } from "grammy";
import type { Update } from "grammy/types";
import type { BotParts, RunningBot } from "../answer.ts";
import { createAnswers, noteFailure } from "./answers.ts";
import { verdictOn } from "./asked.ts";
import { leanFetch } from "./fetch.ts";
import { addHandlers } from "./handlers.ts";
import { registerCommands } from "./menu.ts";
import { deleteWebhook, pollUpdates } from "./polling.ts";

/** An answer waits so long for Telegram's limit, and is then not sent any more. */
const longestLimitSeconds = 300;

/**
 * Runs the Telegram bot until `signal` aborts.
 *
 * @throws GrammyError where Telegram refuses the token
 */
export async function runTelegram(
  { token, apiRoot }: { token: string; apiRoot: string | undefined },
  { answering, backend, budgets, clock, log, signal }: BotParts,
): Promise<RunningBot> {
  const bot = new Bot(token, {
    client: { ...(apiRoot && { apiRoot }), timeoutSeconds: 60, fetch: leanFetch },
  });
  // What is ambiguous is not sent a second time behind our back.
  const retry = autoRetry({
    maxRetryAttempts: 3,
    maxDelaySeconds: longestLimitSeconds,
    rethrowHttpErrors: true,
    rethrowInternalServerErrors: true,
  });
  // A poll and the menu have pauses of their own; "typing" is worth nothing later.
  const isRetried = (method: string) => /^(send(?!ChatAction)|edit|delete(?!Webhook))/.test(method);
  bot.api.config.use(async (call, method, payload, aborted) =>
    isRetried(method)
      ? await retry(call, method, payload, aborted)
      : await call(method, payload, aborted),
  );

  bot.api.config.use(followMigration);

  const tooMany = new Set<number>();
  const sending = new Map<number, Promise<void>>();
  addHandlers(bot, {
    answering,
    backend,
    answers: createAnswers(log),
    isTooMany: (updateId) => tooMany.has(updateId),
    finishedBy: (updateId, sent) => sending.set(updateId, sent),
  });

  await bot.init(signal as Parameters<typeof bot.init>[0]);
  let isConnected = false;
  const judge = (update: Update) => {
    const verdict = verdictOn(update, bot.botInfo.username, budgets);
    if (verdict === "last") tooMany.add(update.update_id);
    return verdict;
  };
  const handle = async (update: Update) => {
    const { update_id: id } = update;
    try {
      await bot.handleUpdate(update);
    } catch (error) {
      // One broken update must not stop the others.
      noteFailure(error instanceof Error && "error" in error ? error.error : error, log);
    }
    const finished = sending.get(id) ?? Promise.resolve();
    sending.delete(id);
    tooMany.delete(id);
    return { finished };
  };
  const start = async () => {
    await deleteWebhook(bot, log);
    const onConnected = (now: boolean) => (isConnected = now);
    await pollUpdates(bot, { clock, log, signal, handle, verdictOn: judge, onConnected });
  };
  void registerCommands(bot, { clock, log, signal });
  log.info({ username: bot.botInfo.username }, "Telegram bot runs");
  return { isReady: () => isConnected, stopped: start() };
}

/** A group that became a supergroup has another id: what was for the old one is sent to the new one. */
const followMigration: Transformer = async (call, method, payload, aborted) => {
  const answer = await call(method, payload, aborted);
  const movedTo = answer.ok ? undefined : answer.parameters?.migrate_to_chat_id;
  if (movedTo === undefined || !("chat_id" in payload)) return answer;
  return await call(method, { ...payload, chat_id: movedTo }, aborted);
};
