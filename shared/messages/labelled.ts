import type { Line } from "./message.ts";

/** "Label: value", the label in bold. */
export function labelled(label: string, value: string): Line {
  return [{ bold: label }, `: ${value}`];
}
