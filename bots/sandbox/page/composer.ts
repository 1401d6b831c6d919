import { el } from "./dom.ts";
import type { TranscriptMessage } from "../contract.ts";

/** A field that grows with its text, where Enter sends and Shift+Enter makes a line. */
export function writingField(label: string, onSend: (text: string) => void): HTMLTextAreaElement {
  const field = el("textarea", {
    class: "writing",
    rows: 1,
    maxlength: 4096,
    placeholder: label,
    "aria-label": label,
    "aria-autocomplete": "list",
    autocomplete: "off",
    enterkeyhint: "send",
  });
  field.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.key !== "Enter" || event.shiftKey) {
      return;
    }
    event.preventDefault();
    sendFrom(field, onSend);
  });
  return field;
}

export function sendFrom(field: HTMLTextAreaElement, onSend: (text: string) => void): void {
  const text = field.value.trim();
  if (text === "") return;
  field.value = "";
  field.dispatchEvent(new Event("input"));
  onSend(text);
}

/** Commands whose name begins with what was typed, before those that only contain it. */
export function matching<Command extends { name: string }>(
  commands: Command[],
  typed: string,
): Command[] {
  const begins = commands.filter(({ name }) => name.startsWith(typed));
  return [
    ...begins,
    ...commands.filter((one) => !begins.includes(one) && one.name.includes(typed)),
  ];
}

/**
 * Which slash command a message of the bot's answers: the transcript does not say, the page saw.
 */
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
