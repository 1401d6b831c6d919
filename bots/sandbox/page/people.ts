import { el } from "./dom.ts";
import { face } from "./faces.ts";
import type { Look } from "./look.ts";
import type { SandboxPerson } from "./sandbox.ts";

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
