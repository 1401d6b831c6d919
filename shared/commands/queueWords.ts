import { isTermOf, type MeaningIn } from "../texts/synonyms.ts";
import type { Args } from "./args.ts";
import { readVerb } from "./args.ts";

// The words in which people speak to a line, in both languages.

export const verbChoices = [
  "join",
  "leave",
  "status",
  "open",
  "next",
  "here",
  "done",
  "noshow",
  "remove",
  "close",
] as const;
/** "coming" and "line" are mostly buttons. */
export type QueueVerb = MeaningIn<"queue-verb">;

/** `isAll`: "close all", which also removes the entries that wait. */
export type QueueRequest = { verb: QueueVerb; written: string; isAll: boolean };

/** What is wanted, and of whose line; without a verb it is one's own place. */
export function readRequest(args: Args): QueueRequest {
  const { verb = "status", words } = readVerb(args, "queue-verb");
  const [first = "", ...rest] = words;
  const isAll = verb === "close" && isTermOf("all", first);
  const written = args.named["event"] ?? (isAll ? rest : words).join(" ");
  return { verb, written: written.trim(), isAll };
}

/** Minutes or people, as they were typed: "7", "7 min"; NaN for what is no number. */
export function readNumber(typed: string | undefined): number | undefined {
  return typed === undefined ? undefined : Number.parseInt(typed, 10);
}
