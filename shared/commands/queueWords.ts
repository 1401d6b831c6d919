import type { Args } from "./args.ts";
import { readVerb } from "./verbs.ts";

// The words in which people speak to a line, in both languages.

export const actions = [
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
export type Action = (typeof actions)[number] | "coming" | "line";

const verbs: Readonly<Record<string, Action>> = {
  open: "open",
  abrir: "open",
  abre: "open",
  join: "join",
  unirse: "join",
  unirme: "join",
  entrar: "join",
  entro: "join",
  leave: "leave",
  salir: "leave",
  salgo: "leave",
  status: "status",
  estado: "status",
  coming: "coming",
  voy: "coming",
  next: "next",
  siguiente: "next",
  here: "here",
  aqui: "here",
  done: "done",
  listo: "done",
  lista: "done",
  noshow: "noshow",
  "no-show": "noshow",
  ausente: "noshow",
  remove: "remove",
  quitar: "remove",
  line: "line",
  fila: "line",
  close: "close",
  cerrar: "close",
  cierra: "close",
};
/** "close all": those who wait are sent home. */
const allWords = ["all", "todos", "todas", "todo"];

export type Wish = { action: Action; written: string; isAll: boolean };

/** What is wanted, and of whose line; without a verb it is one's own place. */
export function readWish(args: Args): Wish {
  const { action = "status", words } = readVerb(args, verbs);
  const [first = "", ...rest] = words;
  const isAll = action === "close" && allWords.includes(first.toLowerCase());
  const written = args.named["event"] ?? (isAll ? rest : words).join(" ");
  return { action, written: written.trim(), isAll };
}

/** Minutes or people, as they were typed: "7", "7 min"; NaN for what is no number. */
export function readNumber(typed: string | undefined): number | undefined {
  return typed === undefined ? undefined : Number.parseInt(typed, 10);
}
