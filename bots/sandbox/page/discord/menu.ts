import type { TranscriptMessage } from "../../contract.ts";
import { el } from "../dom.ts";
import type { Scene } from "../look.ts";
import { whileBusy } from "../press.ts";

type Menu = NonNullable<TranscriptMessage["menus"]>[number];

/** A select menu under a message: choosing is sending. */
export function menu({ id, placeholder, options }: Menu, message: string, scene: Scene) {
  const words = placeholder ?? "Make a selection";
  const select = el(
    "select",
    { class: "menu", "aria-label": words },
    el("option", { value: "", selected: true, disabled: true, hidden: true }, words),
    ...options.map(({ label }, index) => el("option", { value: index }, label)),
  );
  select.addEventListener("change", () => {
    const value = options[Number(select.value)]?.value;
    if (value === undefined) return;
    void whileBusy(select, scene.act({ do: "choose", message, menu: id, values: [value] }));
  });
  return select;
}
