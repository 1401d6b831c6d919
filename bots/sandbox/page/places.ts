import type { Place } from "../contract.ts";
import { el } from "./dom.ts";
import type { Look } from "./look.ts";

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
