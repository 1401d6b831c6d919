import { el } from "./dom.ts";
import type { Look } from "./look.ts";
import type { SandboxPerson } from "./sandbox.ts";
import type { Place } from "../contract.ts";

/** The sandbox starts its bots with these people as admins. */
const admins = new Set(["leo"]);

/** Chooses who is talking. */
export function peopleChooser(look: Look, onChoose: (key: string) => void) {
  const select = el("select", { "aria-label": `Who is talking in ${look.name}` });
  const picture = el("span", { class: "as-picture" });
  const element = el("label", { class: "as" }, el("span", {}, "Talking as"), picture, select);
  select.addEventListener("change", () => onChoose(select.value));
  let shown = "";

  function show(people: SandboxPerson[], chosen: string): void {
    const now = JSON.stringify([people, chosen]);
    if (now === shown) return;
    shown = now;
    select.replaceChildren(
      ...people.map(({ key, name, language }) =>
        el("option", { value: key }, `${name} · ${wordsFor(key, language)}`),
      ),
    );
    select.value = chosen;
    const name = people.find(({ key }) => key === chosen)?.name ?? chosen;
    picture.replaceChildren(face(chosen, name));
  }
  return { element, show };
}

function wordsFor(key: string, language: string): string {
  const name = new Intl.DisplayNames("en", { type: "language" }).of(language.split("-")[0] ?? "en");
  return admins.has(key) ? `admin, ${name}` : `${name}`;
}

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

/** Chooses where the person is talking: the platform's own list of chats or channels. */
export function placesNav(look: Look, onChoose: (key: string) => void) {
  const list = el("ul");
  const element = el("nav", { class: "places", "aria-label": `Places in ${look.name}` }, list);
  let shown = "";

  function show(places: Place[], chosen: string): void {
    const now = JSON.stringify([places, chosen]);
    if (now === shown) return;
    shown = now;
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(
      ...inOrder(places).map((place) =>
        el("li", { class: place.parent === undefined ? "" : "inner" }, entry(place, chosen)),
      ),
    );
    const current = list.querySelector<HTMLElement>("[aria-current]");
    if (hadFocus) current?.focus();
  }

  function entry(place: Place, chosen: string): HTMLElement {
    const onclick = () => onChoose(place.key);
    const isCurrent = place.key === chosen && "true";
    const words = place.kind === "dm" ? "Plaza" : place.title.replace(/^#/, "");
    return el(
      "button",
      { class: `place ${place.kind}`, type: "button", "aria-current": isCurrent, onclick },
      el("span", { class: "place-picture" }, look.placePicture(place)),
      el("span", { class: "place-title" }, words),
    );
  }
  return { element, show };
}

/** Topics and threads under the chat they belong to. */
function inOrder(places: Place[]): Place[] {
  const has = (key: string | undefined) => places.some((place) => place.key === key);
  const roots = places.filter(({ parent }) => !has(parent));
  return roots.flatMap((root) => [root, ...places.filter(({ parent }) => parent === root.key)]);
}
