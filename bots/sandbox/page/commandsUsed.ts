import type { TranscriptMessage } from "../contract.ts";

/** Which slash command a message of the bot's answers: the transcript does not say, the page saw. */
export function commandsUsed() {
  const words = new Map<string, string>();
  const seen = new Set<string>();
  let waiting: { words: string; since: number } | undefined;

  /** A command was sent; the next new message of the bot's is its answer. */
  function begin(command: string, since: number): () => void {
    const mine = { words: command, since };
    waiting = mine;
    return () => {
      if (waiting === mine) setTimeout(() => waiting === mine && (waiting = undefined), 200);
    };
  }

  function see(messages: TranscriptMessage[]): void {
    for (const { id, from, at } of messages) {
      if (seen.has(id)) continue;
      seen.add(id);
      if (!waiting || from !== "plaza" || at < waiting.since - 1000) continue;
      words.set(id, waiting.words);
      waiting = undefined;
    }
  }

  return { begin, see, commandOf: (id: string) => words.get(id) };
}
