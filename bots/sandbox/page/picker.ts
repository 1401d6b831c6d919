import { el } from "./dom.ts";
import type { Look } from "./look.ts";
import type { Sandbox } from "./sandbox.ts";

export type Choice = { label: string; hint?: string; value: string };

let pickers = 0;

/**
 * The list over a field that is being written in: arrows move, Enter and Tab take, Escape closes.
 * The keyboard stays in the field; a screen reader follows by `aria-activedescendant`.
 */
export function openPicker(label: string) {
  const id = `picker-${(pickers += 1)}`;
  const list = el("ul", {
    class: "picker",
    role: "listbox",
    id,
    "aria-label": label,
    hidden: true,
  });
  let field: HTMLElement | undefined;
  let choices: Choice[] = [];
  let active = 0;
  let take: ((choice: Choice) => void) | undefined;

  /** Unless `marksFirst`, Enter is still the field's until an arrow has chosen. */
  function show(
    over: HTMLElement,
    fresh: Choice[],
    onTake: (choice: Choice) => void,
    marksFirst = true,
  ): void {
    if (fresh.length === 0) return hide();
    [field, choices, take] = [over, fresh, onTake];
    list.replaceChildren(
      ...fresh.map(({ label, hint }, index) =>
        el(
          "li",
          {
            role: "option",
            id: `${id}-${index}`,
            onmousedown: (event: MouseEvent) => event.preventDefault(),
            onclick: () => pick(index),
          },
          el("span", { class: "picker-label" }, label),
          hint !== undefined && el("span", { class: "picker-hint" }, hint),
        ),
      ),
    );
    list.hidden = false;
    expand(over, true);
    over.setAttribute("aria-controls", id);
    mark(marksFirst ? 0 : -1);
  }

  function hide(): void {
    if (list.hidden) return;
    list.hidden = true;
    if (field) expand(field, false);
    field?.removeAttribute("aria-activedescendant");
  }

  function mark(index: number): void {
    active = index;
    for (const [place, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(place === active));
    }
    list.children[active]?.scrollIntoView({ block: "nearest" });
    if (active < 0) field?.removeAttribute("aria-activedescendant");
    else field?.setAttribute("aria-activedescendant", `${id}-${active}`);
  }

  function pick(index: number): void {
    const choice = choices[index];
    hide();
    if (choice) take?.(choice);
  }

  /** True where the list has handled the key. */
  function key(event: KeyboardEvent): boolean {
    if (list.hidden || event.isComposing) return false;
    const last = choices.length - 1;
    if (event.key === "ArrowDown") mark(active < last ? active + 1 : 0);
    else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : last);
    else if (event.key === "Escape") hide();
    else if (active < 0) return false;
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) pick(active);
    else return false;
    event.preventDefault();
    return true;
  }

  return { list, show, hide, key };
}

export type Picker = ReturnType<typeof openPicker>;

/** Only a field that says that it is a combobox may say whether its list is open. */
function expand(field: HTMLElement, isOpen: boolean): void {
  if (field.role === "combobox") field.setAttribute("aria-expanded", String(isOpen));
}

const usual = ["events", "going", "queue", "join", "give", "impact", "pending", "me", "help"];

/** A few commands at hand, of those the bot has made known. */
export function chips(getSandbox: () => Sandbox, look: Look, begin: (command: string) => void) {
  const row = el("div", { class: "chips", role: "group", "aria-label": "Quick commands" });
  let shown = "";
  function update(): void {
    const names = namesOf(getSandbox(), look);
    const offered = usual.filter((name) => names.includes(name));
    if (offered.join() === shown) return;
    shown = offered.join();
    row.replaceChildren(
      ...offered.map((name) =>
        el("button", { class: "chip", type: "button", onclick: () => begin(name) }, `/${name}`),
      ),
    );
  }
  update();
  return { row, update };
}

function namesOf({ commands }: Sandbox, { platform }: Look): string[] {
  return platform === "telegram"
    ? commands.telegram.map(({ command }) => command)
    : commands.discord.map(({ name }) => name);
}
