import { type Child, el } from "../dom.ts";
import { whileBusy } from "../files.ts";
import type { ControlPanel, ControlRequest } from "../sandbox.ts";
import type { Reader } from "../text/draw.ts";

/** A titled part of the drawer, folded by pressing its title. */
export function section(title: string, isOpen: boolean, ...children: Child[]): HTMLElement {
  return el(
    "details",
    { class: "part", open: isOpen },
    el("summary", {}, el("h3", {}, title)),
    el("div", { class: "part-body" }, ...children),
  );
}

/** Draws only what differs from what is there, so that the keyboard is not lost without need. */
export function onChange<State>(draw: (state: State) => void): (state: State) => void {
  let shown = "";
  return (state) => {
    const print = JSON.stringify(state);
    if (print === shown) return;
    shown = print;
    draw(state);
  };
}

/** A button that shows while its work is under way. */
export function button(words: string, work: () => unknown, kind = ""): HTMLButtonElement {
  const element = el("button", { class: `button small ${kind}`.trim(), type: "button" }, words);
  element.addEventListener("click", () => void whileBusy(element, Promise.resolve(work())));
  return element;
}

/** One part of the drawer. `show` is called with every new state of the sandbox. */
export type Part = { element: HTMLElement; show: (state: ControlPanel, reader: Reader) => void };

/** Does it, and says what happened. */
export type Doing = (action: ControlRequest, done: string) => Promise<boolean>;
