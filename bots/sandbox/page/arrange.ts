import type { TranscriptMessage } from "../contract.ts";
import { day, dayNumber, type Reader } from "./text/times.ts";

/** One line of a conversation as it is shown. */
export type Item =
  | { kind: "day"; key: string; label: string }
  | { kind: "message"; key: string; message: TranscriptMessage; opens: boolean; closes: boolean };

const togetherMs = 7 * 60_000;

/** Puts days between messages, and messages that one person sent in a row into groups. */
export function arrange(messages: TranscriptMessage[], reader: Reader): Item[] {
  const there = messages.filter((message) => !message.deleted);
  return there.flatMap((message, index): Item[] => {
    const before = there[index - 1];
    const after = there[index + 1];
    const opens = !before || !belong(before, message, reader);
    const closes = !after || !belong(message, after, reader);
    const item: Item = { kind: "message", key: message.id, message, opens, closes };
    if (before && isSameDay(before, message, reader)) return [item];
    const label = day(message.at, reader);
    return [{ kind: "day", key: `day ${dayNumber(message.at, reader.zone)}`, label }, item];
  });
}

function belong(one: TranscriptMessage, next: TranscriptMessage, reader: Reader): boolean {
  return (
    one.from === next.from &&
    (one.ephemeral ?? false) === (next.ephemeral ?? false) &&
    next.at - one.at < togetherMs &&
    isSameDay(one, next, reader)
  );
}

function isSameDay(one: TranscriptMessage, next: TranscriptMessage, { zone }: Reader): boolean {
  return dayNumber(one.at, zone) === dayNumber(next.at, zone);
}
