/** In one chat, so many unfinished updates hold the confirmation of later ones. */
const maxHeldPerChat = 3;
/** Of a full window, so many are given up at once. */
const givenUpAtOnce = 50;

/**
 * Which updates were fetched and are not finished. Telegram confirms by one number, below which it
 * forgets everything, and hands out at most a hundred updates from that number on. So what is
 * unfinished holds the number, that a killed process gets it again; but neither a chat with many of
 * them nor a hundred slow ones may keep everybody else's updates from being fetched.
 * https://core.telegram.org/bots/api#getupdates
 */
export function createConfirmations() {
  /** Unfinished updates in their order, and the chat of each; null for one that holds no more. */
  const unfinished = new Map<number, string | null>();
  /** Finished ones that are not confirmed yet: they come again. */
  const finished = new Set<number>();
  const perChat = new Map<string, Set<number>>();
  let next = 0;
  let listener: () => void = () => undefined;

  const release = (id: number) => {
    const chat = unfinished.get(id);
    if (typeof chat !== "string") return;
    unfinished.set(id, null);
    perChat.get(chat)?.delete(id);
    if (perChat.get(chat)?.size === 0) perChat.delete(chat);
  };
  const offset = () => {
    for (const [id, chat] of unfinished) if (chat !== null) return id;
    return next;
  };

  return {
    /** What to ask from: everything before it is confirmed. */
    offset,
    /** Nothing holds the confirmation. */
    isIdle: () => perChat.size === 0,
    /** Notes an update that was handed out; false for one that was handed out before. */
    begin(id: number, chat: string): boolean {
      // After a week of silence Telegram counts from another number.
      if (id < offset()) next = id;
      if (unfinished.has(id) || finished.has(id)) return false;
      next = Math.max(next, id + 1);
      unfinished.set(id, chat);
      const inChat = perChat.get(chat) ?? new Set();
      perChat.set(chat, inChat.add(id));
      if (inChat.size > maxHeldPerChat) for (const one of inChat) release(one);
      return true;
    },
    /** What a chat that asks too much has unfinished holds no more. */
    letGo(chat: string) {
      for (const one of perChat.get(chat) ?? []) release(one);
    },
    finish(id: number) {
      release(id);
      unfinished.delete(id);
      finished.add(id);
      const confirmed = offset();
      for (const one of finished) if (one < confirmed) finished.delete(one);
      listener();
    },
    /** Gives up the oldest of a full window; gives how many. */
    giveUpOldest(): number {
      const held = [...unfinished.keys()].filter((id) => unfinished.get(id) !== null);
      const oldest = held.slice(0, givenUpAtOnce);
      for (const id of oldest) release(id);
      return oldest.length;
    },
    /** Calls `listen` whenever an update is finished, until the next one listens. */
    onFinished(listen: () => void) {
      listener = listen;
    },
  };
}
