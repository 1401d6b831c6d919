import { GrammyError } from "grammy";
import { errorKind, type Log, withoutIds } from "../log.ts";

/** Of one chat, so many answers wait while Telegram takes no more; further ones are not kept. */
const maxWaiting = 50;

export type Answers = {
  /** Sends after what the chat gets before it; resolves when that has ended, and never rejects. */
  send(chatId: string, work: () => Promise<void>): Promise<void>;
};

/**
 * What the bot answers, chat by chat: one answer after another in each, so that a chat whose limit is
 * met, or that is slow, holds up neither the other chats nor the handling of what it asks next.
 */
export function createAnswers(log: Log): Answers {
  const chats = new Map<string, { end: Promise<void>; waiting: number }>();
  return {
    async send(chatId, work) {
      const chat = chats.get(chatId) ?? { end: Promise.resolve(), waiting: 0 };
      if (chat.waiting >= maxWaiting) {
        log.warn("too many answers wait for one chat: one was not kept");
        return;
      }
      chats.set(chatId, chat);
      chat.waiting += 1;
      chat.end = chat.end.then(work).catch((error: unknown) => noteFailure(error, log));
      await chat.end;
      chat.waiting -= 1;
      if (chat.waiting === 0) chats.delete(chatId);
    },
  };
}

/** An answer that nobody gets. Its error can hold a token, so only Telegram's own words are logged. */
export function noteFailure(error: unknown, log: Log): void {
  const reason = error instanceof GrammyError ? withoutIds(error.description) : undefined;
  log.error({ ...errorKind(error), reason }, "an answer could not be sent");
}
