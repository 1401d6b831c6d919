import { plain } from "../time/when.ts";
import { wordIn } from "./verbs.ts";

// The words in which an admin says what a chat should be told, in both languages.

const told = ["new", "moved", "cancelled", "reminder", "agenda", "distribution"] as const;
/** Announcements, and the cards on which people decide: those only where they are asked for by name. */
export const kinds = [...told, "application", "charity"] as const;
export type Kind = (typeof kinds)[number];

const kindWords: Record<string, readonly Kind[]> = {
  all: told,
  everything: told,
  todo: told,
  todos: told,
  new: ["new"],
  nuevo: ["new"],
  nuevos: ["new"],
  moved: ["moved"],
  cambios: ["moved"],
  cancelled: ["cancelled"],
  canceled: ["cancelled"],
  cancelados: ["cancelled"],
  reminder: ["reminder"],
  reminders: ["reminder"],
  recordatorios: ["reminder"],
  agenda: ["agenda"],
  application: ["application"],
  applications: ["application"],
  solicitud: ["application"],
  solicitudes: ["application"],
  distribution: ["distribution"],
  distributions: ["distribution"],
  distribucion: ["distribution"],
  distribuciones: ["distribution"],
  charity: ["charity"],
  charities: ["charity"],
  organizacion: ["charity"],
  organizaciones: ["charity"],
};

/** "new, moved" -> kinds; null where a word is none. */
export function readKinds(text: string): Kind[] | null {
  const found = listOf(text).map((word) => wordIn(kindWords, word));
  if (found.length === 0 || found.includes(undefined)) return null;
  return kinds.filter((kind) => found.some((some) => some?.includes(kind)));
}

const reminderWords: Record<string, number> = {
  week: 10_080,
  semana: 10_080,
  day: 1440,
  dia: 1440,
  "1d": 1440,
  "3h": 180,
  hour: 60,
  hora: 60,
  "1h": 60,
  "15m": 15,
  "15min": 15,
};

/** "day, hour" -> minutes before the start; "none" -> none; null where a word is neither. */
export function readReminders(text: string): number[] | null {
  const words = listOf(text);
  if (words.length === 1 && ["none", "off", "no", "ninguno"].includes(words[0] ?? "")) return [];
  const found = words.map((word) => wordIn(reminderWords, word));
  const minutes = found.filter((one) => one !== undefined);
  return minutes.length === words.length && words.length > 0 ? [...new Set(minutes)] : null;
}

const weekdays: Record<string, number> = {
  sunday: 0,
  domingo: 0,
  monday: 1,
  lunes: 1,
  tuesday: 2,
  martes: 2,
  wednesday: 3,
  miercoles: 3,
  thursday: 4,
  jueves: 4,
  friday: 5,
  viernes: 5,
  saturday: 6,
  sabado: 6,
};
const daily = ["daily", "day", "diaria", "diario", "dia"];

export type Agenda = { every: "day" | "week"; hour: number; weekday?: number };

/** "monday 9", "daily 18:00", "off" (null); undefined where it is neither. */
export function readAgenda(text: string): Agenda | null | undefined {
  const [day = "", at = "9"] = plain(text).split(" ");
  if (["off", "none", "no"].includes(day)) return null;
  const clock = /^(\d{1,2})(?::00)?\s?h?$/.exec(at);
  const hour = Number(clock?.[1]);
  if (!clock || hour > 23) return undefined;
  if (daily.includes(day)) return { every: "day", hour };
  const weekday = wordIn(weekdays, day);
  return weekday === undefined ? undefined : { every: "week", hour, weekday };
}

function listOf(text: string): string[] {
  return plain(text)
    .split(/[\s,]+/)
    .filter(Boolean);
}
