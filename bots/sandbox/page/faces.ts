import { el } from "./dom.ts";

const hues = 6;

/** A round picture: the bot's mark, or the first letter of a name in a colour of its own. */
export function face(key: string, name: string): HTMLElement {
  if (key === "plaza") {
    return el("img", { class: "face", src: "icon.svg", alt: "", width: 40, height: 40 });
  }
  return el("span", { class: `face hue-${hueOf(key)}`, "aria-hidden": "true" }, letterOf(name));
}

export function hueOf(key: string): number {
  let sum = 7;
  for (const letter of key) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % hues;
}

function letterOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toLocaleUpperCase() ?? "?";
}
