import { isTermOf, meaningOf } from "../../texts/synonyms.ts";
import { plain } from "../../messages/sanitize.ts";

// What an admin chooses for a chat: kinds of announcements, reminders and an agenda.

const announcements = ["new", "moved", "cancelled", "reminder", "agenda", "distribution"] as const;
/** Announcements, and the cards on which people decide: those only where they are asked for by name. */
const kinds = [...announcements, "application", "charity"] as const;
export type Kind = (typeof kinds)[number];

const isAnnouncement = (kind: Kind) => announcements.some((one) => one === kind);

/** "new, moved" -> kinds; null where a word is none. */
export function readKinds(text: string): Kind[] | null {
  const found = listOf(text).map((term) => meaningOf("kind", term));
  if (found.length === 0 || found.includes(undefined)) return null;
  const isAll = found.includes("all");
  return kinds.filter((kind) => found.includes(kind) || (isAll && isAnnouncement(kind)));
}

/** "day, hour" -> minutes before the start; "none" -> none; null where a word is neither. */
export function readReminders(text: string): number[] | null {
  const words = listOf(text);
  if (words.length === 1 && isTermOf("off", words[0] ?? "")) return [];
  const found = words.map((term) => meaningOf("lead", term));
  const minutes = found.filter((one) => one !== undefined).map(Number);
  return minutes.length === words.length && words.length > 0 ? [...new Set(minutes)] : null;
}

export type Agenda = { every: "day" | "week"; hour: number; weekday?: number };

/** "monday 9", "daily 18:00", "off" (null); undefined where it is neither. */
export function readAgenda(text: string): Agenda | null | undefined {
  const [day = "", at = "9"] = plain(text).split(" ");
  if (isTermOf("off", day)) return null;
  const clock = /^(\d{1,2})(?::00)?\s?h?$/.exec(at);
  const hour = Number(clock?.[1]);
  if (!clock || hour > 23) return undefined;
  if (isTermOf("daily", day)) return { every: "day", hour };
  const weekday = meaningOf("weekday", day);
  return weekday === undefined ? undefined : { every: "week", hour, weekday: Number(weekday) };
}

function listOf(text: string): string[] {
  return plain(text)
    .split(/[\s,]+/)
    .filter(Boolean);
}
